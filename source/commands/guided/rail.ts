import type { RailStep } from '../../engine/guide/model.ts';
import type { Stop } from '../../engine/guide/stops.ts';

type Titled = readonly { id: string; title: string }[];

/** Stepper during the questions: a step is done once all its pages are confirmed. */
export function askingRail(
	steps: Titled,
	stops: readonly Stop[],
	passed: readonly string[],
	here: Stop,
): RailStep[] {
	// The first step without questions, the installation itself, starts at the review.
	const asks = (id: string) => stops.some((stop) => stop.kind !== 'review' && stop.step === id);
	const current = here.kind === 'review' ? steps.find(({ id }) => !asks(id))?.id : here.step;
	const at = steps.findIndex(({ id }) => id === current);
	return steps.map(({ id, title }, nth): RailStep => {
		const own = stops.filter((stop) => stop.kind !== 'review' && stop.step === id);
		// At the review, later steps are answered but not done.
		const toCome = here.kind === 'review' && nth > at;
		const done = !toCome && own.length > 0 && own.every((stop) => passed.includes(stop.id));
		return { id, title, state: id === current ? 'current' : done ? 'done' : 'open' };
	});
}

/** Stepper during and after a run. */
export function runningRail(
	steps: Titled,
	done: readonly string[],
	current: string | undefined,
	failed: boolean,
): RailStep[] {
	return steps.map(({ id, title }): RailStep => {
		const here = id === current && !done.includes(id);
		const state = here ? (failed ? 'failed' : 'current') : done.includes(id) ? 'done' : 'open';
		return { id, title, state };
	});
}
