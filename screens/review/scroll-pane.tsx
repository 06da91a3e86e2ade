import type { ReactNode } from 'react';
import { TextLine, truncatePieces } from '../parts/styled-text.tsx';
import { useTheme } from '../parts/theme.ts';
import {
	getVisibleRange,
	getVisibleRangeAround,
	type RowBlock,
	type TextRow,
	type VisibleRange,
} from './scroll-blocks.ts';

/** Width of the pointer column. */
export const POINTER_WIDTH = 2;

interface RowsProps {
	rows: readonly TextRow[];
	width: number;
	shown: VisibleRange;
	/** What is further below and which key shows it. */
	belowWords?: string;
}

/** A range of rows with markers for hidden rows above and below. */
export function ScrolledRows({ rows, width, shown, belowWords }: RowsProps): ReactNode {
	const { glyphs } = useTheme();
	const left = (arrow: string, count: number, words?: string): TextRow => {
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
		<TextLine key={at} width={width} pieces={pieces} />
	));
}

interface PaneProps {
	blocks: readonly RowBlock[];
	focus?: string;
	/** Shows the first rows, wherever the pointer is. */
	fromTop?: boolean;
	width: number;
	height: number;
}

/** Blocks with a pointer, scrolled to fit the height. */
export function BlockPane({ blocks, focus, fromTop = false, width, height }: PaneProps): ReactNode {
	const theme = useTheme();
	const pointer = theme.glyphs.pointer.padEnd(POINTER_WIDTH);
	const rows = blocks.flatMap((block) =>
		block.rows.map((pieces, at): TextRow => {
			const here = at === 0 && block.id !== undefined && block.id === focus;
			const cut = truncatePieces(pieces, width - POINTER_WIDTH, theme);
			return [here ? { text: pointer, role: 'accent' } : ' '.repeat(POINTER_WIDTH), ...cut];
		}),
	);
	const shown = fromTop
		? getVisibleRange(rows.length, height, 0)
		: getVisibleRangeAround(blocks, focus, height);
	return <ScrolledRows rows={rows} width={width} shown={shown} />;
}
