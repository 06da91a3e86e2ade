import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
	formatYamlEntryLines,
	formatYamlFlowValue,
	wrapWithPrefix,
} from '../../../source/engine/answers/format-answers-file.ts';
import { escapeMultilineText } from '../../../source/engine/escape-for-terminal.ts';

const piece = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 6 }),
	fc.constantFrom(
		'a',
		' ',
		'\t',
		'\n',
		'\n\n',
		' \n',
		'\r\n',
		'\u202e',
		'\u{e0041}',
		'\u200b',
		'\x9b',
		'\ud800',
		'\ufffe',
		'👩‍💻',
		'#',
		'---',
		': ',
		'- ',
		'"',
		"'",
		'\\',
	),
);
const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));

describe('entryLines', () => {
	it('writes any text so that it parses back unchanged, with more lines after it', () => {
		fc.assert(
			fc.property(text, fc.constantFrom('k:', '    k:'), (value, prefix) => {
				const after = `${prefix.replace('k', 'z')} 1`;
				const lines = [...formatYamlEntryLines(prefix, value), after].join('\n');
				expect(parse(lines)).toEqual({ k: value, z: 1 });
				// `answers export` prints it to a terminal.
				expect(escapeMultilineText(lines)).toBe(lines);
			}),
			{ numRuns: 3_000 },
		);
	});

	it('writes any list or mapping so that it parses back unchanged, at any width', () => {
		const value = fc.oneof(
			fc.array(fc.oneof(text, fc.integer(), fc.array(text, { maxLength: 2 })), { maxLength: 4 }),
			fc.dictionary(
				text.filter((key) => key !== '__proto__'),
				fc.oneof(text, fc.boolean(), fc.dictionary(fc.constantFrom('a', 'b'), text)),
				{ maxKeys: 4 },
			),
		);
		fc.assert(
			fc.property(value, fc.integer({ min: 5, max: 100 }), (given, width) => {
				const lines = [...formatYamlEntryLines('  k:', given, width), '  z: 1'].join('\n');
				expect(parse(lines)).toEqual({ k: structuredClone(given), z: 1 });
			}),
			{ numRuns: 1_000 },
		);
	});

	it('writes a key of any length so that it parses back unchanged', () => {
		const value = { a: { ['k'.repeat(2000)]: 'x\ny\n', b: ['c'] } };
		expect(parse(formatYamlEntryLines('k:', value).join('\n'))).toEqual({ k: value });
	});

	it('writes a script as a literal block with the matching chomping indicator', () => {
		expect(formatYamlEntryLines('k:', 'a\n  b\n')).toEqual(['k: |', '  a', '    b']);
		expect(formatYamlEntryLines('k:', 'a\nb')).toEqual(['k: |-', '  a', '  b']);
		expect(formatYamlEntryLines('k:', 'a\n\n')).toEqual(['k: |+', '  a', '']);
		expect(formatYamlEntryLines('k:', ' a\nb')).toEqual(['k: " a\\nb"']);
	});

	it('splits long lists and mappings into one entry per line', () => {
		expect(formatYamlEntryLines('k:', ['one', 'two'], 10)).toEqual(['k:', '  - one', '  - two']);
		expect(formatYamlEntryLines('k:', { a: { b: 1 } }, 10)).toEqual(['k:', '  a:', '    b: 1']);
	});
});

describe('flow', () => {
	it.each([
		['us-west-2', 'us-west-2'],
		['10.20.0.0/16', '10.20.0.0/16'],
		['arn:aws:iam::123456789012:role/a', 'arn:aws:iam::123456789012:role/a'],
		['012345678901', '"012345678901"'],
		['yes', '"yes"'],
		['Null', '"Null"'],
		['', '""'],
		['a b', '"a b"'],
		['a:', '"a:"'],
		['1.5', '"1.5"'],
		['\u001b[2J\u009b\u2028', '"\\u001b[2J\\u009b\\u2028"'],
		['us\u202ewest\u200b', '"us\\u202ewest\\u200b"'],
		['a\u{e0041}', '"a\\U000e0041"'],
		['🙂', '"🙂"'],
		[{}, '{}'],
		[[], '[]'],
		[{ env: 'A' }, '{ env: A }'],
		[[1, true, null, 'x'], '[1, true, null, x]'],
	])('writes %j as %s', (value, written) => {
		expect(formatYamlFlowValue(value)).toBe(written);
	});
});

describe('wrap', () => {
	it('fills lines and puts a word that is too long on its own line', () => {
		expect(wrapWithPrefix('one two three', '# ', 9)).toEqual(['# one two', '# three']);
		expect(wrapWithPrefix('a muchtoolong b', '# ', 5)).toEqual(['# a', '# muchtoolong', '# b']);
		expect(wrapWithPrefix('', '# ')).toEqual([]);
	});
});
