import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	blankBlock,
	getFocusAfterMove,
	getFocusedBlockId,
	getScrollTopAfterMove,
	getVisibleRange,
	getVisibleRangeAround,
	type NavigationMove,
	type RowBlock,
} from '../../../screens/parts/scroll-pane.tsx';

const moves: readonly NavigationMove[] = ['up', 'down', 'pageUp', 'pageDown', 'home', 'end'];
const ids = ['a', 'b', 'c', 'd'];

describe('the pointer', () => {
	test.each<[string | undefined, NavigationMove, string]>([
		[undefined, 'down', 'b'],
		['gone', 'down', 'b'],
		['a', 'up', 'a'],
		['d', 'down', 'd'],
		['d', 'pageUp', 'b'],
		['a', 'pageDown', 'c'],
		['c', 'home', 'a'],
		['a', 'end', 'd'],
	])('moves from %s with %s to %s', (from, move, to) => {
		expect(getFocusAfterMove(ids, from, move, 2)).toBe(to);
	});

	test('is nowhere when there is nothing to select', () => {
		expect(getFocusAfterMove([], undefined, 'down', 2)).toBeUndefined();
		expect(getFocusedBlockId([], 'a')).toBeUndefined();
	});
});

describe('an excerpt', () => {
	test('leaves nothing out when everything fits', () => {
		expect(getVisibleRange(5, 5, 3)).toEqual({ top: 0, end: 5, above: 0, below: 0 });
	});

	test.each([
		[20, 10, 0, { top: 0, end: 9, above: 0, below: 11 }],
		[20, 10, 5, { top: 5, end: 13, above: 5, below: 7 }],
		[20, 10, 99, { top: 11, end: 20, above: 11, below: 0 }],
		// A marker for a single hidden row would take the place of that row.
		[20, 10, 1, { top: 0, end: 9, above: 0, below: 11 }],
	])('of %i rows in a height of %i from row %i', (total, height, top, wanted) => {
		expect(getVisibleRange(total, height, top)).toEqual(wanted);
	});

	test('never takes more rows than available, and accounts for each', () => {
		fc.assert(
			fc.property(
				fc.nat(200),
				fc.integer({ min: 4, max: 50 }),
				fc.nat(250),
				(total, height, top) => {
					const { top: from, end, above, below } = getVisibleRange(total, height, top);
					const taken = end - from + (above > 0 ? 1 : 0) + (below > 0 ? 1 : 0);
					expect(taken).toBeLessThanOrEqual(height);
					expect(taken).toBe(Math.min(total, height));
					expect(above + (end - from) + below).toBe(total);
				},
			),
		);
	});
});

test('scrolling down reaches every row, and scrolling up the first', () => {
	fc.assert(
		fc.property(fc.nat(80), fc.integer({ min: 4, max: 20 }), (total, height) => {
			const seen = new Set<number>();
			let top = 0;
			for (let press = 0; press <= total; press++) {
				const shown = getVisibleRange(total, height, top);
				for (let row = shown.top; row < shown.end; row++) seen.add(row);
				top = getScrollTopAfterMove(top, 'down', total, height);
			}
			expect(seen.size).toBe(total);
			for (let press = 0; press <= total; press++)
				top = getScrollTopAfterMove(top, 'up', total, height);
			expect(getVisibleRange(total, height, top).top).toBe(0);
		}),
	);
});

test('scrolling stays within the rows', () => {
	fc.assert(
		fc.property(fc.nat(80), fc.array(fc.constantFrom(...moves)), (total, pressed) => {
			let top = 0;
			for (const move of pressed) {
				top = getScrollTopAfterMove(top, move, total, 10);
				expect(top).toBeGreaterThanOrEqual(0);
				expect(top).toBeLessThanOrEqual(Math.max(0, total));
			}
		}),
	);
});

test('the selected block is always visible, in full where it fits', () => {
	const block = fc
		.integer({ min: 1, max: 6 })
		.map((rows) => Array.from({ length: rows }, () => []));
	fc.assert(
		fc.property(
			fc.array(block, { minLength: 1 }),
			fc.nat(),
			fc.integer({ min: 9, max: 30 }),
			(all, pick, height) => {
				const blocks: RowBlock[] = all.flatMap((rows, at) => [
					{ id: String(at), rows },
					blankBlock,
				]);
				const wanted = pick % all.length;
				const from = blocks.slice(0, wanted * 2).reduce((sum, { rows }) => sum + rows.length, 0);
				const shown = getVisibleRangeAround(blocks, String(wanted), height);
				expect(shown.top).toBeLessThanOrEqual(from);
				expect(shown.end).toBeGreaterThanOrEqual(from + (all[wanted]?.length ?? 0));
			},
		),
	);
});
