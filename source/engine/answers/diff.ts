import { isDeepStrictEqual } from 'node:util';
import type { Answers, Catalogue } from '../question.ts';
import { shownValue } from './problem.ts';
import { describeSecret } from './secret-reference.ts';

/** One answer that differs, as it may be shown: cut short, and a secret by its form only. */
export interface AnswerChange {
	key: string;
	step: string;
	label: string;
	/** Undefined: there was no answer. */
	before?: string;
	/** Undefined: there is none any more. */
	after?: string;
}

/** What differs between two sets of answers, in the order of the catalogue. */
export function diffAnswers(before: Answers, after: Answers, catalogue: Catalogue): AnswerChange[] {
	return catalogue.questions.flatMap(({ key, step, label, kind }) => {
		const [old, now] = [before[key], after[key]];
		if (isDeepStrictEqual(old, now)) return [];
		const change: AnswerChange = { key, step, label };
		const show = kind === 'secret' ? describeSecret : shownValue;
		if (old !== undefined) change.before = show(old);
		if (now !== undefined) change.after = show(now);
		if (change.before === change.after && change.after !== undefined) {
			// The same to look at, yet not the same: another variable, or a text changed at its end.
			change.after = `${change.after} (changed)`;
		}
		return [change];
	});
}

/** A line for each change: `~ KEY  OLD -> NEW`, `+ KEY  NEW`, `- KEY  OLD`. */
export function formatChanges(changes: readonly AnswerChange[]): string[] {
	return changes.map(({ key, before, after }) => {
		if (before === undefined) return `+ ${key}  ${after}`;
		if (after === undefined) return `- ${key}  ${before}`;
		return `~ ${key}  ${before} -> ${after}`;
	});
}
