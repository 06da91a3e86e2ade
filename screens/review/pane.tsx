import type { ReactNode } from 'react';
import { fitPieces, Line } from '../parts/text.tsx';
import { useTheme } from '../parts/theme.ts';
import { around, type Block, type Excerpt, excerpt, type Row } from './blocks.ts';

/** Width of the pointer column. */
export const POINTER_CELLS = 2;

interface RowsProps {
	rows: readonly Row[];
	width: number;
	shown: Excerpt;
	/** What is further below and which key shows it. */
	belowWords?: string;
}

/** A range of rows with markers for hidden rows above and below. */
export function Rows({ rows, width, shown, belowWords }: RowsProps): ReactNode {
	const { glyphs } = useTheme();
	const left = (arrow: string, count: number, words?: string): Row => {
		const text = `${arrow} ${count} more ${count === 1 ? 'row' : 'rows'}`;
		return [{ text: words === undefined ? text : `${text}: ${words}`, role: 'dim' }];
	};
	const drawn = [
		...(shown.above > 0 ? [left(glyphs.up, shown.above)] : []),
		...rows.slice(shown.top, shown.end),
		...(shown.below > 0 ? [left(glyphs.down, shown.below, belowWords)] : []),
	];
	return drawn.map((pieces, at) => (
		// biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity
		<Line key={at} width={width} pieces={pieces} />
	));
}

interface PaneProps {
	blocks: readonly Block[];
	focus?: string;
	/** Shows the first rows, wherever the pointer is. */
	fromTop?: boolean;
	width: number;
	height: number;
}

/** Blocks with a pointer, scrolled to fit the height. */
export function Pane({ blocks, focus, fromTop = false, width, height }: PaneProps): ReactNode {
	const theme = useTheme();
	const pointer = theme.glyphs.pointer.padEnd(POINTER_CELLS);
	const rows = blocks.flatMap((block) =>
		block.rows.map((pieces, at): Row => {
			const here = at === 0 && block.id !== undefined && block.id === focus;
			const cut = fitPieces(pieces, width - POINTER_CELLS, theme);
			return [here ? { text: pointer, role: 'accent' } : ' '.repeat(POINTER_CELLS), ...cut];
		}),
	);
	const shown = fromTop ? excerpt(rows.length, height, 0) : around(blocks, focus, height);
	return <Rows rows={rows} width={width} shown={shown} />;
}
