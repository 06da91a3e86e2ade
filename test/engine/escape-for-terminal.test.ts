import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	escapeAndSplitLines,
	escapeLine,
	escapeMultilineText,
	isTerminalSafe,
	stringifySafeJson,
} from '../../source/engine/escape-for-terminal.ts';

/** Listed here instead of derived from the pattern under test. */
const UNSAFE_RANGES: readonly (readonly [number, number])[] = [
	[0x00, 0x1f],
	[0x7f, 0x9f],
	[0xad, 0xad],
	[0x34f, 0x34f],
	[0x61c, 0x61c],
	[0x115f, 0x1160],
	[0x17b4, 0x17b5],
	[0x180b, 0x180f],
	[0x200b, 0x200c],
	[0x200e, 0x200f],
	[0x2028, 0x202e],
	[0x2060, 0x206f],
	[0x3164, 0x3164],
	[0xd800, 0xdfff],
	[0xfeff, 0xfeff],
	[0xffa0, 0xffa0],
	[0xfff9, 0xfffb],
	[0x1d173, 0x1d17a],
	[0xe0000, 0xe0fff],
];

const isUnsafe = (code: number): boolean =>
	UNSAFE_RANGES.some(([from, to]) => code >= from && code <= to);

const codes = (text: string): number[] => Array.from(text, (one) => one.codePointAt(0) ?? 0);

const unsafeCharacter = fc
	.constantFrom(...UNSAFE_RANGES)
	.chain(([from, to]) => fc.integer({ min: from, max: to }))
	.map((code) => String.fromCodePoint(code));

const anyText = fc
	.array(
		fc.oneof(
			unsafeCharacter,
			fc.string({ unit: 'binary', maxLength: 4 }),
			fc.string({ unit: 'grapheme', maxLength: 4 }),
			fc.constantFrom('👩‍💻', '❤️', '1️⃣', '👍🏽', '\u200d', '\ufe0f', '\\', 'x1b', '\r\n'),
		),
	)
	.map((parts) => parts.join(''));

describe('escaped text', () => {
	it('contains no unsafe character', () => {
		fc.assert(
			fc.property(anyText, (text) => {
				expect(codes(escapeLine(text)).filter(isUnsafe)).toEqual([]);
				const several = codes(escapeMultilineText(text)).filter(
					(code) => code !== 0x0a && code !== 0x09,
				);
				expect(several.filter(isUnsafe)).toEqual([]);
			}),
			{ numRuns: 2000 },
		);
	});

	it('is a single line', () => {
		fc.assert(
			fc.property(anyText, (text) => {
				expect(escapeLine(text)).not.toMatch(/[\n\r\v\f\u0085\u2028\u2029]/);
			}),
		);
	});

	it('does not change when it is escaped again', () => {
		fc.assert(
			fc.property(anyText, (text) => {
				const once = escapeLine(text);
				expect(escapeLine(once)).toBe(once);
				expect(escapeMultilineText(escapeMultilineText(text))).toBe(escapeMultilineText(text));
			}),
			{ numRuns: 2000 },
		);
	});

	it('is different for different texts without backslashes', () => {
		const noBackslash = anyText.map((text) => text.replaceAll('\\', '').toWellFormed());
		fc.assert(
			fc.property(noBackslash, noBackslash, (a, b) => {
				expect(escapeLine(a) === escapeLine(b)).toBe(a === b);
			}),
		);
		const shown = UNSAFE_RANGES.flatMap(([from, to]) =>
			Array.from({ length: to - from + 1 }, (_, at) => escapeLine(String.fromCodePoint(from + at))),
		);
		expect(new Set(shown).size).toBe(shown.length);
	});

	it('equals a text without unsafe characters', () => {
		const safe = [
			'arn:aws:iam::123456789012:role/tfe',
			'C:\\temp\\x1b',
			'naïve café Ångström',
			'שלום עולם',
			'مرحبا بالعالم',
			'नमस्ते',
			'日本語 한국어',
			'👩‍💻 👨‍👩‍👧‍👦 ❤️ ☎︎ 1️⃣ 👍🏽 🏳️‍🌈',
			'e\u0301',
		];
		for (const text of safe) {
			expect(escapeLine(text), text).toBe(text);
			expect(isTerminalSafe(text)).toBe(true);
		}
	});

	it('shows the code of each escaped character', () => {
		expect(escapeLine('a\x1b]0;x\x07\x9b\u202e\u{e0041}\ud800\n\r\t\x7f')).toBe(
			'a\\x1b]0;x\\x07\\x9b\\u{202e}\\u{e0041}\\u{d800}\\n\\r\\t\\x7f',
		);
	});

	it('escapes joiners and selectors outside an emoji', () => {
		expect(escapeLine('ad\u200dmin')).toBe('ad\\u{200d}min');
		expect(escapeLine('admin\ufe0f')).toBe('admin\\u{fe0f}');
		expect(escapeLine('❤\ufe0f\ufe0f')).toBe('❤\ufe0f\\u{fe0f}');
		expect(escapeLine('🏴\u{e0067}')).toBe('🏴\\u{e0067}');
	});
});

it('splits a text into safe lines', () => {
	expect(escapeAndSplitLines('first\r\nsecond\n\n\tlast\x1b[0m\n\n')).toEqual([
		'first',
		'second',
		'',
		'    last\\x1b[0m',
	]);
});

describe('safe JSON', () => {
	it('parses to the same value and contains no unsafe character', () => {
		fc.assert(
			fc.property(fc.dictionary(anyText, fc.oneof(anyText, fc.array(anyText))), (value) => {
				for (const space of [undefined, '\t']) {
					const text = stringifySafeJson(value, space);
					expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
					const layout = codes(text).filter((code) => code !== 0x0a && code !== 0x09);
					expect(layout.filter(isUnsafe)).toEqual([]);
				}
			}),
		);
	});

	it('escapes characters that JSON.stringify does not escape', () => {
		expect(stringifySafeJson('\x7f\x9b\u202e\u{e0041}é')).toBe(
			'"\\u007f\\u009b\\u202e\\udb40\\udc41é"',
		);
	});
});
