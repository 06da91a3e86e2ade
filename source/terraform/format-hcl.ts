import { WizardError } from '../engine/errors.ts';
import { findUnwritableTextProblem, formatCodePoints } from '../engine/text-validation.ts';

/** A value that can be written to a tfvars file or a block. */
export type HclValue =
	| string
	| number
	| boolean
	| null
	| readonly HclValue[]
	| { readonly [key: string]: HclValue };

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** Words that are not plain keys of an object: `{ for … }` is an expression, `null` a value. */
const KEYWORDS = new Set(['null', 'true', 'false', 'for', 'in', 'if', 'else', 'endif', 'endfor']);

/**
 * Formats a value as an HCL expression in the layout of `terraform fmt`. Terraform reads back
 * exactly `value`.
 *
 * @throws WizardError `internal` for values that Terraform cannot represent or would change.
 */
export function formatHclValue(value: HclValue, indent = ''): string {
	if (value === null || typeof value === 'boolean') return String(value);
	if (typeof value === 'string') return formatHclString(value);
	if (typeof value === 'number') return hclNumber(value);
	if (typeof value !== 'object') throw unwritable(`a value of type ${typeof value}`);
	if (isList(value)) return `[${value.map((item) => formatHclValue(item, indent)).join(', ')}]`;
	const entries = Object.entries(value);
	if (entries.length === 0) return '{}';
	return `{\n${assignments(entries, objectKey, `${indent}  `)}${indent}}`;
}

/**
 * Formats the attributes of a file or a block, one per line, with aligned `=` signs.
 *
 * @throws WizardError `internal` for a name that is not an identifier; others as `formatHclValue`.
 */
export function formatHclAttributes(
	values: Readonly<Record<string, HclValue>>,
	indent = '',
): string {
	return assignments(Object.entries(values), attributeName, indent);
}

/**
 * Formats a string literal without templates: quotes, `${` and `%{` are escaped, and invisible
 * characters and line breaks are written as escapes.
 * https://developer.hashicorp.com/terraform/language/expressions/strings
 *
 * @throws WizardError `internal` for text that Terraform would change.
 */
export function formatHclString(text: string): string {
	const problem = getTerraformTextProblem(text);
	if (problem !== undefined) throw unwritable(`text that ${problem}`);
	// Replacement functions, because `$` is special in replacement strings.
	const escaped = text
		.replace(/["\\]/g, (sign) => `\\${sign}`)
		.replace(/[$%](?=\{)/g, (sign) => sign + sign)
		.replace(INVISIBLE, escapeSequence);
	return `"${escaped}"`;
}

/** Control and format characters, separators other than the space, and unassigned code points. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

function escapeSequence(character: string): string {
	const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
	if (short !== undefined) return short;
	const code = (character.codePointAt(0) ?? 0).toString(16);
	return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
}

function hclNumber(value: number): string {
	if (!Number.isFinite(value)) throw unwritable(`the number ${value}`);
	// Digits beyond 2^53 were lost before the value arrived here.
	if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
		throw unwritable(`the number ${value}, which is outside the safe integer range`);
	}
	return String(value);
}

function objectKey(name: string): string {
	return IDENTIFIER.test(name) && !KEYWORDS.has(name) ? name : formatHclString(name);
}

function attributeName(name: string): string {
	if (IDENTIFIER.test(name)) return name;
	throw unwritable(`an argument named ${JSON.stringify(name)}`);
}

function assignments(
	entries: readonly (readonly [string, HclValue])[],
	nameText: (name: string) => string,
	indent: string,
): string {
	// terraform fmt aligns consecutive one-line attributes; a multi-line attribute ends the run.
	const lines: string[] = [];
	let run: [string, string][] = [];
	const flush = () => {
		const width = Math.max(0, ...run.map(([name]) => name.length));
		lines.push(...run.map(([name, text]) => `${indent}${name.padEnd(width)} = ${text}\n`));
		run = [];
	};
	for (const [name, value] of entries) {
		const text = formatHclValue(value, indent);
		run.push([nameText(name), text]);
		if (text.includes('\n')) {
			const last = run.pop();
			flush();
			if (last !== undefined) run.push(last);
			flush();
		}
	}
	flush();
	return lines.join('');
}

function unwritable(what: string): WizardError {
	return new WizardError('internal', {
		message: `Terraform files cannot contain ${what}.`,
		expected: 'a value validated with the answers',
	});
}

function isList(value: object): value is readonly HclValue[] {
	return Array.isArray(value);
}

/**
 * The most non-starters (combining marks) in a row that stay unchanged. After this many, Go's
 * normalization inserts U+034F, as the Stream-Safe Text Process of Unicode requires.
 * https://pkg.go.dev/golang.org/x/text/unicode/norm, seen with Terraform 1.11.4.
 */
const MOST_MARKS = 30;

/**
 * Why Terraform would not receive a text byte for byte, as a clause that follows its key; undefined
 * if it would. Terraform stores every string, including map keys, in Unicode normal form C: it
 * would change another form of the same characters, and half of a surrogate pair has no UTF-8
 * encoding.
 * https://developer.hashicorp.com/terraform/language/expressions/types (type string)
 */
export function getTerraformTextProblem(text: string): string | undefined {
	const unwritable = findUnwritableTextProblem(text);
	if (unwritable !== undefined) return unwritable;
	if (text.normalize('NFC') !== text) return formProblem(text);
	return longestRun(text) > MOST_MARKS
		? `contains more than ${MOST_MARKS} combining marks in a row, where Terraform would insert U+034F; use fewer`
		: undefined;
}

function formProblem(text: string): string {
	for (const { segment } of new Intl.Segmenter('und').segment(text)) {
		const composed = segment.normalize('NFC');
		if (composed !== segment) {
			return `contains ${formatCodePoints(segment)} (${segment}), which Terraform would change to ${formatCodePoints(composed)}; write ${composed} in that form (Unicode NFC)`;
		}
	}
	return 'is not in Unicode normal form C (NFC), so Terraform would change it; convert it to NFC';
}

/** The longest run of combining marks after composed characters are decomposed. */
function longestRun(text: string): number {
	if (!/\p{M}{10}/u.test(text)) return 0;
	const runs = text.normalize('NFD').match(/\p{M}+/gu) ?? [];
	return Math.max(0, ...runs.map((run) => [...run].length));
}
