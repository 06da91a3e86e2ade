import type { InFlight } from '../../source/engine/guide/model.ts';

export interface Standing {
	one: InFlight;
	seconds: number;
	/** It takes longer than it usually does. */
	late: boolean;
}

/** What is under way, the slowest first. */
export function slowestFirst(inFlight: readonly InFlight[], now: number): Standing[] {
	return inFlight
		.map((one) => {
			const seconds = Math.max(0, (now - one.since) / 1000);
			return {
				one,
				seconds,
				late: one.usualSeconds !== undefined && seconds > one.usualSeconds[1],
			};
		})
		.sort((a, b) => b.seconds - a.seconds);
}

/**
 * Minutes until what is under way should be done, or undefined where that cannot be told: nothing
 * of it is known, it is late already, or it is a matter of seconds and others are to follow.
 */
export function minutesLeft(standing: readonly Standing[]): number | undefined {
	if (standing.some(({ late }) => late)) return undefined;
	const left = standing.flatMap(({ one, seconds }) =>
		one.usualSeconds === undefined ? [] : [one.usualSeconds[1] - seconds],
	);
	const minutes = Math.round(Math.max(0, ...left) / 60);
	return minutes >= 1 ? minutes : undefined;
}

/** "8 to 14 min", from seconds. */
export function usually([least, most]: readonly [number, number]): string {
	if (most < 120) return `${least} to ${most} s`;
	return `${Math.max(1, Math.round(least / 60))} to ${Math.round(most / 60)} min`;
}
