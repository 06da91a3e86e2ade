import { isDeepStrictEqual } from 'node:util';
import type { Answers, QuestionCatalogue } from '../question.ts';
import { formatDisplayValue } from './answers-problem.ts';
import { describeSecretReference } from './secret-reference.ts';

/** A changed answer for display: truncated, and a secret by its form only. */
export interface AnswerChange {
	key: string;
	step: string;
	label: string;
	/** Undefined when there was no answer. */
	before?: string;
	/** Undefined when the answer was removed. */
	after?: string;
}

/** The differences between two sets of answers, in catalogue order. */
export function diffAnswers(
	before: Answers,
	after: Answers,
	catalogue: QuestionCatalogue,
): AnswerChange[] {
	return catalogue.questions.flatMap(({ key, step, label, kind }) => {
		const [old, now] = [before[key], after[key]];
		if (isDeepStrictEqual(old, now)) return [];
		const change: AnswerChange = { key, step, label };
		const show = kind === 'secret' ? describeSecretReference : formatDisplayValue;
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
