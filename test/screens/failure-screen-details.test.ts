import { describe, expect, test } from 'vitest';
import { createFailureDetailRows } from '../../screens/failure-screen.tsx';
import { getWidthInCells, type RowPieces } from '../../screens/parts/styled-text.tsx';
import { createTheme } from '../../screens/parts/theme.ts';
import type { FailureScreen } from '../../source/wizard/wizard-view-model.ts';
import { getScreenModel } from './screen-models.ts';

const theme = createTheme({ LANG: 'C.UTF-8' }, { isTTY: true });
const failure = (name: string) => getScreenModel(name).screen as FailureScreen;
const textOf = (row: RowPieces): string =>
	row.map((part) => (typeof part === 'string' ? part : part.text)).join('');

describe.each([38, 58, 78, 105])('at a width of %i', (width) => {
	const rows = createFailureDetailRows(failure('failureRefused'), width, theme).map(textOf);
	const text = rows.join('').replace(/\s+/g, '');
	const whole = (words: string) => expect(text).toContain(words.replace(/\s+/g, ''));

	test('shows every diagnostic in full', () => {
		for (const diagnostic of failure('failureRefused').diagnostics) {
			const { summary, detail, address, range, snippet } = diagnostic;
			for (const words of [summary, detail, address, range, snippet]) whole(words ?? '');
		}
	});

	test('shows completed and remaining steps, the log and the next commands', () => {
		const { done, notDone, log, next, details } = failure('failureRefused');
		for (const words of [...done, ...notDone, ...next, ...details, log ?? '']) whole(words);
	});

	test('keeps every row within the width', () => {
		for (const row of rows) expect(getWidthInCells(row)).toBeLessThanOrEqual(width);
	});
});

test('omits rows that have no content', () => {
	const bare: FailureScreen = {
		...failure('failureOurs'),
		details: [],
		done: [],
		notDone: [],
		next: [],
	};
	expect(createFailureDetailRows({ ...bare, log: undefined }, 78, theme)).toEqual([]);
});
