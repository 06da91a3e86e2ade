import type { Cloud } from '../../aws/cloud.ts';
import { realCloud } from '../../aws/real-cloud.ts';
import type { ParsedAnswers } from '../../engine/answers/parse.ts';
import { readAnswersFile } from '../../engine/answers/parse.ts';
import { type CancellationSource, cancellationSource } from '../../engine/cancellation.ts';
import { type Asking, nothingAsked } from '../../engine/guide/asking.ts';
import { checksOf, detailsOf } from '../../engine/guide/stops.ts';
import type { Answers, Catalogue } from '../../engine/question.ts';
import { Session } from '../../engine/session/session.ts';
import { practiceCloud } from '../../practice/cloud.ts';
import { loopbackEndpoint } from '../../practice/loopback.ts';
import { catalogueFor, getTarget, targetOfSession } from '../../targets/registry.ts';
import type { CommandContext } from '../context.ts';
import {
	bundledAnswers,
	forgetEndedCloud,
	PRACTICE_REGION,
	practiceCloudOf,
} from '../practice-cloud.ts';

/** An open session, locked by this process, with its cloud. */
export interface Opened {
	session: Session;
	/** The cloud for these answers; a real one depends on their region. */
	cloud(answers: Answers): Cloud;
	baseFolder: string;
	/** Values that replace defaults. */
	suggested: Answers;
	cancel: CancellationSource;
}

/** Region of lookups before one is selected: every region can list the regions. */
const FIRST_REGION = 'us-east-1';

/** @throws WizardError as `Session.open` does. */
export function openReal(context: CommandContext, name: string, baseFolder?: string): Opened {
	const { home, secrets } = context;
	const session = Session.open({ home, name, practice: false, secrets });
	const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
	const fallback = AWS_REGION || AWS_DEFAULT_REGION || FIRST_REGION;
	return {
		session,
		cloud: (answers) => realCloud(typeof answers.region === 'string' ? answers.region : fallback),
		baseFolder: baseFolder ?? session.record.baseFolder,
		suggested: {},
		cancel: cancellationSource(),
	};
}

/**
 * Opens a practice session, and starts its cloud if there is none.
 *
 * @param say Receives progress messages.
 */
export async function openPractice(
	context: CommandContext,
	name: string,
	say: (words: string) => void,
): Promise<Opened> {
	const { home, secrets } = context;
	for await (const event of forgetEndedCloud(context, name))
		if (event.type === 'note') say(event.text);
	const session = Session.open({ home, name, practice: true, secrets });
	try {
		const cancel = cancellationSource();
		const events = practiceCloudOf(session, cancel, context.flag('cloud'));
		let next = await events.next();
		for (; next.done !== true; next = await events.next())
			if (next.value.type === 'note') say(next.value.text);
		const endpoint = loopbackEndpoint(next.value);
		say('seeding sample account data');
		const file = await bundledAnswers(session, targetOfSession(session.record), endpoint, true);
		const { answers } = await readAnswersFile(file, catalogueFor);
		return {
			session,
			cloud: ({ target }) =>
				practiceCloud(endpoint, PRACTICE_REGION, getTarget(target).practice.overrides),
			baseFolder: session.record.baseFolder,
			suggested: answers,
			cancel,
		};
	} catch (thrown) {
		session.close();
		throw thrown;
	}
}

/**
 * Interview for an answers file: asks for missing answers, and for everything in the steps under
 * `ask`, whose values are only suggestions.
 */
export function askingOfFile(parsed: ParsedAnswers): Asking {
	const { catalogue } = parsed;
	const stepOf = new Map(catalogue.questions.map(({ key, step }) => [key, step]));
	const asks = (key: string) => parsed.ask.includes(stepOf.get(key) ?? '');
	const entries = Object.entries(parsed.answers);
	const kept = catalogue.steps.map(({ id }) => id).filter((id) => !parsed.ask.includes(id));
	const keys = catalogue.questions.filter(({ step }) => kept.includes(step)).map(({ key }) => key);
	return {
		...nothingAsked,
		given: Object.fromEntries(entries.filter(([key]) => !asks(key))),
		suggested: Object.fromEntries(entries.filter(([key]) => asks(key))),
		passed: [...keys, ...kept.map(detailsOf)],
	};
}

/** Interview for a session that was started without the wizard: all stored answers are confirmed. */
export function askingOfRecord(answers: Answers, catalogue: Catalogue): Asking {
	if (Object.keys(answers).length === 0) return nothingAsked;
	const keys = catalogue.questions.map(({ key }) => key);
	const steps = catalogue.steps.map(({ id }) => detailsOf(id));
	return { ...nothingAsked, given: answers, passed: [...keys, ...steps] };
}

/**
 * Interview for a run of some steps: skips the questions and checks of all other steps, and answered
 * questions of these steps.
 */
export function askingOfPart(
	asking: Asking,
	only: readonly string[],
	catalogue: Catalogue,
): Asking {
	const others = catalogue.steps.map(({ id }) => id).filter((id) => !only.includes(id));
	const known = catalogue.questions.filter(
		({ step, key }) => others.includes(step) || asking.given[key] !== undefined,
	);
	const folded = known.filter(({ group }) => group !== undefined);
	const passed = [
		...known.map(({ key }) => key),
		...others.flatMap((id) => [detailsOf(id), checksOf(id)]),
		...folded.map(({ step }) => detailsOf(step)),
	];
	return { ...asking, passed: [...new Set(passed)] };
}

/** What of an interview holds for another target: the answers to questions that it asks too. */
export function askingOfTarget(asking: Asking, catalogue: Catalogue): Asking {
	const keys = new Set(catalogue.questions.map(({ key }) => key));
	const known = (answers: Answers): Answers =>
		Object.fromEntries(Object.entries(answers).filter(([key]) => keys.has(key)));
	const steps = catalogue.steps.map(({ id }) => id);
	const pages = new Set([...keys, ...steps.flatMap((id) => [detailsOf(id), checksOf(id)])]);
	return {
		given: known(asking.given),
		suggested: known(asking.suggested),
		passed: asking.passed.filter((id) => pages.has(id)),
		because: {},
	};
}
