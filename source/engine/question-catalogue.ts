import type { Question, QuestionCatalogue } from './question.ts';
import type { Step } from './step.ts';

/**
 * Builds the catalogue of all questions that the steps of a target can ask, in order.
 *
 * @param getTextProblem Returns the text check for questions that have none of their own.
 */
export function buildCatalogue<S>(
	target: string,
	steps: readonly Step<S>[],
	getTextProblem: (question: Question) => Question['textProblem'] = () => undefined,
): QuestionCatalogue {
	return {
		target,
		steps: steps.map(({ id, title, summary }) => ({ id, title, summary })),
		questions: steps.flatMap((step) =>
			step.questions.map((question) => {
				const textProblem = question.textProblem ?? getTextProblem(question);
				return { ...question, step: step.id, ...(textProblem && { textProblem }) };
			}),
		),
		rules: steps.flatMap((step) => step.rules.map((rule) => ({ ...rule, step: step.id }))),
	};
}

/** Questions with the same group, and maybe the same condition under which they are asked. */
export function addCommonFieldsToQuestions(
	common: Pick<Question, 'group' | 'when' | 'asked'>,
	questions: readonly Question[],
): Question[] {
	return questions.map((question) => ({ ...common, ...question }));
}
