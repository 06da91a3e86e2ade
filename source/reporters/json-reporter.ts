import type { FrontEnd, OutputStreams } from './front-end.ts';
import { writeJson } from './output.ts';

/** Increased when a field is removed or changes meaning, but not for new types and fields. */
const EVENT_VERSION = 1;

/**
 * Writes one JSON object per line to standard output: `{"v":1,"time":"…","type":"…",…}`.
 *
 * @param commonFields Fields added to every line.
 */
export function createJsonReporter(
	streams: Pick<OutputStreams, 'out'>,
	commonFields: Readonly<Record<string, unknown>> = {},
	clock: () => Date = () => new Date(),
): FrontEnd {
	return {
		show(event) {
			const line = { v: EVENT_VERSION, time: clock().toISOString(), ...commonFields, ...event };
			writeJson(streams.out, line);
		},
		end() {},
	};
}
