// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are HCL and shell code
import fc from 'fast-check';
import { getTerraformTextProblem, type HclValue } from '../../source/terraform/format-hcl.ts';

/** Text with a meaning in HCL, a shell, YAML or JSON, and characters that are easily lost. */
const PIECES = [
	...['${', '$${', '$$${', '%{', '%%{', '%%%{', '${1}', '${HOME}', '$', '%', '{', '}', '~}', '{~'],
	...['%{ if true }', '%{ endif ~}', '${file("/etc/passwd")}', '${aws:username}', '$(x)', '`x`'],
	...[
		'"',
		"'",
		'\\',
		'\\"',
		'\\n',
		'\\u0041',
		'\\${',
		'\n',
		'\r',
		'\r\n',
		'\t',
		' ',
		'  ',
		'#',
		'//',
		'/*',
	],
	...['<<EOT', '<<-EOT\n', '\nEOT\n', '=', ':', ',', '[', ']', '\u0001', '\u0007'],
	...['\u001b[31m', '\u007f', '\u0085', '\u00a0', '\u00ad', '\u2028', '\u2029', '\u202e', '\ufeff'],
	...[
		'\ufffd',
		'\uffff',
		'\ue000',
		'é',
		'ß',
		'中',
		'가',
		'😀',
		'\u{10ffff}',
		'null',
		'for',
		'{stack}',
	],
];

/** Text that Terraform accepts, with many characters that must be escaped. */
export const hostileText: fc.Arbitrary<string> = fc
	.oneof(
		{ weight: 4, arbitrary: fc.string({ unit: fc.constantFrom(...PIECES), maxLength: 12 }) },
		{ weight: 1, arbitrary: fc.string({ unit: 'grapheme' }) },
		{ weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
	)
	.map((text) => text.normalize('NFC'))
	.filter((text) => getTerraformTextProblem(text) === undefined);

const hostileKey = fc.oneof(
	hostileText,
	fc.constantFrom(
		'null',
		'true',
		'false',
		'for',
		'if',
		'in',
		'else',
		'',
		'1',
		'-',
		'a-b',
		'a.b',
		'a b',
	),
);

const number = fc
	.oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }))
	// JSON has no negative zero.
	.map((value) => (value === 0 ? 0 : value))
	.filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value));

/** Any value that is valid in answers. */
export const hostileValue: fc.Arbitrary<HclValue> = fc.letrec<{ value: HclValue }>((tie) => ({
	value: fc.oneof(
		{ maxDepth: 3, withCrossShrink: true },
		{ weight: 6, arbitrary: hostileText },
		{ weight: 1, arbitrary: number },
		{ weight: 1, arbitrary: fc.constantFrom(true, false, null) },
		{ weight: 2, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
		{
			weight: 3,
			arbitrary: fc.dictionary(hostileKey, tie('value'), { maxKeys: 5, noNullPrototype: true }),
		},
	),
})).value;

/** Texts that were used to attack the program, and variants of them. */
export const hostileExamples: readonly string[] = [
	...[
		'${HOME}',
		'$${HOME}',
		'$$${HOME}',
		'${1}',
		'%{ if true }x%{ endif }',
		'%%{ if }',
		'$%{x}',
		'%${x}',
	],
	...[
		'${file("/etc/passwd")}',
		'${aws:username}',
		'"',
		'\\',
		'\\"',
		'$',
		'$$',
		'%',
		'',
		' ',
		' x ',
		'\n',
		'\r\n',
	],
	...[
		'\u0001\u0002\u001f\u007f\u0080',
		'\ufeff',
		'a\u2028b',
		'\u{1f600}',
		'\u202e',
		'x'.repeat(100_000),
	],
];
