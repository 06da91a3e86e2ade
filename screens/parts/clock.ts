import { createContext, use, useRef, useSyncExternalStore } from 'react';
import { useTheme } from './theme.ts';

/** Ten frames a second: smooth enough for a spinner, cheap enough for a slow connection. */
const TICK_INTERVAL_MS = 100;

/** One time for the whole screen; it ticks only while there are subscribers. */
export interface Clock {
	now(): number;
	subscribe(listener: () => void): () => void;
}

export function createSystemClock(time: () => number = Date.now): Clock {
	const listeners = new Set<() => void>();
	let ticker: NodeJS.Timeout | undefined;
	let current = time();
	const tick = () => {
		current = time();
		for (const listener of [...listeners]) listener();
	};
	return {
		now() {
			// Without subscribers the cached time is stale.
			if (ticker === undefined) current = time();
			return current;
		},
		subscribe(listener) {
			listeners.add(listener);
			ticker ??= setInterval(tick, TICK_INTERVAL_MS);
			return () => {
				listeners.delete(listener);
				if (listeners.size > 0 || ticker === undefined) return;
				clearInterval(ticker);
				ticker = undefined;
			};
		},
	};
}

export const ClockContext = createContext<Clock>(createSystemClock());

const never = () => () => {};

/**
 * The time in ms. Redraws when the second changes, or at the given resolution.
 *
 * @param resolution ms; 0 disables ticking
 */
export function useCurrentTime(resolution = 1000): number {
	const clock = use(ClockContext);
	const last = useRef<number | undefined>(undefined);
	const read = () => {
		const now = clock.now();
		const before = last.current;
		const step = resolution > 0 ? resolution : Number.POSITIVE_INFINITY;
		if (before === undefined || Math.floor(now / step) !== Math.floor(before / step)) {
			last.current = now;
			return now;
		}
		return before;
	};
	return useSyncExternalStore(resolution > 0 ? clock.subscribe : never, read);
}

/** The time in ms and the spinner glyph, redrawn while something runs. */
export function useSpinner(running = true): { now: number; spinner: string } {
	const { spinner, current } = useTheme().glyphs;
	const now = useCurrentTime(running ? TICK_INTERVAL_MS : 0);
	return { now, spinner: spinner[Math.floor(now / TICK_INTERVAL_MS) % spinner.length] ?? current };
}
