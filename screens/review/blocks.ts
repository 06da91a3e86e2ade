import type { Piece } from '../parts/text.tsx';

export type Row = readonly Piece[];

/** Rows that belong together. With an `id` the pointer can stand on them. */
export interface Block {
	id?: string;
	rows: readonly Row[];
}

export type Move = 'up' | 'down' | 'pageUp' | 'pageDown' | 'home' | 'end';

/** A blank row. */
export const gap: Block = { rows: [[]] };

/** A row nobody can stand on. */
export const heading = (...pieces: Piece[]): Block => ({ rows: [pieces] });

export const idsOf = (blocks: readonly Block[]): string[] =>
	blocks.flatMap(({ id }) => (id === undefined ? [] : [id]));

/** The id the pointer stands on: the one it was left on while that is there, else the first. */
export function pointed(ids: readonly string[], focus: string | undefined): string | undefined {
	return focus !== undefined && ids.includes(focus) ? focus : ids[0];
}

/** Where a move leads. It ends at the first and the last, and does not go round. */
export function moved(
	ids: readonly string[],
	focus: string | undefined,
	move: Move,
	page: number,
): string | undefined {
	const at = ids.indexOf(pointed(ids, focus) ?? '');
	const jump = Math.max(1, page);
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

/** A part of many rows: from `top` to before `end`. What is above and below is told on a row each. */
export interface Excerpt {
	top: number;
	end: number;
	above: number;
	below: number;
}

/** The excerpt that begins as near to `top` as there is something to show. */
export function excerpt(total: number, height: number, top: number): Excerpt {
	if (total <= height) return { top: 0, end: total, above: 0, below: 0 };
	// Fewer rows than this have no room for telling what is left out.
	const marks = height >= 4;
	const last = total - height + (marks ? 1 : 0);
	const wanted = Math.min(Math.max(0, top), last);
	// One row hidden behind a mark could as well be shown.
	const from = marks && wanted === 1 ? 0 : wanted;
	const above = marks && from > 0 ? 1 : 0;
	const room = height - above;
	const below = marks && from + room < total ? 1 : 0;
	const end = Math.min(total, from + room - below);
	return { top: from, end, above: above * from, below: below * (total - end) };
}

/** The excerpt that shows the block with that id, in the middle where that is possible. */
export function around(blocks: readonly Block[], id: string | undefined, height: number): Excerpt {
	const total = blocks.reduce((sum, { rows }) => sum + rows.length, 0);
	let from = 0;
	for (const block of blocks) {
		if (id !== undefined && block.id === id) {
			const middle = from - Math.max(0, Math.floor((height - block.rows.length) / 2));
			// Of a block that is higher than the screen the beginning is wanted.
			return excerpt(total, height, block.rows.length > height - 2 ? from - 1 : middle);
		}
		from += block.rows.length;
	}
	return excerpt(total, height, 0);
}

/** Where the top goes when rows are scrolled rather than pointed at. */
export function scrolled(top: number, move: Move, total: number, height: number): number {
	const last = excerpt(total, height, total).top;
	const page = Math.max(1, height - 3);
	// The first step must get past the place where a mark stands for a single row.
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
