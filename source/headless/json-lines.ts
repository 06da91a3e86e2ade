import type { FrontEnd, Streams } from './front-end.ts';
import { writeJson } from './output.ts';

/** Increased when a field is removed or changes meaning, but not for new types and fields. */
export const EVENT_VERSION = 1;

/**
 * Writes one JSON object per line to standard output: `{"v":1,"time":"…","type":"…",…}`.
 *
 * @param always Fields added to every line.
 */
export function jsonLines(
	streams: Pick<Streams, 'out'>,
	always: Readonly<Record<string, unknown>> = {},
	clock: () => Date = () => new Date(),
): FrontEnd {
	return {
		show(event) {
			const line = { v: EVENT_VERSION, time: clock().toISOString(), ...always, ...event };
			writeJson(streams.out, line);
		},
		end() {},
	};
}
