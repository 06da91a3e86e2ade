import { createContext, use, useRef, useSyncExternalStore } from 'react';
import { useTheme } from './theme.ts';

/** Ten frames a second: smooth enough for a spinner, cheap enough over a slow line. */
export const TICK_MS = 100;

/** One time for the whole screen; it ticks only while somebody listens. */
export interface Clock {
	now(): number;
	subscribe(listener: () => void): () => void;
}

/** The clock of a running front end. */
export function systemClock(time: () => number = Date.now): Clock {
	const listeners = new Set<() => void>();
	let ticker: NodeJS.Timeout | undefined;
	let current = time();
	const tick = () => {
		current = time();
		for (const listener of [...listeners]) listener();
	};
	return {
		now() {
			// While nobody listens the cached time would grow old.
			if (ticker === undefined) current = time();
			return current;
		},
		subscribe(listener) {
			listeners.add(listener);
			ticker ??= setInterval(tick, TICK_MS);
			return () => {
				listeners.delete(listener);
				if (listeners.size > 0 || ticker === undefined) return;
				clearInterval(ticker);
				ticker = undefined;
			};
		},
	};
}

/** A clock that stands still, or is set by hand: for tests and pictures. */
export function fixedClock(start: number): Clock & { set(ms: number): void } {
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

export const ClockContext = createContext<Clock>(systemClock());

const never = () => () => {};

/**
 * The time in ms. Draws again when the second changes, or as often as `resolution` says.
 *
 * @param resolution ms; 0 while nothing runs: then nothing ticks.
 */
export function useNow(resolution = 1000): number {
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

/** The picture of the spinner for now. Only where something really runs. */
export function useSpinner(): string {
	const { spinner } = useTheme().glyphs;
	const now = useNow(TICK_MS);
	return spinner[Math.floor(now / TICK_MS) % spinner.length] ?? '';
}
