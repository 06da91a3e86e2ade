import { isQuestionAsked } from '../engine/answers/add-default-and-derived-answers.ts';
import type { CatalogueQuestion } from '../engine/answers/question-tree.ts';
import { buildQuestionTree } from '../engine/answers/question-tree.ts';
import type { Answers, QuestionCatalogue } from '../engine/question.ts';

/** A page of the wizard: a question, folded details, checks or the review. */
export type Page =
	| { kind: 'question'; id: string; step: string }
	| { kind: 'details'; id: string; step: string }
	| { kind: 'checks'; id: string; step: string }
	| { kind: 'review'; id: string };

export const REVIEW_PAGE_ID = 'review!';
export const getDetailsPageId = (step: string): string => `${step}+`;
export const getChecksPageId = (step: string): string => `${step}!`;

/** Questions that apply with these answers, in catalogue order. */
export function getAskedQuestions(
	catalogue: QuestionCatalogue,
	answers: Answers,
): CatalogueQuestion[] {
	const tree = buildQuestionTree(catalogue);
	return catalogue.questions.filter((question) => isQuestionAsked(question, answers, tree));
}

/** Whether a question is on the details page of its group instead of its own page. */
export function isFoldedQuestion(question: CatalogueQuestion, answers: Answers): boolean {
	return question.group !== undefined && answers[question.key] !== undefined;
}

/**
 * All pages in order for the given answers. A grouped question without an answer gets its own page.
 *
 * @param checked Steps with checks that run after their questions are answered.
 */
export function buildPages(
	catalogue: QuestionCatalogue,
	answers: Answers,
	checked: readonly string[],
): readonly Page[] {
	const asked = getAskedQuestions(catalogue, answers);
	const stops = catalogue.steps.flatMap(({ id: step }): Page[] => {
		const own = asked.filter((question) => question.step === step);
		const folded = own.filter((question) => isFoldedQuestion(question, answers));
		return [
			...own
				.filter((question) => !folded.includes(question))
				.map(({ key }): Page => ({ kind: 'question', id: key, step })),
			...(folded.length === 0
				? []
				: [{ kind: 'details', id: getDetailsPageId(step), step } satisfies Page]),
			...(checked.includes(step)
				? [{ kind: 'checks', id: getChecksPageId(step), step } satisfies Page]
				: []),
		];
	});
	return [...stops, { kind: 'review', id: REVIEW_PAGE_ID }];
}
