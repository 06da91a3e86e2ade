import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import {
	formatElapsedSeconds,
	formatTimeAgo,
	getWidthInCells,
	padOrTruncateText,
	truncateLines,
	truncatePieces,
	truncateText,
	wrapMultilineText,
	wrapSingleLine,
} from '../../../screens/parts/styled-text.tsx';
import { createTheme } from '../../../screens/parts/theme.ts';

const fine = createTheme({ LANG: 'C.UTF-8' }, { isTTY: true });
const ascii = createTheme({}, { isTTY: true });

describe('fitText', () => {
	it.each([
		['subnet-0a1b', 20, 'subnet-0a1b'],
		['subnet-0a1b', 8, 'subnet-…'],
		['日本語の名前', 7, '日本語…'],
		['a\nb\tc', 10, 'a\\nb\\tc'],
		['\u001B[31mred', 20, '\\x1b[31mred'],
		['\u001B[31mred', 8, '\\x1b[31…'],
		['long', 1, '…'],
		['long', 0, ''],
	])('cuts %j to %i cells: %j', (text, width, cut) => {
		expect(truncateText(text, width, fine)).toBe(cut);
	});

	it('uses an ASCII ellipsis when asked to', () => {
		expect(truncateText('subnet-0a1b', 8, ascii)).toBe('subne...');
		expect(truncateText('subnet-0a1b', 2, ascii)).toBe('..');
	});

	it('measures control characters as they are shown', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 4, max: 40 }), (text, width) => {
				expect(getWidthInCells(padOrTruncateText(text, width, fine))).toBe(width);
				expect(stringWidth(padOrTruncateText(text, width, fine))).toBe(width);
			}),
		);
	});

	it('never exceeds the width, and pads to exactly the width', () => {
		fc.assert(
			fc.property(
				fc.string({ unit: 'grapheme' }),
				fc.integer({ min: 0, max: 30 }),
				(text, width) => {
					for (const theme of [fine, ascii]) {
						expect(getWidthInCells(truncateText(text, width, theme))).toBeLessThanOrEqual(width);
						expect(getWidthInCells(padOrTruncateText(text, width, theme))).toBe(width);
					}
				},
			),
		);
	});
});

describe('fitPieces', () => {
	const text = (pieces: ReturnType<typeof truncatePieces>) =>
		pieces.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('');

	it('leaves text that fits unchanged', () => {
		expect(text(truncatePieces(['ab', { text: 'cd', role: 'dim' }], 4, fine))).toBe('abcd');
	});

	it('marks a cut between two pieces', () => {
		expect(text(truncatePieces(['abcd', 'ef'], 4, fine))).toBe('abc…');
		expect(text(truncatePieces(['abc', 'def', 'gh'], 6, fine))).toBe('abcde…');
	});

	it('replaces typographic characters in ASCII', () => {
		expect(text(truncatePieces(['a → b…'], 20, ascii))).toBe('a -> b...');
	});

	it('never exceeds the width, and never cuts without an ellipsis', () => {
		fc.assert(
			fc.property(fc.array(fc.string()), fc.integer({ min: 1, max: 40 }), (pieces, width) => {
				const cut = text(truncatePieces(pieces, width, fine));
				expect(getWidthInCells(cut)).toBeLessThanOrEqual(width);
				const whole = text(truncatePieces(pieces, 10_000, fine));
				if (cut !== whole) expect(cut.trimEnd().endsWith('…')).toBe(true);
			}),
		);
	});
});

describe('wrapLines', () => {
	it('wraps between words, and inside words that are too long', () => {
		expect(wrapSingleLine('one two three', 7)).toEqual(['one two', 'three']);
		expect(wrapSingleLine('arn:aws:iam::123456789012:role/x', 12)).toEqual([
			'arn:aws:iam:',
			':12345678901',
			'2:role/x',
		]);
		expect(wrapSingleLine('', 7)).toEqual(['']);
	});

	it('does not start a row at a line feed in one-line text', () => {
		expect(wrapSingleLine('one\n✓ passed', 20)).toEqual(['one\\n✓ passed']);
		expect(wrapMultilineText('one\n✓ passed', 20)).toEqual(['one', '✓ passed']);
	});

	it('marks omitted lines', () => {
		expect(truncateLines(['a', 'b', 'c'], 2, fine)).toEqual(['a', 'b …']);
		expect(truncateLines(['a'], 2, fine)).toEqual(['a']);
	});
});

it.each([
	[0, '0 s'],
	[59.9, '59 s'],
	[492, '8 m 12 s'],
	[3840, '1 h 04 m'],
	[-5, '0 s'],
])('formats %d seconds as %s', (seconds, words) =>
	expect(formatElapsedSeconds(seconds)).toBe(words),
);

it.each([
	[10_000, 'just now'],
	[5 * 60_000, '5 min ago'],
	[3 * 3_600_000, '3 h ago'],
	[72 * 3_600_000, '3 days ago'],
])('formats %d ms ago as %s', (ms, words) => expect(formatTimeAgo(1e12 - ms, 1e12)).toBe(words));
