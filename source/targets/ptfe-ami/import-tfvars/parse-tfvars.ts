/** A position in the text, counted from 1. */
export interface TextPosition {
	line: number;
	column: number;
}

export type TfvarsValue = string | number | boolean | null | TfvarsValue[] | TfvarsMap;
interface TfvarsMap {
	[key: string]: TfvarsValue;
}

/** A variable with its value and position. */
export interface TfvarsAssignment {
	name: string;
	value: TfvarsValue;
	/** The position of the name. */
	at: TextPosition;
}

interface TfvarsContent {
	assignments: TfvarsAssignment[];
	problems: { at: TextPosition; text: string }[];
}

/**
 * The assignments of a terraform.tfvars, in HCL 1 (2018), HCL 2 or JSON. After a syntax error it
 * continues with the next line that looks like an assignment, so that one pass reports every
 * problem. Messages never quote the file, because it contains a password.
 */
export function parseTfvars(text: string): TfvarsContent {
	const reader = new TfvarsReader(text);
	const read: TfvarsContent = { assignments: [], problems: [] };
	for (;;) {
		try {
			const statement = reader.readStatement();
			if (statement === undefined) break;
			read.assignments.push(...statement.assignments);
			reader.expectLineEnd();
		} catch (problem) {
			if (!(problem instanceof TfvarsSyntaxError)) throw problem;
			read.problems.push({ at: problem.position, text: problem.message });
			reader.skipToNextAssignment();
		}
	}
	const seen = new Map<string, TextPosition>();
	for (const { name, at } of read.assignments) {
		const before = seen.get(name);
		if (before !== undefined) {
			read.problems.push({ at, text: `${name} is set twice, first on line ${before.line}` });
		}
		seen.set(name, at);
	}
	return read;
}

class TfvarsSyntaxError extends Error {
	readonly position: TextPosition;

	constructor(position: TextPosition, message: string) {
		super(message);
		this.position = position;
	}
}

// Reading is recursive, so the depth is limited; real files are never nested this deeply.
const DEEPEST = 20;

const NAME = /[A-Za-z_][A-Za-z0-9_-]*/;
const ESCAPES: Readonly<Record<string, string>> = {
	n: '\n',
	r: '\r',
	t: '\t',
	'"': '"',
	'\\': '\\',
};
const JSON_ESCAPES: typeof ESCAPES = { ...ESCAPES, b: '\b', f: '\f', '/': '/' };

/** Reads a text from its beginning, one statement at a time. */
class TfvarsReader {
	readonly #text: string;
	/** The text is JSON, whose strings contain no templates. */
	readonly #json: boolean;
	#offset = 0;
	#line = 1;
	#lineStart = 0;

	constructor(text: string) {
		// Windows editors add a byte order mark and CRLF; both are ignored.
		this.#text = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
		this.#json = /^\s*\{/.test(this.#text);
	}

	/** The next assignment, or those of a JSON object; undefined at the end. */
	readStatement(): { assignments: TfvarsAssignment[] } | undefined {
		this.#skipBlanks(true);
		if (this.#ended) return undefined;
		return { assignments: this.#here === '{' ? this.#readMap(0) : [this.#readAssignment(/=/, 0)] };
	}

	expectLineEnd(): void {
		this.#skipBlanks(false);
		if (!this.#ended && this.#here !== '\n') {
			throw new TfvarsSyntaxError(this.#position, 'unexpected text at the end of the line');
		}
	}

	skipToNextAssignment(): void {
		do this.#take(/[^\n]*\n?/);
		while (!this.#ended && this.#peek(/[ \t]*"?[A-Za-z_][A-Za-z0-9_-]*"?[ \t]*=/) === '');
	}

	get #position(): TextPosition {
		return { line: this.#line, column: this.#offset - this.#lineStart + 1 };
	}

	get #ended(): boolean {
		return this.#offset >= this.#text.length;
	}

	/** The character here, or `""` at the end. */
	get #here(): string {
		return this.#text[this.#offset] ?? '';
	}

	/** What the pattern matches here, or `""`. */
	#peek(pattern: RegExp): string {
		const sticky = new RegExp(pattern.source, 'y');
		sticky.lastIndex = this.#offset;
		return sticky.exec(this.#text)?.[0] ?? '';
	}

	/** The same, and advances past it. */
	#take(pattern: RegExp): string {
		const found = this.#peek(pattern);
		for (const { index } of found.matchAll(/\n/g)) {
			this.#line++;
			this.#lineStart = this.#offset + index + 1;
		}
		this.#offset += found.length;
		return found;
	}

	/** Skips whitespace and comments; also line endings when `lines` is true. */
	#skipBlanks(lines: boolean): void {
		const blanks = lines ? /(?:\s+|(?:#|\/\/)[^\n]*)+/ : /(?:[ \t\r\f\v]+|(?:#|\/\/)[^\n]*)+/;
		for (;;) {
			this.#take(blanks);
			const at = this.#position;
			if (this.#peek(/\/\*/) === '') return;
			if (this.#take(/\/\*[\s\S]*?\*\//) === '') {
				this.#take(/[\s\S]*/);
				throw new TfvarsSyntaxError(at, 'the comment is not closed with */');
			}
		}
	}

	/** Reads `NAME = VALUE`; `sign` matches the separator. */
	#readAssignment(sign: RegExp, depth: number): TfvarsAssignment {
		const at = this.#position;
		const name = this.#here === '"' ? this.#readString() : this.#take(NAME);
		if (name === '') throw new TfvarsSyntaxError(at, 'expected a variable name');
		this.#skipBlanks(depth > 0);
		if (this.#take(sign) === '') {
			throw new TfvarsSyntaxError(this.#position, `expected an equals sign after ${name}`);
		}
		this.#skipBlanks(depth > 0);
		return { name, at, value: this.#readValue(depth) };
	}

	/** Reads a value of a variable file, which has no expressions. */
	#readValue(depth: number): TfvarsValue {
		const at = this.#position;
		if (depth > DEEPEST) throw new TfvarsSyntaxError(at, 'the value is nested too deeply');
		if (this.#here === '"') return this.#readString();
		if (this.#peek(/<</) !== '') return this.#readHeredoc();
		if (this.#here === '[') {
			const readItem = () => this.#readValue(depth + 1);
			return this.#readItems('list', ']', readItem, 'a comma between the items');
		}
		if (this.#here === '{') {
			return Object.fromEntries(this.#readMap(depth).map(({ name, value }) => [name, value]));
		}
		const word = this.#take(/[A-Za-z0-9_.+-]+/);
		if (word === 'true' || word === 'false') return word === 'true';
		if (word === 'null') return null;
		if (/^(-?\d+(\.\d+)?([eE][+-]?\d+)?|0[xX][0-9a-fA-F]+)$/.test(word)) return Number(word);
		if (word === '') throw new TfvarsSyntaxError(at, 'expected a value');
		throw new TfvarsSyntaxError(at, 'expected a quoted string, a number, true, false or a list');
	}

	/** Reads `{ … }` with `=` or `:`, separated by commas or line endings; also reads JSON objects. */
	#readMap(depth: number): TfvarsAssignment[] {
		const readEntry = () => this.#readAssignment(/[=:]/, depth + 1);
		return this.#readItems('map', '}', readEntry, 'a comma or a new line');
	}

	#readItems<T>(what: 'list' | 'map', close: string, readItem: () => T, expected: string): T[] {
		const at = this.#position;
		const items: T[] = [];
		this.#take(/[\s\S]/);
		for (;;) {
			this.#skipBlanks(true);
			if (this.#ended) throw new TfvarsSyntaxError(at, `the ${what} is not closed with ${close}`);
			if (this.#here === close) break;
			items.push(readItem());
			this.#skipBlanks(what === 'list');
			if (this.#take(/,/) === '' && !['', '\n', close].includes(this.#here)) {
				throw new TfvarsSyntaxError(this.#position, `expected ${expected}`);
			}
		}
		this.#take(/[\s\S]/);
		return items;
	}

	/** Reads `"…"` with its escapes. */
	#readString(): string {
		const at = this.#position;
		this.#take(/"/);
		let text = '';
		for (;;) {
			text += this.#take(this.#json ? /[^"\\\n]+/ : /[^"\\\n$%]+/);
			if (this.#take(/"/) !== '') return normalizeText(text, at);
			if (this.#ended || this.#here === '\n') {
				throw new TfvarsSyntaxError(at, 'the string is not closed on its line');
			}
			text += this.#here === '\\' ? this.#readEscape() : this.#readSign();
		}
	}

	#readEscape(): string {
		const at = this.#position;
		this.#take(/\\/);
		const code = this.#take(this.#json ? /u[0-9A-Fa-f]{4}/ : /u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}/);
		const point = Number.parseInt(code.slice(1), 16);
		const isSurrogate = point >= 0xd800 && point <= 0xdfff;
		// JSON writes characters beyond U+FFFF as a surrogate pair; HCL as one \U.
		if (point <= 0x10ffff && (this.#json || !isSurrogate)) return String.fromCodePoint(point);
		const escapes = this.#json ? JSON_ESCAPES : ESCAPES;
		const plain = code === '' ? escapes[this.#take(/[\s\S]/)] : undefined;
		if (plain !== undefined) return plain;
		throw new TfvarsSyntaxError(at, 'the escape sequence is not one of \\n \\r \\t \\" \\\\ \\u');
	}

	/** Reads `$` or `%`, and their doubled form before `{`. */
	#readSign(): string {
		const escaped = this.#take(/\$\$\{|%%\{/);
		if (escaped !== '') return escaped.slice(1);
		const at = this.#position;
		const sign = this.#take(/[\s\S]/);
		if (this.#here === '{') throw createExpressionError(at, sign);
		return sign;
	}

	/** Reads `<<EOF` or `<<-EOF`; the latter removes the common indentation. */
	#readHeredoc(): string {
		const at = this.#position;
		const indented = this.#take(/<<-?/) === '<<-';
		const marker = this.#take(NAME);
		this.#take(/[ \t]+/);
		if (marker === '' || this.#take(/\n/) === '') {
			throw new TfvarsSyntaxError(at, 'expected a marker and a line ending after <<');
		}
		const lines: string[] = [];
		// The last line ending is not consumed, because it also ends the assignment.
		for (let line = this.#take(/[^\n]*/); line.trim() !== marker; line = this.#take(/[^\n]*/)) {
			lines.push(line);
			if (this.#take(/\n/) === '' || this.#ended) {
				throw new TfvarsSyntaxError(at, `the closing ${marker} line is missing`);
			}
		}
		const text = (indented ? removeIndent(lines) : lines)
			.map((line, index) => `${unescapeTemplates(line, at.line + 1 + index)}\n`)
			.join('');
		return normalizeText(text, at);
	}
}

function createExpressionError(at: TextPosition, sign: string): TfvarsSyntaxError {
	const instead = `${sign}${sign}{…}`;
	const text = `${sign}{…} is an expression; use the value, or ${instead} for the literal text`;
	return new TfvarsSyntaxError(at, text);
}

/** Terraform normalizes every string to NFC. */
function normalizeText(text: string, at: TextPosition): string {
	if (!/\p{Cs}/u.test(text)) return text.normalize('NFC');
	throw new TfvarsSyntaxError(
		at,
		'the string contains an unpaired surrogate, which is not a valid character',
	);
}

/** Like Terraform, ignores and keeps lines that contain only whitespace. */
function removeIndent(lines: readonly string[]): string[] {
	const isBlank = (line: string) => /^\p{White_Space}*$/u.test(line);
	const indents = lines
		.filter((line) => !isBlank(line))
		.map((line) => /^\p{White_Space}*/u.exec(line)?.[0].length ?? 0);
	return lines.map((line) => (isBlank(line) ? line : line.slice(Math.min(...indents))));
}

const TEMPLATE = /([$%])\1?\{/g;
const SHELL_PARAMETER = /^(?!(?:true|false|null)\b)[A-Za-z_#@*?]/;
const DIRECTIVE = /^~?\s*(?:if|else|endif|for|endfor)\b/;

/**
 * A line of a heredoc with template escapes resolved. In 2018 files `${HOME}` was literal text, and
 * current Terraform rejects it as a variable, so it is kept. `${1}`, which current Terraform would
 * evaluate, is rejected, because the versions disagree about its value.
 */
function unescapeTemplates(line: string, number: number): string {
	return line.replace(TEMPLATE, (found, sign: string, offset: number) => {
		if (found.length === 3) return `${sign}{`;
		const rest = line.slice(offset + 2);
		const isText = sign === '$' ? SHELL_PARAMETER.test(rest) : !DIRECTIVE.test(rest);
		if (!isText) throw createExpressionError({ line: number, column: offset + 1 }, sign);
		return found;
	});
}
