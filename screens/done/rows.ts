import type { DoneScreen } from '../../source/engine/guide/model.ts';
import { isCommand, shellLines } from '../checks/command.ts';
import { cells, wrapLines } from '../parts/text.tsx';
import type { Theme } from '../parts/theme.ts';
import type { Row } from '../review/blocks.ts';
import { donePaste } from './paste.ts';

const isTitle = (line: string, after: string | undefined): boolean =>
	after === '' && line.endsWith(':');

/** Whether wrapping would break a word, which could then not be copied. */
const breaks = (text: string, width: number): boolean =>
	text.split(' ').some((word) => cells(word) > width);

/**
 * Wraps a row of two columns below its value, or below its name when only that keeps the value
 * whole.
 */
function wrapped(line: string, width: number): string[] {
	if (cells(line) <= width) return [line];
	if (isCommand(line)) return shellLines(line, width).flatMap((part) => wrapLines(part, width));
	const column = /^\S.*?\s{2,}(?=\S)/.exec(line)?.[0] ?? '';
	if (column === '') return wrapLines(line, width);
	const value = line.slice(column.length);
	const room = width - cells(column);
	if (room < 24 || breaks(value, room)) {
		return [column.trimEnd(), ...wrapLines(value, width - 2).map((text) => `  ${text}`)];
	}
	const [first = '', ...rest] = wrapLines(value, room);
	return [column + first, ...rest.map((text) => ' '.repeat(cells(column)) + text)];
}

/** The summary lines wrapped to the window. */
export function doneRows(screen: DoneScreen, width: number, theme: Theme): Row[] {
	const lines = donePaste(screen);
	return lines.flatMap((line, at): Row[] => {
		if (at === 0) {
			return [
				[
					{ text: `${theme.glyphs.done} `, role: 'done' },
					{ text: line, role: 'strong' },
				],
			];
		}
		const rows = wrapped(line, width);
		return isTitle(line, lines[at - 1])
			? rows.map((text): Row => [{ text, role: 'strong' }])
			: rows.map((text): Row => [text]);
	});
}
