import wrapAnsi from 'wrap-ansi';
import { escapedLines, escapeLine } from '../../engine/terminal-text.ts';

/** What is to be typed or copied elsewhere stands alone behind this, and is never broken. */
export const COPY_MARK = '    ';
/** Before each line of a text from outside that may have several: none can pass for one of ours. */
const QUOTE_MARK = '  | ';

const NARROWEST = 20;

/** A text from outside that may have several lines, each behind a mark that is read out too. */
export const quoted = (text: string): string[] =>
	text.trim() === '' ? [] : escapedLines(text).map((line) => `${QUOTE_MARK}${line}`);

/**
 * Lines as they fit the terminal, broken between words alone: a name or a path in two pieces can
 * neither be copied nor be read out. Nothing in a line can act on the terminal or start another line;
 * only the first row of a line starts at the margin.
 */
export function wrapped(lines: readonly string[], width: number): string[] {
	const room = Math.max(NARROWEST, width);
	return lines.flatMap((line) => wrapOne(escapeLine(line), room));
}

function wrapOne(line: string, width: number): string[] {
	if (line.startsWith(COPY_MARK)) return [line.trimEnd()];
	const indent = /^(?: *\d+\. | *\| | *)/.exec(line)?.[0] ?? '';
	const hanging = indent === QUOTE_MARK ? indent : ' '.repeat(Math.max(2, indent.length));
	const room = Math.max(NARROWEST / 2, width - hanging.length);
	return wrapAnsi(line.slice(indent.length), room)
		.split('\n')
		.map((part, index) => `${index === 0 ? indent : hanging}${part}`.trimEnd());
}
