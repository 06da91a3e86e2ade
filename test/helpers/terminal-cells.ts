import type { IBufferCell, Terminal } from '@xterm/headless';

/** A cell of a terminal screen. A wide character is followed by an empty cell of width 0. */
export interface TerminalCell {
	text: string;
	width: number;
	/** Palette index, `#rrggbb`, or undefined for the terminal's own colour. */
	colour: number | string | undefined;
	background: number | string | undefined;
	bold: boolean;
	dim: boolean;
	italic: boolean;
	underline: boolean;
	inverse: boolean;
	strikethrough: boolean;
}

/** The visible screen of a headless terminal, row by row. */
export function getTerminalCells(terminal: Terminal): TerminalCell[][] {
	const buffer = terminal.buffer.active;
	return Array.from({ length: terminal.rows }, (_, row) => {
		const line = buffer.getLine(buffer.baseY + row);
		return Array.from({ length: terminal.cols }, (_, column) => cell(line?.getCell(column)));
	});
}

/** Lines `from` to `to` of a terminal's buffer as text, without trailing blanks. */
export function getTerminalLines(terminal: Terminal, from: number, to: number): string[] {
	const buffer = terminal.buffer.active;
	return Array.from({ length: Math.max(0, to - from) }, (_, index) =>
		(buffer.getLine(from + index)?.translateToString(true) ?? '').trimEnd(),
	);
}

function cell(found: IBufferCell | undefined): TerminalCell {
	return {
		text: found?.getChars() ?? '',
		width: found?.getWidth() ?? 1,
		colour:
			found === undefined || found.isFgDefault()
				? undefined
				: shade(found.getFgColor(), found.isFgRGB()),
		background:
			found === undefined || found.isBgDefault()
				? undefined
				: shade(found.getBgColor(), found.isBgRGB()),
		bold: (found?.isBold() ?? 0) !== 0,
		dim: (found?.isDim() ?? 0) !== 0,
		italic: (found?.isItalic() ?? 0) !== 0,
		underline: (found?.isUnderline() ?? 0) !== 0,
		inverse: (found?.isInverse() ?? 0) !== 0,
		strikethrough: (found?.isStrikethrough() ?? 0) !== 0,
	};
}

function shade(value: number, rgb: boolean): number | string {
	return rgb ? `#${value.toString(16).padStart(6, '0')}` : value;
}
