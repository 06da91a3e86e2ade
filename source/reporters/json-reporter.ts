import { writeJson } from './output.ts';
import type { EventReporter, OutputStreams } from './reporter-types.ts';

/** Increased when a field is removed or changes meaning, but not for new types and fields. */
const EVENT_VERSION = 1;

/**
 * Writes one JSON object per line to standard output: `{"v":1,"time":"…","type":"…",…}`.
 *
 * @param practice Marks every line with `"practice":true`.
 */
export function createJsonReporter(
	streams: Pick<OutputStreams, 'out'>,
	practice = false,
	clock: () => Date = () => new Date(),
): EventReporter {
	return {
		show(event) {
			const mark = practice ? { practice } : {};
			writeJson(streams.out, { v: EVENT_VERSION, time: clock().toISOString(), ...mark, ...event });
		},
		end() {},
	};
}
