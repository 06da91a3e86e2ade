import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { KeyPress } from './key-handlers.tsx';
import {
	getRowWidth,
	getWidthInCells,
	type RowPieces,
	type TextPiece,
	TextRows,
	truncatePieces,
	wrapSingleLine,
} from './styled-text.tsx';
import { type TextRole, useTheme } from './theme.ts';

/** Rows that belong together. A block with an `id` can have the pointer. */
export interface RowBlock {
	id?: string;
	rows: readonly RowPieces[];
}

export type NavigationMove = 'up' | 'down' | 'pageUp' | 'pageDown' | 'home' | 'end';

export const blankBlock: RowBlock = { rows: [[]] };

export const getBlockIds = (blocks: readonly RowBlock[]): string[] =>
	blocks.flatMap(({ id }) => (id === undefined ? [] : [id]));

/** The id with the pointer: the focused one while it exists, otherwise the first. */
export function getFocusedBlockId(
	ids: readonly string[],
	focus: string | undefined,
): string | undefined {
	return focus !== undefined && ids.includes(focus) ? focus : ids[0];
}

/** The position after a move; stops at 0 and at `last`. */
export function getPositionAfterMove(
	at: number,
	move: NavigationMove,
	pageSize: number,
	last: number,
): number {
	const to = {
		up: at - 1,
		down: at + 1,
		pageUp: at - pageSize,
		pageDown: at + pageSize,
		home: 0,
		end: last,
	}[move];
	return Math.max(0, Math.min(to, last));
}

/** The id after a move; stops at both ends. */
export function getFocusAfterMove(
	ids: readonly string[],
	focus: string | undefined,
	move: NavigationMove,
	pageSize: number,
): string | undefined {
	const at = ids.indexOf(getFocusedBlockId(ids, focus) ?? '');
	return ids[getPositionAfterMove(at, move, Math.max(1, pageSize), ids.length - 1)];
}

/** The visible range, from `top` to before `end`, and the rows hidden above and below. */
interface VisibleRange {
	top: number;
	end: number;
	above: number;
	below: number;
}

/** The visible range that starts as close to `top` as possible. */
export function getVisibleRange(total: number, height: number, top: number): VisibleRange {
	if (total <= height) return { top: 0, end: total, above: 0, below: 0 };
	// Fewer rows leave no room for the markers of hidden rows.
	const marks = height >= 4;
	const last = total - height + (marks ? 1 : 0);
	const wanted = Math.min(Math.max(0, top), last);
	// A marker for a single hidden row would take the place of that row.
	const from = marks && wanted === 1 ? 0 : wanted;
	const above = marks && from > 0 ? 1 : 0;
	const room = height - above;
	const below = marks && from + room < total ? 1 : 0;
	const end = Math.min(total, from + room - below);
	return { top: from, end, above: above * from, below: below * (total - end) };
}

/** The visible range around a block, centered where possible. */
export function getVisibleRangeAround(
	blocks: readonly RowBlock[],
	id: string | undefined,
	height: number,
): VisibleRange {
	const total = blocks.reduce((sum, { rows }) => sum + rows.length, 0);
	let from = 0;
	for (const block of blocks) {
		if (id !== undefined && block.id === id) {
			const middle = from - Math.max(0, Math.floor((height - block.rows.length) / 2));
			// Of a block taller than the screen the first rows are shown.
			return getVisibleRange(total, height, block.rows.length > height - 2 ? from - 1 : middle);
		}
		from += block.rows.length;
	}
	return getVisibleRange(total, height, 0);
}

/** The new top row after scrolling. */
export function getScrollTopAfterMove(
	top: number,
	move: NavigationMove,
	total: number,
	height: number,
): number {
	const last = getVisibleRange(total, height, total).top;
	// The first step skips the position at which a marker would stand for a single row.
	if (move === 'up' && top <= 2) return 0;
	const from = move === 'down' && top === 0 ? 1 : top;
	return getPositionAfterMove(from, move, Math.max(1, height - 3), last);
}

/** Width of the pointer column. */
export const POINTER_WIDTH = 2;

interface RowsProps {
	rows: readonly RowPieces[];
	width: number;
	height: number;
	/** The first visible row, where possible. */
	top?: number;
	/** What is further below and which key shows it. */
	belowLabel?: string;
}

/** A range of rows with markers for hidden rows above and below. */
export function ScrolledRows({ rows, width, height, top = 0, belowLabel }: RowsProps): ReactNode {
	const shown = getVisibleRange(rows.length, height, top);
	const { glyphs } = useTheme();
	const left = (arrow: string, count: number, words?: string): RowPieces => {
		const text = `${arrow} ${count} more ${count === 1 ? 'row' : 'rows'}`;
		return [{ text: words === undefined ? text : `${text}: ${words}`, role: 'dim' }];
	};
	const drawn = [
		...(shown.above > 0 ? [left(glyphs.up, shown.above)] : []),
		...rows.slice(shown.top, shown.end),
		...(shown.below > 0 ? [left(glyphs.down, shown.below, belowLabel)] : []),
	];
	return <TextRows rows={drawn} width={width} />;
}

interface PaneProps {
	/** Above and below the blocks, always in full. */
	head: readonly RowPieces[];
	foot: readonly RowPieces[];
	blocks: readonly RowBlock[];
	focus: string | undefined;
	/** Shows the first rows, wherever the pointer is. */
	fromTop?: boolean;
	width: number;
	height: number;
}

/** Rows left for the blocks between head and foot. */
export const getPaneBodyHeight = ({
	head,
	foot,
	height,
}: Pick<PaneProps, 'head' | 'foot' | 'height'>) =>
	Math.max(1, height - head.length - foot.length - 2);

/** Blocks with a pointer, scrolled to fit between head and foot. */
export function BlockPane(props: PaneProps): ReactNode {
	const { head, foot, blocks, focus, fromTop = false, width } = props;
	const theme = useTheme();
	const pointer = theme.glyphs.pointer.padEnd(POINTER_WIDTH);
	const rows = blocks.flatMap((block) =>
		block.rows.map((pieces, at): RowPieces => {
			const here = at === 0 && block.id !== undefined && block.id === focus;
			const cut = truncatePieces(pieces, width - POINTER_WIDTH, theme);
			return [here ? { text: pointer, role: 'accent' } : ' '.repeat(POINTER_WIDTH), ...cut];
		}),
	);
	const height = getPaneBodyHeight(props);
	const top = fromTop ? 0 : getVisibleRangeAround(blocks, focus, height).top;
	return (
		<Box flexDirection="column">
			<TextRows rows={head} width={width} />
			<Box height={1} flexShrink={0} />
			<ScrolledRows rows={rows} width={width} height={height} top={top} />
			<Box height={1} flexShrink={0} />
			<TextRows rows={foot} width={width} />
		</Box>
	);
}

const moves: readonly NavigationMove[] = ['pageUp', 'pageDown', 'home', 'end', 'up', 'down'];

/** The pointer move of a key, if any. */
export const toNavigationMove = (press: KeyPress): NavigationMove | undefined =>
	moves.find((move) => press.is(move));

/** Like `toNavigationMove`, where `g` has its vi meaning. */
export const toScrollMove = (press: KeyPress): NavigationMove | undefined =>
	press.is('top') ? 'home' : toNavigationMove(press);

interface Labelled {
	/** A sign in front of the label. */
	sign?: TextPiece;
	label: string;
	labelRole?: TextRole | undefined;
	text: string;
	role?: TextRole | undefined;
	/** Width of the label column. */
	column: number;
	width: number;
}

/** Minimum width of a value beside its label. */
const LEAST = 24;

/**
 * A label with its text beside it; below it when there is little room, when the label exceeds its
 * column, or when that saves rows (an ARN in a narrow column).
 */
export function createLabelledRows(options: Labelled): RowPieces[] {
	const { sign, label, text, column, width } = options;
	const indent = sign === undefined ? 0 : getRowWidth([sign]) + 1;
	const room = width - indent - column - 2;
	const below = belowRows(options, indent);
	if (text === '' || room < LEAST || getWidthInCells(label) > column) return below;
	const lines = wrapSingleLine(text, room);
	// A row without a label continues the one above, in the same column.
	return label !== '' && below.length < lines.length ? below : besideRows(options, indent, lines);
}

const frontOf = (sign: TextPiece | undefined): TextPiece[] =>
	sign === undefined ? [] : [sign, ' '];

function belowRows(
	{ sign, label, labelRole, text, role, width }: Labelled,
	indent: number,
): RowPieces[] {
	const texts = text === '' ? [] : wrapSingleLine(text, width - indent - 2);
	return [
		...wrapSingleLine(label, width - indent).map(
			(line, at): RowPieces => [
				...(at === 0 ? frontOf(sign) : [' '.repeat(indent)]),
				{ text: line, role: labelRole },
			],
		),
		...texts.map((line): RowPieces => [' '.repeat(indent + 2), { text: line, role }]),
	];
}

function besideRows(
	{ sign, label, labelRole, role, column }: Labelled,
	indent: number,
	lines: readonly string[],
): RowPieces[] {
	const title = `${label}${' '.repeat(column - getWidthInCells(label))}  `;
	return lines.map(
		(line, at): RowPieces =>
			at === 0
				? [...frontOf(sign), { text: title, role: labelRole }, { text: line, role }]
				: [' '.repeat(indent + column + 2), { text: line, role }],
	);
}

/** The width that most labels fit, limited to a share of the total width. */
export function getLabelColumnWidth(
	labels: readonly string[],
	width: number,
	maxShare = 0.42,
): number {
	const most = Math.floor(width * maxShare);
	return Math.max(0, ...labels.map(getWidthInCells).filter((label) => label <= most));
}
