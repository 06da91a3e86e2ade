import type { Catalogue } from './question.ts';
import type { Step } from './step.ts';

/** All that the steps of a target can ask, in order. */
export function catalogueOf<S>(target: string, steps: readonly Step<S>[]): Catalogue {
	return {
		target,
		steps: steps.map(({ id, title, summary }) => ({ id, title, summary })),
		questions: steps.flatMap((step) =>
			step.questions.map((question) => ({ ...question, step: step.id })),
		),
		rules: steps.flatMap((step) => step.rules.map((rule) => ({ ...rule, step: step.id }))),
	};
}
