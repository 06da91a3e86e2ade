import type { TerminalCell } from './terminal-cells.ts';

/** Adjacent cells with the same style. */
export interface StyledTextRun {
	text: string;
	column: number;
	/** In cells. */
	width: number;
	/** A glyph that is drawn as a shape, because fonts leave gaps between lines. */
	shape: string | undefined;
	style: TerminalCell;
}

/** Glyphs drawn as shapes. */
export const shapeGlyphs = ['█', '░', '┃', '│', '─', '━'];

/** The visible runs of a row. */
export function getStyledTextRuns(row: readonly TerminalCell[]): StyledTextRun[] {
	const runs: StyledTextRun[] = [];
	for (const [column, cell] of row.entries()) {
		if (cell.width === 0) continue;
		const text = cell.text === '' ? ' ' : cell.text;
		const shape = shapeGlyphs.includes(text) ? text : undefined;
		const last = runs.at(-1);
		if (last !== undefined && last.shape === shape && looksOf(last.style) === looksOf(cell)) {
			last.text += text;
			last.width += cell.width;
		} else runs.push({ text, column, width: cell.width, shape, style: cell });
	}
	return runs.map(withoutMargins).filter(({ width }) => width > 0);
}

/** Removes blanks around a run unless they are visible. */
function withoutMargins(run: StyledTextRun): StyledTextRun {
	const { style, text } = run;
	if (style.background !== undefined || style.inverse || style.underline) return run;
	const left = text.length - text.trimStart().length;
	const right = text.length - text.trimEnd().length;
	if (left === text.length) return { ...run, text: '', width: 0 };
	return {
		...run,
		text: text.trim(),
		column: run.column + left,
		width: run.width - left - right,
	};
}

/** Wide characters form their own runs, because fonts seldom make them two cells wide. */
function looksOf(cell: TerminalCell): string {
	const { text: _text, width, ...look } = cell;
	return `${width} ${JSON.stringify(look)}`;
}
