import { stripVTControlCharacters } from 'node:util';
import wrapAnsi from 'wrap-ansi';

/** What is to be typed or copied elsewhere stands alone behind this, and is never broken. */
export const COPY_MARK = '    ';

const NARROWEST = 20;

/**
 * Lines as they fit the terminal, broken between words alone: a name or a path in two pieces can
 * neither be copied nor be read out. Escape sequences and other control characters are taken out.
 */
export function wrapped(lines: readonly string[], width: number): string[] {
	const room = Math.max(NARROWEST, width);
	return lines.flatMap((line) => line.split('\n')).flatMap((line) => wrapOne(plain(line), room));
}

function wrapOne(line: string, width: number): string[] {
	if (line.startsWith(COPY_MARK)) return [line.trimEnd()];
	const indent = /^(?: *\d+\. | *)/.exec(line)?.[0] ?? '';
	const hanging = ' '.repeat(indent.length);
	const room = Math.max(NARROWEST / 2, width - indent.length);
	return wrapAnsi(line.slice(indent.length), room)
		.split('\n')
		.map((part, index) => `${index === 0 ? indent : hanging}${part}`.trimEnd());
}

function plain(text: string): string {
	return stripVTControlCharacters(text.replaceAll('\t', '  ')).replace(/\p{Cc}/gu, '');
}
