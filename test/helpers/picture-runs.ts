import type { Cell } from './cells.ts';

/** Neighbouring cells that look alike. */
export interface Run {
	text: string;
	column: number;
	/** In cells. */
	width: number;
	/** Of a glyph that is drawn as a shape: fonts leave gaps between lines. */
	shape: string | undefined;
	style: Cell;
}

/** Glyphs drawn as shapes. */
export const shapes = ['█', '░', '┃', '│', '─', '━'];

/** The runs of a row, without those that show nothing. */
export function runsOf(row: readonly Cell[]): Run[] {
	const runs: Run[] = [];
	for (const [column, cell] of row.entries()) {
		if (cell.width === 0) continue;
		const text = cell.text === '' ? ' ' : cell.text;
		const shape = shapes.includes(text) ? text : undefined;
		const last = runs.at(-1);
		if (last !== undefined && last.shape === shape && looksOf(last.style) === looksOf(cell)) {
			last.text += text;
			last.width += cell.width;
		} else runs.push({ text, column, width: cell.width, shape, style: cell });
	}
	return runs.map(withoutMargins).filter(({ width }) => width > 0);
}

/** Blanks around a run only count where they are painted. */
function withoutMargins(run: Run): Run {
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

/** Wide characters keep to themselves: fonts seldom give them the width of two others. */
function looksOf(cell: Cell): string {
	const { text: _text, width, ...look } = cell;
	return `${width} ${JSON.stringify(look)}`;
}
