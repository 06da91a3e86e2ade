import { setTimeout as sleep } from 'node:timers/promises';

/** The limit for conditions that never become true. Not an expectation: a busy computer may need most of it. */
export const MAX_WAIT_MS = 120_000;

/** The limit for operations that take minutes, such as an apply. */
export const LONG_MAX_WAIT_MS = 1_200_000;

const POLL_MS = 20;

/**
 * Waits until `condition` returns something other than undefined, null or false, and returns that.
 * The only polling loop of the tests.
 *
 * @param what Names the condition in the error, for example "the state lock to be released".
 * @param timeoutMs Milliseconds; longer than `PATIENCE_MS` for operations that take minutes.
 * @throws Error when the condition still does not hold after `timeoutMs`.
 */
export async function waitFor<T>(
	what: string,
	condition: () => T | Promise<T>,
	timeoutMs = MAX_WAIT_MS,
): Promise<Exclude<T, undefined | null | false>> {
	const deadline = performance.now() + timeoutMs;
	for (;;) {
		const found = await condition();
		if (isFound(found)) return found;
		if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms for ${what}.`);
		await sleep(POLL_MS);
	}
}

/**
 * Calls `onLate` when an event has not occurred after `timeoutMs`.
 *
 * @returns A function that cancels the deadline.
 */
export function safetyDeadline(onLate: () => void, timeoutMs = MAX_WAIT_MS): () => void {
	const timer = setTimeout(onLate, timeoutMs);
	return () => clearTimeout(timer);
}

function isFound<T>(found: T): found is Exclude<T, undefined | null | false> {
	return found !== undefined && found !== null && found !== false;
}

/**
 * Runs an action and reports whether a time is between its start and its end, for timestamps that
 * must be "now". `wholeSeconds` is for clocks without milliseconds, such as S3's.
 */
export async function runWithTimeRange<T>(action: () => T | Promise<T>): Promise<{
	result: T;
	/** True for a time (ISO 8601 text, Date or milliseconds) within the action. */
	includes(time: string | Date | number | undefined, options?: { wholeSeconds?: boolean }): boolean;
}> {
	const before = Date.now();
	const result = await action();
	const after = Date.now();
	return {
		result,
		includes(time, { wholeSeconds = false } = {}) {
			const at = time === undefined ? Number.NaN : new Date(time).getTime();
			const first = wholeSeconds ? Math.floor(before / 1000) * 1000 : before;
			return first <= at && at <= after;
		},
	};
}
