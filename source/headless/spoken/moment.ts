import type { ProgressScreen } from '../../engine/guide/model.ts';
import type { Recorder } from '../../engine/recorders.ts';

/** Between the last time something was said and now; ms since the epoch. */
export interface Moment {
	now: number;
	last: number;
	/** The run as it was last heard of: plans and failures come between, and it goes on after. */
	run?: ProgressScreen;
	/** An answer has been given since: the same refusal again is news. */
	answered?: boolean;
	/** What around the terminal may keep what is shown. */
	recorders?: readonly Recorder[];
}

/** True when, counted from `since`, another whole `seconds` have passed since the last time. */
export function hasTurned({ now, last }: Moment, since: number, seconds: number): boolean {
	const turns = (at: number) => Math.floor((at - since) / 1000 / seconds);
	return turns(now) > Math.max(0, turns(last));
}
