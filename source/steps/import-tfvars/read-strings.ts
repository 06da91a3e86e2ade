import { type Cursor, type Position, ReadingProblem } from './cursor.ts';

const ESCAPES: Readonly<Record<string, string>> = {
	n: '\n',
	r: '\r',
	t: '\t',
	'"': '"',
	'\\': '\\',
};
const JSON_ESCAPES: typeof ESCAPES = { ...ESCAPES, b: '\b', f: '\f', '/': '/' };

/** Reads `"…"` with its escapes. */
export function readString(cursor: Cursor): string {
	const at = cursor.position;
	cursor.skip(1);
	let text = '';
	for (;;) {
		text += cursor.take(cursor.json ? /[^"\\\n]+/ : /[^"\\\n$%]+/);
		if (cursor.here === '"') break;
		if (cursor.ended || cursor.here === '\n') {
			throw new ReadingProblem(at, 'this string is not closed on its line');
		}
		text += cursor.here === '\\' ? readEscape(cursor) : readDollar(cursor);
	}
	cursor.skip(1);
	return asTerraformReads(text, at);
}

function readEscape(cursor: Cursor): string {
	const at = cursor.position;
	cursor.skip(1);
	const code = cursor.take(cursor.json ? /u[0-9A-Fa-f]{4}/ : /u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}/);
	const point = Number.parseInt(code.slice(1), 16);
	// JSON writes what is beyond U+FFFF as two halves; HCL as one \U.
	if (code !== '' && point <= 0x10ffff && (cursor.json || !isHalf(point))) {
		return String.fromCodePoint(point);
	}
	const escapes = cursor.json ? JSON_ESCAPES : ESCAPES;
	const plain = code === '' ? escapes[cursor.here] : undefined;
	if (plain === undefined)
		throw new ReadingProblem(at, 'this escape is not one of \\n \\r \\t \\" \\\\ \\u');
	cursor.skip(1);
	return plain;
}

function isHalf(point: number): boolean {
	return point >= 0xd800 && point <= 0xdfff;
}

function readDollar(cursor: Cursor): string {
	const sign = cursor.here;
	if (cursor.startsWith(`${sign}${sign}{`)) {
		cursor.skip(3);
		return `${sign}{`;
	}
	if (cursor.startsWith(`${sign}{`)) throw expression(cursor.position, sign);
	cursor.skip(1);
	return sign;
}

function expression(at: Position, sign: string): ReadingProblem {
	const instead = `${sign}${sign}{…}`;
	const text = `${sign}{…} is an expression; write the value itself, or ${instead} for this very text`;
	return new ReadingProblem(at, text);
}

/** Terraform stores every string in this form, so this is the value that the file has there. */
function asTerraformReads(text: string, at: Position): string {
	if (!/\p{Cs}/u.test(text)) return text.normalize('NFC');
	throw new ReadingProblem(at, 'this string holds half of a surrogate pair, which is no character');
}

/** Reads `<<EOF` or `<<-EOF`; of the latter the common indentation is cut. */
export function readHeredoc(cursor: Cursor): string {
	const at = cursor.position;
	const indented = cursor.take(/<<-?/) === '<<-';
	const marker = cursor.take(/[A-Za-z_][A-Za-z0-9_-]*/);
	cursor.take(/[ \t]+/);
	if (marker === '' || cursor.here !== '\n') {
		throw new ReadingProblem(at, 'after << comes a word, and then the line ends');
	}
	cursor.skip(1);
	const lines: string[] = [];
	for (;;) {
		if (cursor.ended) throw new ReadingProblem(at, `the line with ${marker} alone is missing`);
		if (cursor.peek(/[^\n]*/).trim() === marker) {
			// The line's end stays: it also ends the assignment.
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

/** As Terraform does it: lines of white space alone neither count nor are cut. */
function withoutIndent(lines: readonly string[]): string[] {
	const indentOf = (line: string) => [...(/^\p{White_Space}*/u.exec(line)?.[0] ?? '')].length;
	const isBlank = (line: string) => /^\p{White_Space}*$/u.test(line);
	const cut = Math.min(...lines.filter((line) => !isBlank(line)).map(indentOf));
	return lines.map((line) => (isBlank(line) ? line : line.slice(cut)));
}

/**
 * A line of a heredoc without the escapes of templates. In files of 2018 `${HOME}` was text, and
 * Terraform of today refuses it as a variable, so it stays; what it would evaluate, `${1}`, is
 * refused, for the two disagree about its value.
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
