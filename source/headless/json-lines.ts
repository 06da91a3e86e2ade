import type { FrontEnd, Streams } from './front-end.ts';
import { writeJson } from './output.ts';

/** Raised when a field changes meaning or goes; new types and fields do not raise it. */
export const EVENT_VERSION = 1;

/**
 * One JSON object a line on standard output: `{"v":1,"time":"…","type":"…",…}`.
 *
 * @param always Fields of every line.
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
