import { checkAnswers } from '../engine/answers/check-answers.ts';
import { diffAnswers, formatAnswerChanges } from '../engine/answers/diff-answers.ts';
import { findSecretsInAnswers, getPlaintextNames } from '../engine/answers/plaintext-secrets.ts';
import { registerEnvironmentSecrets } from '../engine/answers/resolve-secret.ts';
import { getInitialEnvironment } from '../engine/child-environment.ts';
import type { Answers } from '../engine/question.ts';
import type { SecretRegistry } from '../engine/secret-registry.ts';
import type { SessionRecord } from '../engine/session/session-record.ts';
import type { Step } from '../engine/step.ts';
import { isStepComplete } from '../runs/session-status.ts';
import {
	type InterviewContext,
	type InterviewState,
	resolveInterviewAnswers,
} from './interview.ts';
import type { ReviewScreen } from './wizard-model.ts';

interface ReviewParts<S> {
	steps: readonly Step<S>[];
	/** How long the run takes, in words. */
	duration(run: { answers: Answers; practice: boolean; only?: readonly string[] }): string;
	only?: readonly string[] | undefined;
	context: { secrets: SecretRegistry };
}

/** All problems of the answers, including missing ones. */
export function findAnswerProblems(
	interview: InterviewState,
	frame: InterviewContext,
	secrets: SecretRegistry,
): ReviewScreen['problems'] {
	const { answers } = resolveInterviewAnswers(interview, frame);
	const checked = checkAnswers({ answers }, frame.catalogue, frame.facts);
	return [
		...checked.problems.map(({ key, message, rule }) => ({
			key,
			text: `${message}${rule === undefined ? '' : ` (${rule})`}`,
		})),
		...findSecretProblems(answers, frame, secrets),
		...checked.resolved.missing.map(({ key }) => ({ key, text: 'is required' })),
	];
}

/** Finds answers that contain a secret: they would store it, and every output would mask them. */
export function findSecretProblems(
	answers: Answers,
	{ catalogue, facts }: InterviewContext,
	registry: SecretRegistry,
): { key: string; text: string }[] {
	registerEnvironmentSecrets(answers, {
		catalogue,
		environment: getInitialEnvironment(),
		registry,
	});
	const names = getPlaintextNames({ session: facts.session });
	return findSecretsInAnswers(answers, registry, names).map(({ key, message }) => ({
		key,
		text: message,
	}));
}

/** Creates the review screen, the last one before anything is changed. */
export function createReviewScreen<S>(
	interview: InterviewState,
	frame: InterviewContext,
	{ steps, only, context, duration }: ReviewParts<S>,
	record: SessionRecord,
): ReviewScreen {
	const { answers } = resolveInterviewAnswers(interview, frame);
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
					changes.some(({ step }) => step === id) || !isStepComplete(record, id)
						? intent(answers)
						: IN_PLACE,
			}))
			.filter(({ lines }) => lines.length > 0),
		changes: formatAnswerChanges(changes),
		duration: duration({ answers, practice: record.practice, only }),
		problems: findAnswerProblems(interview, frame, context.secrets),
	};
}

/** Text for a step that has succeeded before with the same answers. */
const IN_PLACE = ['already in place: check it and change only what differs'];
