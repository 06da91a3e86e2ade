import type { Clock } from '../../screens/parts/clock.ts';

/** A clock set by hand, for tests and pictures. */
export function createFixedClock(start: number): Clock & { set(ms: number): void } {
	const listeners = new Set<() => void>();
	let current = start;
	return {
		now: () => current,
		set(ms) {
			current = ms;
			for (const listener of [...listeners]) listener();
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}
