import type { TextPiece } from '../parts/styled-text.tsx';

export type TextRow = readonly TextPiece[];

/** Rows that belong together. A block with an `id` can have the pointer. */
export interface RowBlock {
	id?: string;
	rows: readonly TextRow[];
}

export type PointerMove = 'up' | 'down' | 'pageUp' | 'pageDown' | 'home' | 'end';

export const blankBlock: RowBlock = { rows: [[]] };

/** A row that cannot have the pointer. */
export const createHeadingBlock = (...pieces: TextPiece[]): RowBlock => ({ rows: [pieces] });

export const getBlockIds = (blocks: readonly RowBlock[]): string[] =>
	blocks.flatMap(({ id }) => (id === undefined ? [] : [id]));

/** The id with the pointer: the focused one while it exists, otherwise the first. */
export function getFocusedBlockId(
	ids: readonly string[],
	focus: string | undefined,
): string | undefined {
	return focus !== undefined && ids.includes(focus) ? focus : ids[0];
}

/** The id after a move; stops at both ends. */
export function moveFocus(
	ids: readonly string[],
	focus: string | undefined,
	move: PointerMove,
	pageSize: number,
): string | undefined {
	const at = ids.indexOf(getFocusedBlockId(ids, focus) ?? '');
	const jump = Math.max(1, pageSize);
	const to = {
		up: at - 1,
		down: at + 1,
		pageUp: at - jump,
		pageDown: at + jump,
		home: 0,
		end: ids.length - 1,
	}[move];
	return ids[Math.min(Math.max(0, to), ids.length - 1)];
}

/** The visible range, from `top` to before `end`, and the rows hidden above and below. */
export interface VisibleRange {
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
export function getScrollTop(
	top: number,
	move: PointerMove,
	total: number,
	height: number,
): number {
	const last = getVisibleRange(total, height, total).top;
	const page = Math.max(1, height - 3);
	// The first step skips the position at which a marker would stand for a single row.
	const to = {
		up: top <= 2 ? 0 : top - 1,
		down: top === 0 ? 2 : top + 1,
		pageUp: top - page,
		pageDown: top + page,
		home: 0,
		end: last,
	}[move];
	return Math.min(Math.max(0, to), last);
}
