import wrapAnsi from 'wrap-ansi';
import { escapeLine, splitEscapedLines } from '../../engine/terminal-escape.ts';

/** Indentation of text to copy, which is on its own line and never wrapped. */
export const COPY_INDENT = '    ';
/** Prefix of each line of external text, so that it cannot imitate a line of the program. */
const QUOTE_MARK = '  | ';

const NARROWEST = 20;

/** Prefixes each line of external text with a mark that is also read out. */
export const quoteLines = (text: string): string[] =>
	text.trim() === '' ? [] : splitEscapedLines(text).map((line) => `${QUOTE_MARK}${line}`);

/**
 * Wraps lines to the terminal, only between words, so that names and paths can be copied and read
 * out. Control characters are escaped, and only the first row of a line starts at the margin.
 */
export function wrapForTerminal(lines: readonly string[], width: number): string[] {
	const room = Math.max(NARROWEST, width);
	return lines.flatMap((line) => wrapOne(escapeLine(line), room));
}

function wrapOne(line: string, width: number): string[] {
	if (line.startsWith(COPY_INDENT)) return [line.trimEnd()];
	const indent = /^(?: *\d+\. | *\| | *)/.exec(line)?.[0] ?? '';
	const hanging = indent === QUOTE_MARK ? indent : ' '.repeat(Math.max(2, indent.length));
	const room = Math.max(NARROWEST / 2, width - hanging.length);
	return wrapAnsi(line.slice(indent.length), room)
		.split('\n')
		.map((part, index) => `${index === 0 ? indent : hanging}${part}`.trimEnd());
}
