import type { CatalogueQuestion } from '../answers/outline.ts';
import { outlineOf } from '../answers/outline.ts';
import { isAsked } from '../answers/resolve.ts';
import type { Answers, Catalogue } from '../question.ts';

/** A page of the wizard: a question, folded details, checks or the review. */
export type Stop =
	| { kind: 'question'; id: string; step: string }
	| { kind: 'details'; id: string; step: string }
	| { kind: 'checks'; id: string; step: string }
	| { kind: 'review'; id: string };

export const REVIEW = 'review!';
export const detailsOf = (step: string): string => `${step}+`;
export const checksOf = (step: string): string => `${step}!`;

/** Questions that apply with these answers, in catalogue order. */
export function askedQuestions(catalogue: Catalogue, answers: Answers): CatalogueQuestion[] {
	const { branches } = outlineOf(catalogue);
	return catalogue.questions.filter((question) =>
		isAsked(question, answers, branches.get(question.key) ?? []),
	);
}

/** Whether a question is on the details page of its group instead of its own page. */
export function isFolded(question: CatalogueQuestion, answers: Answers): boolean {
	return question.group !== undefined && answers[question.key] !== undefined;
}

/**
 * All pages in order for the given answers. A grouped question without an answer gets its own page.
 *
 * @param checked Steps with checks that run after their questions are answered.
 */
export function stopsOf(
	catalogue: Catalogue,
	answers: Answers,
	checked: readonly string[],
): readonly Stop[] {
	const asked = askedQuestions(catalogue, answers);
	const stops = catalogue.steps.flatMap(({ id: step }): Stop[] => {
		const own = asked.filter((question) => question.step === step);
		const folded = own.filter((question) => isFolded(question, answers));
		return [
			...own
				.filter((question) => !folded.includes(question))
				.map(({ key }): Stop => ({ kind: 'question', id: key, step })),
			...(folded.length === 0
				? []
				: [{ kind: 'details', id: detailsOf(step), step } satisfies Stop]),
			...(checked.includes(step)
				? [{ kind: 'checks', id: checksOf(step), step } satisfies Stop]
				: []),
		];
	});
	return [...stops, { kind: 'review', id: REVIEW }];
}
