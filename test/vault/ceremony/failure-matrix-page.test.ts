import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { failureMatrix } from './failure-matrix.ts';
import { findMatrixTests, parseMatrixTests, renderMatrixPage } from './failure-matrix-page.ts';

describe('the failure matrix', () => {
	it('matches the page that `npm run docs` writes', () => {
		const page = readFileSync(new URL('../../../docs/failure-matrix.md', import.meta.url), 'utf8');
		expect(page, 'run npm run docs').toBe(renderMatrixPage());
	});

	it('has 26 rows in order', () => {
		expect(failureMatrix.map(({ row }) => row)).toEqual(
			Array.from({ length: 26 }, (_, at) => at + 1),
		);
	});

	it('is rejected when a row has no test or a test has no row', () => {
		const all = findMatrixTests();
		expect(() =>
			renderMatrixPage(
				failureMatrix,
				all.filter(({ row }) => row !== 17),
			),
		).toThrow('no test for row 17');
		const stray = { row: 27, file: 'x.system.test.ts', title: 'nothing' };
		expect(() => renderMatrixPage(failureMatrix, [...all, stray])).toThrow('unknown rows: 27');
	});

	it('reads titles from tests only', () => {
		const text = [
			"it('row 3: lost', async () => {",
			"it.each([1])('row 4: with %i', () => {",
			"])(\n\t'row 5: on a line of its own',",
			`it("row 8: Vault's", () => {`,
			'// row 6: a comment',
			"it('see row 7: no', () => {",
		].join('\n');
		expect(parseMatrixTests('x.ts', text).map(({ row, title }) => `${row} ${title}`)).toEqual([
			'3 lost',
			'4 with %i',
			'5 on a line of its own',
			"8 Vault's",
		]);
	});
});
