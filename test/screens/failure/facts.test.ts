import { describe, expect, test } from 'vitest';
import { factRows } from '../../../screens/failure/facts.ts';
import { cells } from '../../../screens/parts/text.tsx';
import { themeOf } from '../../../screens/parts/theme.ts';
import type { Row } from '../../../screens/review/blocks.ts';
import type { FailureScreen } from '../../../source/engine/guide/model.ts';
import { modelNamed } from '../models.ts';

const theme = themeOf({ LANG: 'C.UTF-8' }, { isTTY: true });
const failure = (name: string) => modelNamed(name).screen as FailureScreen;
const textOf = (row: Row): string =>
	row.map((part) => (typeof part === 'string' ? part : part.text)).join('');

describe.each([38, 58, 78, 105])('in %i cells', (width) => {
	const rows = factRows(failure('failureRefused'), width, theme).map(textOf);
	const text = rows.join('').replace(/\s+/g, '');
	const whole = (words: string) => expect(text).toContain(words.replace(/\s+/g, ''));

	test('every word terraform said is there', () => {
		for (const diagnostic of failure('failureRefused').diagnostics) {
			const { summary, detail, address, range, snippet } = diagnostic;
			for (const words of [summary, detail, address, range, snippet]) whole(words ?? '');
		}
	});

	test('so is what is done, what is not, where the log is, and how it goes on', () => {
		const { done, notDone, log, next, details } = failure('failureRefused');
		for (const words of [...done, ...notDone, ...next, ...details, log ?? '']) whole(words);
	});

	test('no row is wider than that', () => {
		for (const row of rows) expect(cells(row)).toBeLessThanOrEqual(width);
	});
});

test('what there is nothing of has no row', () => {
	const bare: FailureScreen = {
		...failure('failureOurs'),
		details: [],
		done: [],
		notDone: [],
		next: [],
	};
	expect(factRows({ ...bare, log: undefined }, 78, theme)).toEqual([]);
});
