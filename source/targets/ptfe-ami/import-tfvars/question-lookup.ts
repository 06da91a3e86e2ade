import type { Answers, Question } from '../../../engine/question.ts';
import { networkQuestions } from '../../../steps/network/questions.ts';
import { preflightQuestions } from '../../../steps/preflight/questions.ts';
import { settingsQuestions } from '../settings/questions.ts';

const questions: readonly Question[] = [
	...preflightQuestions,
	...networkQuestions,
	...settingsQuestions,
];

export function findQuestion(key: string): Question | undefined {
	return questions.find((question) => question.key === key);
}

/** Answers whose question would not be asked, considering defaults. */
export function findInapplicableKeys(answers: Answers): string[] {
	const defaults = questions.flatMap((question): [string, unknown][] =>
		question.default === undefined ? [] : [[question.key, question.default]],
	);
	const all: Answers = { ...Object.fromEntries(defaults), ...answers };
	return Object.keys(answers).filter((key) => findQuestion(key)?.when?.(all) === false);
}

/** The problem of a value with the current rule; undefined if it is valid. */
export function findValueProblem(key: string, value: unknown): string | undefined {
	const question = findQuestion(key);
	if (question?.options !== undefined && question.kind === 'choice') {
		const fits = question.options.some((option) => option.value === value);
		return fits
			? undefined
			: `is not one of ${question.options.map((one) => `"${one.value}"`).join(', ')}`;
	}
	const result = question?.schema?.safeParse(value);
	if (result === undefined || result.success) return undefined;
	const words = result.error.issues.map(({ message }) => message).join('; ');
	return question?.rule === undefined ? words : `${words} (${question.rule})`;
}
