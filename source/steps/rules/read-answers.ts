import type { Answers } from '../../engine/question.ts';

// Rules receive answers that may be missing or, in an invalid file, have the wrong type. The schema
// of each answer reports invalid values, so these functions treat them as missing.

/** A text answer; `""` when there is none. */
export function readTextAnswer(answers: Answers, key: string): string {
	const value = answers[key];
	return typeof value === 'string' ? value : '';
}

/** The texts of a list answer. */
export function readListAnswer(answers: Answers, key: string): readonly string[] {
	const value = answers[key];
	return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** A yes-or-no answer, or `otherwise` when there is none. */
export function readBooleanAnswer(answers: Answers, key: string, defaultValue: boolean): boolean {
	const value = answers[key];
	return typeof value === 'boolean' ? value : defaultValue;
}

/** The entries of a map answer. */
export function readMapAnswer(answers: Answers, key: string): Readonly<Record<string, unknown>> {
	const value = answers[key];
	return typeof value === 'object' && value !== null && !Array.isArray(value)
		? (value as Record<string, unknown>)
		: {};
}
