import type { RailStep } from '../../engine/guide/model.ts';
import type { Stop } from '../../engine/guide/stops.ts';

/** Steps the way to a finished installation still has, which are done by hand for now. */
const LATER: readonly RailStep[] = [
	{ id: 'bootstrap', title: 'Bring-up', state: 'later' },
	{ id: 'rekey', title: 'Rekey', state: 'later' },
	{ id: 'backup', title: 'Backup', state: 'later' },
];

type Titled = readonly { id: string; title: string }[];

/** While questions are asked: a step is done when all its stops are passed. */
export function askingRail(
	steps: Titled,
	stops: readonly Stop[],
	passed: readonly string[],
	here: Stop,
): RailStep[] {
	// The last step asks nothing of its own: the review leads to it.
	const current = here.kind === 'review' ? steps.at(-1)?.id : here.step;
	return [
		...steps.map(({ id, title }): RailStep => {
			const own = stops.filter((stop) => stop.kind !== 'review' && stop.step === id);
			const done = own.length > 0 && own.every((stop) => passed.includes(stop.id));
			return { id, title, state: id === current ? 'current' : done ? 'done' : 'open' };
		}),
		...LATER,
	];
}

/** While steps run, and after. */
export function runningRail(
	steps: Titled,
	done: readonly string[],
	current: string | undefined,
	failed: boolean,
): RailStep[] {
	return [
		...steps.map(({ id, title }): RailStep => {
			const here = id === current && !done.includes(id);
			const state = here ? (failed ? 'failed' : 'current') : done.includes(id) ? 'done' : 'open';
			return { id, title, state };
		}),
		...LATER,
	];
}
