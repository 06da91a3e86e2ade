import type { Page } from './pages.ts';
import type { StepperStep } from './wizard-model.ts';

type Titled = readonly { id: string; title: string }[];

/** Stepper during the questions: a step is done once all its pages are confirmed. */
export function createQuestionStepper(
	steps: Titled,
	pages: readonly Page[],
	passed: readonly string[],
	currentPage: Page,
): StepperStep[] {
	// The first step without questions, the installation itself, starts at the review.
	const asks = (id: string) => pages.some((stop) => stop.kind !== 'review' && stop.step === id);
	const current =
		currentPage.kind === 'review' ? steps.find(({ id }) => !asks(id))?.id : currentPage.step;
	const at = steps.findIndex(({ id }) => id === current);
	return steps.map(({ id, title }, nth): StepperStep => {
		const own = pages.filter((stop) => stop.kind !== 'review' && stop.step === id);
		// At the review, later steps are answered but not done.
		const toCome = currentPage.kind === 'review' && nth > at;
		const done = !toCome && own.length > 0 && own.every((stop) => passed.includes(stop.id));
		return { id, title, state: id === current ? 'current' : done ? 'done' : 'open' };
	});
}

/** Stepper during and after a run. */
export function createRunStepper(
	steps: Titled,
	done: readonly string[],
	current: string | undefined,
	failed: boolean,
): StepperStep[] {
	return steps.map(({ id, title }): StepperStep => {
		const here = id === current && !done.includes(id);
		const state = here ? (failed ? 'failed' : 'current') : done.includes(id) ? 'done' : 'open';
		return { id, title, state };
	});
}
