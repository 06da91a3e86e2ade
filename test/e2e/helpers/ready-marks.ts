import {
	TEST_IDLE_REPORT_OSC_CODE,
	type TestIdleReport,
} from '../../../source/wizard/test-idle-reports.ts';

export type { TestIdleReport } from '../../../source/wizard/test-idle-reports.ts';
export { TEST_IDLE_REPORTS_VARIABLE } from '../../../source/wizard/test-idle-reports.ts';

const BEGIN = `\x1b]${TEST_IDLE_REPORT_OSC_CODE};`;
const END = '\x07';

/** Output of the program between two of its ready marks, and the mark that follows it, if any. */
export interface MarkedOutput {
	text: string;
	mark?: TestIdleReport;
}

/** Takes ready marks out of output that comes in pieces, cut anywhere. */
export function createReadyMarkReader(): (piece: string) => MarkedOutput[] {
	let kept = '';
	return (piece) => {
		const parts: MarkedOutput[] = [];
		kept += piece;
		for (;;) {
			const begin = kept.indexOf(BEGIN);
			const end = kept.indexOf(END, begin);
			if (begin < 0 || end < 0) break;
			const mark = JSON.parse(kept.slice(begin + BEGIN.length, end)) as TestIdleReport;
			parts.push({ text: kept.slice(0, begin), mark });
			kept = kept.slice(end + 1);
		}
		// The beginning of a mark whose end is still to come stays.
		const open = kept.indexOf(BEGIN);
		const cut = open >= 0 ? open : kept.length - partOfBegin(kept);
		if (cut > 0) parts.push({ text: kept.slice(0, cut) });
		kept = kept.slice(cut);
		return parts;
	};
}

/** How many characters at the end of a text may be the beginning of a mark. */
function partOfBegin(text: string): number {
	for (let length = Math.min(BEGIN.length - 1, text.length); length > 0; length -= 1)
		if (BEGIN.startsWith(text.slice(-length))) return length;
	return 0;
}
