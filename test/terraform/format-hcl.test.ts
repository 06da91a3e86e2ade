// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are HCL
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	formatHclAttributes,
	formatHclString,
	formatHclValue,
	getTerraformTextProblem,
} from '../../source/terraform/format-hcl.ts';
import { hostileText } from '../helpers/hostile-terraform-text.ts';

describe('an HCL string literal', () => {
	it.each([
		['${HOME}', '"$${HOME}"'],
		['$${HOME}', '"$$${HOME}"'],
		['%{ if x }', '"%%{ if x }"'],
		['$ and %', '"$ and %"'],
		['"\\', '"\\"\\\\"'],
		['a\tb\r\n', '"a\\tb\\r\\n"'],
		['\u0007\u2028\ufeff', '"\\u0007\\u2028\\ufeff"'],
		['\u{e0001}é😀', '"\\U000e0001é😀"'],
	])('for %j is %s', (text, literal) => {
		expect(formatHclString(text)).toBe(literal);
	});

	it('is one line of printable characters without templates', () => {
		fc.assert(
			fc.property(hostileText, (text) => {
				const literal = formatHclString(text);
				expect(literal).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
				expect(literal.replaceAll('$${', '.').replaceAll('%%{', '.')).not.toMatch(/[$%]\{/);
			}),
		);
	});
});

describe('an HCL value', () => {
	it('quotes keys that are keywords or not identifiers', () => {
		const keys = { plain: 1, for: 2, null: 3, 'a b': 4, '': 5, '${x}': 6, '1': 7 };
		const names = formatHclValue(keys)
			.split('\n')
			.slice(1, -1)
			.map((line) => line.split(' = ')[0]?.trim());
		expect(names.sort()).toEqual(
			['plain', '"for"', '"null"', '"a b"', '""', '"$${x}"', '"1"'].sort(),
		);
	});

	it.each([Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 1e21, undefined, 1n, 'a\0', 'e\u0301'])(
		'cannot be %s',
		(value) => {
			expect(() => formatHclValue(value as never)).toThrow('cannot contain');
		},
	);

	it('is refused as an argument with an invalid name', () => {
		expect(() => formatHclAttributes({ 'a b': 1 })).toThrow('"a b"');
	});
});

describe('text that Terraform would change', () => {
	it.each([
		['e\u0301', 'U+0065 U+0301', 'U+00E9'],
		['the \u212b sign', 'U+212B', 'U+00C5'],
		['\u1112\u1161\u11ab', 'U+1112 U+1161 U+11AB', 'U+D55C'],
		['\uf900', 'U+F900', 'U+8C48'],
		['a\u0301\u0316', 'U+0061 U+0301 U+0316', 'U+00E1 U+0316'],
		['a\0b', 'U+0000', 'remove it'],
		['a\ud83d', 'U+D83D', 'unpaired surrogate'],
		['\ude00a', 'U+DE00', 'unpaired surrogate'],
		[`a${'\u0316'.repeat(31)}`, 'more than 30', 'U+034F'],
		[`\u1ea5${'\u0316'.repeat(29)}`, 'more than 30', 'U+034F'],
	])('names the characters of %j', (text, found, instead) => {
		expect(getTerraformTextProblem(text)).toContain(found);
		expect(getTerraformTextProblem(text)).toContain(instead);
	});

	it.each(['é', '😀', '', '\u202e', `a${'\u0316'.repeat(30)}`])('does not include %j', (text) => {
		expect(getTerraformTextProblem(text)).toBeUndefined();
	});
});
