import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import {
	ago,
	cells,
	clipLines,
	duration,
	fitPieces,
	fitText,
	pad,
	wrapLines,
	wrapText,
} from '../../../screens/parts/text.tsx';
import { themeOf } from '../../../screens/parts/theme.ts';

const fine = themeOf({ LANG: 'C.UTF-8' }, { isTTY: true });
const ascii = themeOf({}, { isTTY: true });

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
	])('%j in %i: %j', (text, width, cut) => {
		expect(fitText(text, width, fine)).toBe(cut);
	});

	it('marks in ASCII', () => {
		expect(fitText('subnet-0a1b', 8, ascii)).toBe('subne...');
		expect(fitText('subnet-0a1b', 2, ascii)).toBe('..');
	});

	it('takes the cells of what is shown, whatever the text', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 4, max: 40 }), (text, width) => {
				expect(cells(pad(text, width, fine))).toBe(width);
				expect(stringWidth(pad(text, width, fine))).toBe(width);
			}),
		);
	});

	it('never takes more cells than it has, and pads to exactly those', () => {
		fc.assert(
			fc.property(
				fc.string({ unit: 'grapheme' }),
				fc.integer({ min: 0, max: 30 }),
				(text, width) => {
					for (const theme of [fine, ascii]) {
						expect(cells(fitText(text, width, theme))).toBeLessThanOrEqual(width);
						expect(cells(pad(text, width, theme))).toBe(width);
					}
				},
			),
		);
	});
});

describe('fitPieces', () => {
	const text = (pieces: ReturnType<typeof fitPieces>) =>
		pieces.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('');

	it('leaves what fits', () => {
		expect(text(fitPieces(['ab', { text: 'cd', role: 'dim' }], 4, fine))).toBe('abcd');
	});

	it('marks the cut also where it falls between two pieces', () => {
		expect(text(fitPieces(['abcd', 'ef'], 4, fine))).toBe('abc…');
		expect(text(fitPieces(['abc', 'def', 'gh'], 6, fine))).toBe('abcde…');
	});

	it('spells out signs from elsewhere in ASCII', () => {
		expect(text(fitPieces(['a → b…'], 20, ascii))).toBe('a -> b...');
	});

	it('never takes more cells than it has, and never cuts without the mark', () => {
		fc.assert(
			fc.property(fc.array(fc.string()), fc.integer({ min: 1, max: 40 }), (pieces, width) => {
				const cut = text(fitPieces(pieces, width, fine));
				expect(cells(cut)).toBeLessThanOrEqual(width);
				const whole = text(fitPieces(pieces, 10_000, fine));
				if (cut !== whole) expect(cut.trimEnd().endsWith('…')).toBe(true);
			}),
		);
	});
});

describe('wrapLines', () => {
	it('wraps at words, and inside words that are too long', () => {
		expect(wrapLines('one two three', 7)).toEqual(['one two', 'three']);
		expect(wrapLines('arn:aws:iam::123456789012:role/x', 12)).toEqual([
			'arn:aws:iam:',
			':12345678901',
			'2:role/x',
		]);
		expect(wrapLines('', 7)).toEqual(['']);
	});

	it('starts no row at a line feed in a text of one line', () => {
		expect(wrapLines('one\n✓ passed', 20)).toEqual(['one\\n✓ passed']);
		expect(wrapText('one\n✓ passed', 20)).toEqual(['one', '✓ passed']);
	});

	it('says when lines are left out', () => {
		expect(clipLines(['a', 'b', 'c'], 2, fine)).toEqual(['a', 'b …']);
		expect(clipLines(['a'], 2, fine)).toEqual(['a']);
	});
});

it.each([
	[0, '0 s'],
	[59.9, '59 s'],
	[492, '8 m 12 s'],
	[3840, '1 h 04 m'],
	[-5, '0 s'],
])('%d seconds: %s', (seconds, words) => expect(duration(seconds)).toBe(words));

it.each([
	[10_000, 'just now'],
	[5 * 60_000, '5 min ago'],
	[3 * 3_600_000, '3 h ago'],
	[72 * 3_600_000, '3 days ago'],
])('%d ms before: %s', (ms, words) => expect(ago(1e12 - ms, 1e12)).toBe(words));
