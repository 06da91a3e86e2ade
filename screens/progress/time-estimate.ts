import type { ResourceInProgress } from '../../source/wizard/wizard-model.ts';

export interface ElapsedResource {
	one: ResourceInProgress;
	seconds: number;
	/** Takes longer than usual. */
	late: boolean;
}

/** The resources in progress, slowest first. */
export function sortSlowestFirst(
	inFlight: readonly ResourceInProgress[],
	now: number,
): ElapsedResource[] {
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
 * Estimated minutes left; undefined when no usual time is known, when one is overdue, or when it is
 * a matter of seconds.
 */
export function estimateResourceMinutesLeft(
	resources: readonly ElapsedResource[],
): number | undefined {
	if (resources.some(({ late }) => late)) return undefined;
	const left = resources.flatMap(({ one, seconds }) =>
		one.usualSeconds === undefined ? [] : [one.usualSeconds[1] - seconds],
	);
	const minutes = Math.round(Math.max(0, ...left) / 60);
	return minutes >= 1 ? minutes : undefined;
}

/** "8 to 14 min", from seconds. */
export function formatDurationRange([least, most]: readonly [number, number]): string {
	if (most < 120) return `${least} to ${most} s`;
	return `${Math.max(1, Math.round(least / 60))} to ${Math.round(most / 60)} min`;
}
