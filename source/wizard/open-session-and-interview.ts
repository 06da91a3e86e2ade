import { type Cloud, createRealCloud } from '../aws/cloud.ts';
import type { ParsedAnswers } from '../engine/answers/parse-answers.ts';
import { readAnswersFile } from '../engine/answers/parse-answers.ts';
import { type CancellationSource, createCancellationSource } from '../engine/cancellation.ts';
import type { Answers, QuestionCatalogue } from '../engine/question.ts';
import { Session } from '../engine/session/session.ts';
import {
	createPracticeSessionCloud,
	ensurePracticeAnswersFile,
	ensurePracticeCloud,
	removeSessionOfEndedCloud,
} from '../runs/practice-cloud.ts';
import type { CommandLineContext } from '../runs/run-session.ts';
import { getSessionTarget, getTargetCatalogue, getTargetOrDefault } from '../targets/registry.ts';
import {
	emptyInterview,
	getChecksPageId,
	getOptionalSettingsPageId,
	type InterviewState,
} from './interview.ts';

/** An open session, locked by this process, with its cloud. */
export interface OpenedSession {
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
export function openRealSession(
	context: CommandLineContext,
	name: string,
	baseFolder?: string,
): OpenedSession {
	const { home, secrets } = context;
	const session = Session.open({ home, name, practice: false, secrets });
	const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
	const fallback = AWS_REGION || AWS_DEFAULT_REGION || FIRST_REGION;
	return {
		session,
		cloud: (answers) =>
			createRealCloud(typeof answers.region === 'string' ? answers.region : fallback),
		baseFolder: baseFolder ?? session.record.baseFolder,
		suggested: {},
		cancel: createCancellationSource(),
	};
}

/**
 * Opens a practice session, and starts its cloud if there is none.
 *
 * @param onProgress Receives progress messages.
 */
export async function openPracticeSession(
	context: CommandLineContext,
	name: string,
	onProgress: (words: string) => void,
): Promise<OpenedSession> {
	const { home, secrets } = context;
	for await (const event of removeSessionOfEndedCloud(context, name))
		if (event.type === 'note') onProgress(event.text);
	const session = Session.open({ home, name, practice: true, secrets });
	try {
		const cancel = createCancellationSource();
		const events = ensurePracticeCloud(session, cancel, context.flag('cloud'));
		let next = await events.next();
		for (; next.done !== true; next = await events.next())
			if (next.value.type === 'note') onProgress(next.value.text);
		const endpoint = next.value;
		onProgress('seeding sample account data');
		const file = await ensurePracticeAnswersFile(
			session,
			getSessionTarget(session.record),
			endpoint,
			true,
		);
		const { answers } = await readAnswersFile(file, getTargetCatalogue);
		return {
			session,
			cloud: ({ target }) => createPracticeSessionCloud(endpoint, getTargetOrDefault(target)),
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
export function createInterviewFromParsedAnswers(parsed: ParsedAnswers): InterviewState {
	const { catalogue } = parsed;
	const asked = catalogue.questions.filter(({ step }) => parsed.ask.includes(step));
	const asks = new Set(asked.map(({ key }) => key));
	const entries = Object.entries(parsed.answers);
	const kept = catalogue.steps.map(({ id }) => id).filter((id) => !parsed.ask.includes(id));
	const keys = catalogue.questions.map(({ key }) => key).filter((key) => !asks.has(key));
	return {
		...emptyInterview,
		given: Object.fromEntries(entries.filter(([key]) => !asks.has(key))),
		suggested: Object.fromEntries(entries.filter(([key]) => asks.has(key))),
		passed: [...keys, ...kept.map(getOptionalSettingsPageId)],
	};
}

/** Interview for a session that was started without the wizard: all stored answers are confirmed. */
export function createInterviewFromStoredAnswers(
	answers: Answers,
	catalogue: QuestionCatalogue,
): InterviewState {
	if (Object.keys(answers).length === 0) return emptyInterview;
	const keys = catalogue.questions.map(({ key }) => key);
	const steps = catalogue.steps.map(({ id }) => getOptionalSettingsPageId(id));
	return { ...emptyInterview, given: answers, passed: [...keys, ...steps] };
}

/**
 * Interview for a run of some steps: skips the questions and checks of all other steps, and answered
 * questions of these steps.
 */
export function createInterviewForSteps(
	interview: InterviewState,
	onlySteps: readonly string[],
	catalogue: QuestionCatalogue,
): InterviewState {
	const others = catalogue.steps.map(({ id }) => id).filter((id) => !onlySteps.includes(id));
	const known = catalogue.questions.filter(
		({ step, key }) => others.includes(step) || interview.given[key] !== undefined,
	);
	const folded = known.filter(({ group }) => group !== undefined);
	const passed = [
		...known.map(({ key }) => key),
		...others.flatMap((id) => [getOptionalSettingsPageId(id), getChecksPageId(id)]),
		...folded.map(({ step }) => getOptionalSettingsPageId(step)),
	];
	return { ...interview, passed: [...new Set(passed)] };
}

/** What of an interview holds for another target: the answers to questions that it asks too. */
export function adaptInterviewToTarget(
	interview: InterviewState,
	catalogue: QuestionCatalogue,
): InterviewState {
	const keys = new Set(catalogue.questions.map(({ key }) => key));
	const known = (answers: Answers): Answers =>
		Object.fromEntries(Object.entries(answers).filter(([key]) => keys.has(key)));
	const steps = catalogue.steps.map(({ id }) => id);
	const pages = new Set([
		...keys,
		...steps.flatMap((id) => [getOptionalSettingsPageId(id), getChecksPageId(id)]),
	]);
	return {
		given: known(interview.given),
		suggested: known(interview.suggested),
		passed: interview.passed.filter((id) => pages.has(id)),
		because: {},
	};
}
