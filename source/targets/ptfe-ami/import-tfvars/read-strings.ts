import { type TextCursor, type TextPosition, TfvarsSyntaxError } from './text-cursor.ts';

const ESCAPES: Readonly<Record<string, string>> = {
	n: '\n',
	r: '\r',
	t: '\t',
	'"': '"',
	'\\': '\\',
};
const JSON_ESCAPES: typeof ESCAPES = { ...ESCAPES, b: '\b', f: '\f', '/': '/' };

/** Reads `"…"` with its escapes. */
export function readString(cursor: TextCursor): string {
	const at = cursor.position;
	cursor.skip(1);
	let text = '';
	for (;;) {
		text += cursor.take(cursor.json ? /[^"\\\n]+/ : /[^"\\\n$%]+/);
		if (cursor.here === '"') break;
		if (cursor.ended || cursor.here === '\n') {
			throw new TfvarsSyntaxError(at, 'the string is not closed on its line');
		}
		text += cursor.here === '\\' ? readEscape(cursor) : readDollar(cursor);
	}
	cursor.skip(1);
	return asTerraformReads(text, at);
}

function readEscape(cursor: TextCursor): string {
	const at = cursor.position;
	cursor.skip(1);
	const code = cursor.take(cursor.json ? /u[0-9A-Fa-f]{4}/ : /u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}/);
	const point = Number.parseInt(code.slice(1), 16);
	// JSON writes characters beyond U+FFFF as a surrogate pair; HCL as one \U.
	if (code !== '' && point <= 0x10ffff && (cursor.json || !isHalf(point))) {
		return String.fromCodePoint(point);
	}
	const escapes = cursor.json ? JSON_ESCAPES : ESCAPES;
	const plain = code === '' ? escapes[cursor.here] : undefined;
	if (plain === undefined)
		throw new TfvarsSyntaxError(at, 'the escape sequence is not one of \\n \\r \\t \\" \\\\ \\u');
	cursor.skip(1);
	return plain;
}

function isHalf(point: number): boolean {
	return point >= 0xd800 && point <= 0xdfff;
}

function readDollar(cursor: TextCursor): string {
	const sign = cursor.here;
	if (cursor.startsWith(`${sign}${sign}{`)) {
		cursor.skip(3);
		return `${sign}{`;
	}
	if (cursor.startsWith(`${sign}{`)) throw expression(cursor.position, sign);
	cursor.skip(1);
	return sign;
}

function expression(at: TextPosition, sign: string): TfvarsSyntaxError {
	const instead = `${sign}${sign}{…}`;
	const text = `${sign}{…} is an expression; use the value, or ${instead} for the literal text`;
	return new TfvarsSyntaxError(at, text);
}

/** Terraform normalizes every string to NFC. */
function asTerraformReads(text: string, at: TextPosition): string {
	if (!/\p{Cs}/u.test(text)) return text.normalize('NFC');
	throw new TfvarsSyntaxError(
		at,
		'the string contains an unpaired surrogate, which is not a valid character',
	);
}

/** Reads `<<EOF` or `<<-EOF`; the latter removes the common indentation. */
export function readHeredoc(cursor: TextCursor): string {
	const at = cursor.position;
	const indented = cursor.take(/<<-?/) === '<<-';
	const marker = cursor.take(/[A-Za-z_][A-Za-z0-9_-]*/);
	cursor.take(/[ \t]+/);
	if (marker === '' || cursor.here !== '\n') {
		throw new TfvarsSyntaxError(at, 'expected a marker and a line ending after <<');
	}
	cursor.skip(1);
	const lines: string[] = [];
	for (;;) {
		if (cursor.ended) throw new TfvarsSyntaxError(at, `the closing ${marker} line is missing`);
		if (cursor.peek(/[^\n]*/).trim() === marker) {
			// The line ending is not consumed, because it also ends the assignment.
			cursor.take(/[^\n]*/);
			break;
		}
		lines.push(cursor.takeLine());
	}
	const first = at.line + 1;
	const text = (indented ? withoutIndent(lines) : lines)
		.map((line, index) => `${unescaped(line, first + index)}\n`)
		.join('');
	return asTerraformReads(text, at);
}

/** Like Terraform, ignores and keeps lines that contain only whitespace. */
function withoutIndent(lines: readonly string[]): string[] {
	const indentOf = (line: string) => [...(/^\p{White_Space}*/u.exec(line)?.[0] ?? '')].length;
	const isBlank = (line: string) => /^\p{White_Space}*$/u.test(line);
	const cut = Math.min(...lines.filter((line) => !isBlank(line)).map(indentOf));
	return lines.map((line) => (isBlank(line) ? line : line.slice(cut)));
}

/**
 * A line of a heredoc with template escapes resolved. In 2018 files `${HOME}` was literal text, and
 * current Terraform rejects it as a variable, so it is kept. `${1}`, which current Terraform would
 * evaluate, is rejected, because the versions disagree about its value.
 */
function unescaped(line: string, number: number): string {
	return line.replace(TEMPLATE, (found, sign: string, offset: number) => {
		if (found.length === 3) return `${sign}{`;
		const rest = line.slice(offset + 2);
		const text = sign === '$' ? SHELL_PARAMETER.test(rest) : !DIRECTIVE.test(rest);
		if (!text) throw expression({ line: number, column: offset + 1 }, sign);
		return found;
	});
}

const TEMPLATE = /([$%])\1?\{/g;
const SHELL_PARAMETER = /^(?!(?:true|false|null)\b)[A-Za-z_#@*?]/;
const DIRECTIVE = /^~?\s*(?:if|else|endif|for|endfor)\b/;
