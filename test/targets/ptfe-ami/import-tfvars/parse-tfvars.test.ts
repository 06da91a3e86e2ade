// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are HCL and shell code
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTfvars } from '../../../../source/targets/ptfe-ami/import-tfvars/parse-tfvars.ts';

function valuesOf(text: string) {
	const { assignments, problems } = parseTfvars(text);
	expect(problems).toEqual([]);
	return Object.fromEntries(assignments.map(({ name, value }) => [name, value]));
}

test.each<[string, string, unknown]>([
	['text', 'a = "b"', 'b'],
	['text without blanks', 'a="b"', 'b'],
	['quoted name', '"a" = "b"', 'b'],
	['escapes', 'a = "x\\n\\t\\"\\\\\\u00e9\\U0001F600"', 'x\n\t"\\é😀'],
	['literal dollar', 'a = "5$ 5% $${x} %%{y}"', '5$ 5% ${x} %{y}'],
	['comment signs within a text', 'a = "# // /*"', '# // /*'],
	['number', 'a = 80', 80],
	['negative and fraction', 'a = -1.5e2', -150],
	['hexadecimal of HCL 1', 'a = 0x1F', 31],
	['true', 'a = true', true],
	['null', 'a = null', null],
	['list', 'a = ["x", "y"]', ['x', 'y']],
	[
		'list with trailing comma and comments',
		'a = [ # one\n "x", // two\n "y", /* three */\n]',
		['x', 'y'],
	],
	['empty list', 'a = []', []],
	['nested list', 'a = [["x"], [1, true]]', [['x'], [1, true]]],
	['map', 'a = { x = "1", y : 2\n z = [3] }', { x: '1', y: 2, z: [3] }],
	['heredoc', 'a = <<EOF\n  x\n\ty\nEOF\n', '  x\n\ty\n'],
	['heredoc with its mark indented', 'a = <<EOF\nx\n  EOF\n', 'x\n'],
	['indented heredoc', 'a = <<-EOF\n    x\n\n      y\n    EOF\n', 'x\n\n  y\n'],
	[
		'heredoc with escaped templates',
		'a = <<EOF\n$${HOME} %%{ if } $$${x}\nEOF\n',
		'${HOME} %{ if } $${x}\n',
	],
	[
		'heredoc with formats of curl',
		"a = <<EOF\ncurl -w '%{http_code}'\nEOF\n",
		"curl -w '%{http_code}'\n",
	],
	['indented heredoc with a line of blanks', 'a = <<-EOF\n    x\n  \n    y\n  EOF\n', 'x\n  \ny\n'],
	['decomposed text', 'a = "e\\u0301"', 'é'],
	[
		'JSON with templates, which are text there',
		'{ "a": "${x} $${y} %{ if } 5%" }',
		'${x} $${y} %{ if } 5%',
	],
	['JSON with its own escapes', '{ "a": "\\/\\b\\f\\ud83d\\ude00" }', '/\b\f😀'],
	['heredoc with expressions of the shell', 'a = <<EOF\necho "${HOME}"\nEOF', 'echo "${HOME}"\n'],
	['Windows line ends and a byte order mark', '\uFEFFa = <<EOF\r\nx\r\nEOF\r\n', 'x\n'],
	['JSON', '{ "a": ["x", 1, {"b": null}] }', ['x', 1, { b: null }]],
])('reads %s', (_name, text, expected) => {
	expect(valuesOf(text)).toEqual({ a: expected });
});

test('reads several assignments with comments anywhere', () => {
	const text =
		'# one\n// two\n/* three\n four */ a = 1 # five\nb = 2 // six\n\n\nc = [\n] /* seven */\n';
	expect(valuesOf(text)).toEqual({ a: 1, b: 2, c: [] });
	expect(valuesOf('')).toEqual({});
});

test.each<[string, number, number, string]>([
	['a = "x', 1, 5, 'not closed'],
	['\n  a = "x\ny"', 2, 7, 'not closed'],
	['a = ', 1, 5, 'expected a value'],
	['a = b', 1, 5, 'expected a quoted string'],
	['a "b"', 1, 3, 'equals sign'],
	['= "b"', 1, 1, 'expected a variable name'],
	['a = "b" c = "d"', 1, 9, 'unexpected text'],
	['a = ["x" "y"]', 1, 10, 'comma'],
	['a = ["x",', 1, 5, 'not closed with ]'],
	['a = { x = 1', 1, 5, 'not closed with }'],
	['a = "\\q"', 1, 6, 'escape'],
	['a = "x${var.b}"', 1, 7, 'expression'],
	['a = <<EOF\nx\n y${1}\nEOF', 3, 3, 'expression'],
	['a = <<EOF\n%{ if true }x%{ endif }\nEOF', 2, 1, 'expression'],
	['a = "\\ud83d\\ude00"', 1, 6, 'escape'],
	['{ "a": "\\ud83d" }', 1, 8, 'surrogate'],
	['a = <<EOF\nx\n', 1, 5, 'the closing EOF line is missing'],
	['a = <<\nx\n', 1, 5, 'after <<'],
	['/* a = 1', 1, 1, 'not closed with */'],
	['a = 1\na = 2', 2, 1, 'set twice, first on line 1'],
	[`a = ${'['.repeat(100)}`, 1, 26, 'too deep'],
])('reports %j at %i:%i: %s', (text, line, column, words) => {
	const { problems } = parseTfvars(text);
	expect(problems[0]?.at).toEqual({ line, column });
	expect(problems[0]?.text).toContain(words);
});

test('continues after a syntax error', () => {
	const { assignments, problems } = parseTfvars('a = "x\nb = 2\nc == 3\nd = ["e" "f"]\ng = 7\n');
	expect(assignments.map(({ name }) => name)).toEqual(['b', 'g']);
	expect(problems.map(({ at }) => at.line)).toEqual([1, 3, 4]);
});

test('terminates for any text, with every position inside the text', () => {
	const noise = fc.string({ unit: fc.constantFrom(...'ab=[]{}",:#/*<-EOF\\$\n \t1') });
	fc.assert(
		fc.property(noise, (text) => {
			const lines = text.split('\n').length;
			for (const { at } of parseTfvars(text).problems) {
				expect(at.line).toBeGreaterThanOrEqual(1);
				expect(at.line).toBeLessThanOrEqual(lines);
				expect(at.column).toBeGreaterThanOrEqual(1);
			}
		}),
		{ numRuns: 2000 },
	);
});

test('reads any quoted text unchanged', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'grapheme' }), (value) => {
			const quoted = JSON.stringify(value).replace(/[$%](?=\{)/g, (sign) => sign + sign);
			fc.pre(!/\\[bf]|\u007f/.test(quoted));
			// Terraform holds every text in this form.
			expect(valuesOf(`a = ${quoted}`)).toEqual({ a: value.normalize('NFC') });
		}),
	);
});
