import type { EngineEvent } from './events.ts';
import { limits } from './limits.ts';

/** A pending external operation. */
interface PendingWait {
	/** Text after "Waiting for": "the command of settings.db_password". */
	what: string;
	/** ms since the epoch. */
	since: number;
	/** The timeout; undefined when there is none. */
	limitMs: number | undefined;
	/** The time of the last progress, in ms since the epoch. */
	progressAt?: number;
}

/**
 * All pending operations of this process. Global, so that drivers need no reference to the front end
 * that shows progress.
 */
const current = new Set<PendingWait>();

/** Registers a wait for the duration of `work`. */
export async function trackWait<T>(
	what: string,
	limitMs: number | undefined,
	operation: () => Promise<T>,
): Promise<T> {
	const wait = registerWait(what, limitMs);
	try {
		return await operation();
	} finally {
		wait.close();
	}
}

interface WaitHandle {
	/** Delays the next heartbeat. */
	reportProgress(): void;
	close(): void;
}

/** Registers a wait until it is closed, for work that is not a single promise. */
export function registerWait(what: string, limitMs?: number): WaitHandle {
	const wait: PendingWait = { what, since: Date.now(), limitMs };
	current.add(wait);
	return {
		reportProgress: () => {
			wait.progressAt = Date.now();
		},
		close: () => {
			current.delete(wait);
		},
	};
}

/** Pending operations, oldest first. */
export function listPendingWaits(): PendingWait[] {
	return [...current].sort((a, b) => a.since - b.since);
}

interface HeartbeatIntervals {
	firstMs: number;
	everyMs: number;
}

const usual: HeartbeatIntervals = { firstMs: limits.firstHeartbeatMs, everyMs: limits.heartbeatMs };

type WaitingEvent = Extract<EngineEvent, { type: 'waiting' }>;

/** Creates a function that returns the waits that are due for a heartbeat. */
function createHeartbeats({ firstMs, everyMs }: HeartbeatIntervals): () => WaitingEvent[] {
	/** Last heartbeat by name, so that repeated attempts do not each cause one. */
	const lastByName = new Map<string, number>();
	return () => {
		const now = Date.now();
		const due = listPendingWaits().filter(({ what, since, progressAt = 0 }) => {
			const last = Math.max(lastByName.get(what) ?? 0, progressAt);
			if (now - since < firstMs || (last > 0 && now - last < everyMs)) return false;
			lastByName.set(what, now);
			return true;
		});
		return due.map(({ what, since, limitMs }) => ({
			type: 'waiting',
			what,
			seconds: Math.round((now - since) / 1000),
			...(limitMs === undefined ? {} : { limitSeconds: Math.round(limitMs / 1000) }),
		}));
	};
}

/** Forwards events and adds a `waiting` event for every long wait. */
export async function* addWaitingEvents(
	events: AsyncGenerator<EngineEvent>,
): AsyncGenerator<EngineEvent> {
	const heartbeats = createHeartbeats(usual);
	let wake = (_: 'tick'): void => {};
	const timer = setInterval(() => wake('tick'), tickMs(usual));
	timer.unref();
	try {
		for (;;) {
			const next = events.next();
			for (;;) {
				const tick = new Promise<'tick'>((resolve) => {
					wake = resolve;
				});
				const came = await Promise.race([next, tick]);
				if (came !== 'tick') {
					if (came.done === true) return;
					yield came.value;
					break;
				}
				yield* heartbeats();
			}
		}
	} finally {
		clearInterval(timer);
		await events.return(undefined);
	}
}

function tickMs({ firstMs, everyMs }: HeartbeatIntervals): number {
	return Math.min(1000, firstMs, everyMs);
}

/** Calls `show` for every long wait until the returned function is called. */
export function reportLongWaits(
	show: (event: WaitingEvent) => void,
	times: HeartbeatIntervals = usual,
): () => void {
	const heartbeats = createHeartbeats(times);
	const timer = setInterval(() => {
		for (const event of heartbeats()) show(event);
	}, tickMs(times));
	timer.unref();
	return () => clearInterval(timer);
}

/** "Waiting for the command of settings.db_password (12 s, at most 60 s)…" */
export function formatWaitingEvent({
	what,
	seconds,
	limitSeconds,
}: Omit<WaitingEvent, 'type'>): string {
	const limit = limitSeconds === undefined ? '' : `, at most ${limitSeconds} s`;
	return `Waiting for ${what} (${seconds} s${limit})…`;
}
