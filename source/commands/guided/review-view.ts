import { checkAnswers } from '../../engine/answers/check.ts';
import { diffAnswers, formatChanges } from '../../engine/answers/diff.ts';
import { learnEnvironmentSecrets } from '../../engine/answers/learn-secrets.ts';
import { plainNames, secretsInAnswers } from '../../engine/answers/plain-answers.ts';
import { startedWith } from '../../engine/child-environment.ts';
import { type Asking, type AskingFrame, resolvedOf } from '../../engine/guide/asking.ts';
import type { ReviewScreen } from '../../engine/guide/model.ts';
import type { Answers } from '../../engine/question.ts';
import type { SecretRegistry } from '../../engine/secrets.ts';
import type { SessionRecord } from '../../engine/session/record.ts';
import type { Step } from '../../engine/step.ts';
import { hasSucceeded } from '../standing.ts';

interface ReviewParts<S> {
	steps: readonly Step<S>[];
	/** How long the run takes, in words. */
	duration(run: { answers: Answers; practice: boolean; only?: readonly string[] }): string;
	only?: readonly string[] | undefined;
	context: { secrets: SecretRegistry };
}

/** All problems of the answers, including missing ones. */
export function problemsNow(
	asking: Asking,
	frame: AskingFrame,
	secrets: SecretRegistry,
): ReviewScreen['problems'] {
	const { answers } = resolvedOf(asking, frame);
	const checked = checkAnswers({ answers }, frame.catalogue, frame.facts);
	return [
		...checked.problems.map(({ key, message, rule }) => ({
			key,
			text: `${message}${rule === undefined ? '' : ` (${rule})`}`,
		})),
		...secretProblems(answers, frame, secrets),
		...checked.resolved.missing.map(({ key }) => ({ key, text: 'is required' })),
	];
}

/** Finds answers that contain a secret: they would store it, and every output would mask them. */
export function secretProblems(
	answers: Answers,
	{ catalogue, facts }: AskingFrame,
	registry: SecretRegistry,
): { key: string; text: string }[] {
	learnEnvironmentSecrets(answers, { catalogue, environment: startedWith(), registry });
	const names = plainNames({ session: facts.session });
	return secretsInAnswers(answers, registry, names).map(({ key, message }) => ({
		key,
		text: message,
	}));
}

/** Creates the review screen, the last one before anything is changed. */
export function reviewScreen<S>(
	asking: Asking,
	frame: AskingFrame,
	{ steps, only, context, duration }: ReviewParts<S>,
	record: SessionRecord,
): ReviewScreen {
	const { answers } = resolvedOf(asking, frame);
	const begun = Object.keys(record.answers).length > 0;
	const changes = begun
		? diffAnswers(record.answers, answers, frame.catalogue).filter(
				({ step }) => record.steps[step] !== undefined,
			)
		: [];
	return {
		kind: 'review',
		intent: steps
			.filter(({ id }) => (only === undefined ? id !== 'preflight' : only.includes(id)))
			.map(({ id, title, intent }) => ({
				step: id,
				title,
				lines:
					changes.some(({ step }) => step === id) || !hasSucceeded(record, id)
						? intent(answers)
						: IN_PLACE,
			}))
			.filter(({ lines }) => lines.length > 0),
		changes: formatChanges(changes),
		duration: duration({ answers, practice: record.practice, only }),
		problems: problemsNow(asking, frame, context.secrets),
	};
}

/** Text for a step that has succeeded before with the same answers. */
const IN_PLACE = ['already in place: check it and change only what differs'];
