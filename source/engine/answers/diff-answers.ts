import { isDeepStrictEqual } from 'node:util';
import type { Answers, QuestionCatalogue } from '../question.ts';
import type { SessionRecord } from '../session/session-record.ts';
import { formatValueAsShortJson } from './answers-problem.ts';
import { describeSecretReferenceKind } from './resolve-secret-reference.ts';

/** A changed answer for display: truncated, and a secret by its form only. */
export interface AnswerChange {
	key: string;
	step: string;
	/** Undefined when there was no answer. */
	before?: string;
	/** Undefined when the answer was removed. */
	after?: string;
}

/**
 * The differences from the stored answers of a session, in catalogue order. Only answers of steps that
 * have run; other answers may still change freely.
 */
export function diffAnswersOfStartedSteps(
	record: Pick<SessionRecord, 'answers' | 'steps'> | undefined,
	answers: Answers,
	catalogue: QuestionCatalogue,
): AnswerChange[] {
	if (record === undefined || Object.keys(record.answers).length === 0) return [];
	return catalogue.questions.flatMap(({ key, step, kind }) => {
		const [old, now] = [record.answers[key], answers[key]];
		if (record.steps[step] === undefined || isDeepStrictEqual(old, now)) return [];
		const change: AnswerChange = { key, step };
		const show = kind === 'secret' ? describeSecretReferenceKind : formatValueAsShortJson;
		if (old !== undefined) change.before = show(old);
		if (now !== undefined) change.after = show(now);
		if (change.before === change.after && change.after !== undefined) {
			// Different values may look the same: another variable, or a long text that was truncated.
			change.after = `${change.after} (changed)`;
		}
		return [change];
	});
}

/** One line per change: `~ KEY  OLD -> NEW`, `+ KEY  NEW`, `- KEY  OLD`. */
export function formatAnswerChanges(changes: readonly AnswerChange[]): string[] {
	return changes.map(({ key, before, after }) => {
		if (before === undefined) return `+ ${key}  ${after}`;
		if (after === undefined) return `- ${key}  ${before}`;
		return `~ ${key}  ${before} -> ${after}`;
	});
}
