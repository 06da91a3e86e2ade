import type { DoneScreen } from '../../source/wizard/wizard-model.ts';
import { isShellCommand, wrapShellCommand } from '../checks/shell-command.ts';
import { getCellWidth, wrapSingleLine } from '../parts/styled-text.tsx';
import type { Theme } from '../parts/theme.ts';
import type { TextRow } from '../review/scroll-blocks.ts';
import { formatDoneSummary } from './summary-text.ts';

const isTitle = (line: string, after: string | undefined): boolean =>
	after === '' && line.endsWith(':');

/** Whether wrapping would break a word, which could then not be copied. */
const breaks = (text: string, width: number): boolean =>
	text.split(' ').some((word) => getCellWidth(word) > width);

/**
 * Wraps a row of two columns below its value, or below its name when only that keeps the value
 * whole.
 */
function wrapped(line: string, width: number): string[] {
	if (getCellWidth(line) <= width) return [line];
	if (isShellCommand(line))
		return wrapShellCommand(line, width).flatMap((part) => wrapSingleLine(part, width));
	const column = /^\S.*?\s{2,}(?=\S)/.exec(line)?.[0] ?? '';
	if (column === '') return wrapSingleLine(line, width);
	const value = line.slice(column.length);
	const room = width - getCellWidth(column);
	if (room < 24 || breaks(value, room)) {
		return [column.trimEnd(), ...wrapSingleLine(value, width - 2).map((text) => `  ${text}`)];
	}
	const [first = '', ...rest] = wrapSingleLine(value, room);
	return [column + first, ...rest.map((text) => ' '.repeat(getCellWidth(column)) + text)];
}

/** The summary lines wrapped to the window. */
export function createDoneRows(screen: DoneScreen, width: number, theme: Theme): TextRow[] {
	const lines = formatDoneSummary(screen);
	return lines.flatMap((line, at): TextRow[] => {
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
			? rows.map((text): TextRow => [{ text, role: 'strong' }])
			: rows.map((text): TextRow => [text]);
	});
}
