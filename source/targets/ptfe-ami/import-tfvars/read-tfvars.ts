interface TfvarsContent {
	assignments: TfvarsAssignment[];
	problems: { at: TextPosition; text: string }[];
}

/**
 * The assignments of a terraform.tfvars, in HCL 1 (2018), HCL 2 or JSON. After a syntax error it
 * continues with the next line that looks like an assignment, so that one pass reports every
 * problem. Messages never quote the file, because it contains a password.
 */
export function readTfvars(text: string): TfvarsContent {
	const cursor = new TextCursor(text);
	const read: TfvarsContent = { assignments: [], problems: [] };
	while (readNextStatement(cursor, read)) {
		// `read` collects the results.
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

/** Reads the next statement; false at the end. */
function readNextStatement(cursor: TextCursor, { assignments, problems }: TfvarsContent): boolean {
	try {
		cursor.skipBlanks(true);
		if (cursor.ended) return false;
		if (cursor.here === '{') assignments.push(...readMapEntries(cursor));
		else assignments.push(readAssignment(cursor, /=/));
		cursor.skipBlanks(false);
		if (!cursor.ended && cursor.here !== '\n') {
			throw new TfvarsSyntaxError(cursor.position, 'unexpected text at the end of the line');
		}
	} catch (problem) {
		if (!(problem instanceof TfvarsSyntaxError)) throw problem;
		problems.push({ at: problem.position, text: problem.message });
		do cursor.takeLine();
		while (!cursor.ended && cursor.peek(/[ \t]*"?[A-Za-z_][A-Za-z0-9_-]*"?[ \t]*=/) === '');
	}
	return true;
}

/** A position in the text, counted from 1. */
export interface TextPosition {
	line: number;
	column: number;
}

/** A reading position in a text, with line and column. */
class TextCursor {
	readonly text: string;
	/** The text is JSON, whose strings contain no templates. */
	readonly json: boolean;
	#offset = 0;
	#line = 1;
	#lineStart = 0;

	constructor(text: string) {
		// Windows editors add a byte order mark and CRLF; both are ignored.
		this.text = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
		this.json = /^\s*\{/.test(this.text);
	}

	get position(): TextPosition {
		return { line: this.#line, column: this.#offset - this.#lineStart + 1 };
	}

	get ended(): boolean {
		return this.#offset >= this.text.length;
	}

	/** The character here, or `""` at the end. */
	get here(): string {
		return this.text[this.#offset] ?? '';
	}

	startsWith(expected: string): boolean {
		return this.text.startsWith(expected, this.#offset);
	}

	/** The text that the pattern matches at the current position, or `""`. Does not advance. */
	peek(pattern: RegExp): string {
		const sticky = new RegExp(pattern.source, 'y');
		sticky.lastIndex = this.#offset;
		return sticky.exec(this.text)?.[0] ?? '';
	}

	/** The same, and advances past the match. */
	take(pattern: RegExp): string {
		const found = this.peek(pattern);
		this.skip(found.length);
		return found;
	}

	skip(count: number): void {
		for (let index = 0; index < count && !this.ended; index++) {
			const lineEnds = this.here === '\n';
			this.#offset++;
			if (lineEnds) {
				this.#line++;
				this.#lineStart = this.#offset;
			}
		}
	}

	/** The rest of the line without its line ending; advances to the next line. */
	takeLine(): string {
		const line = this.take(/[^\n]*/);
		this.skip(1);
		return line;
	}

	/** Skips whitespace and comments; also line endings when `lines` is true. */
	skipBlanks(lines: boolean): void {
		for (;;) {
			if (this.take(lines ? /\s+/ : /[ \t\r\f\v]+/) !== '') continue;
			if (this.peek(/#|\/\//) !== '') {
				this.take(/[^\n]*/);
			} else if (this.startsWith('/*')) {
				const start = this.position;
				if (this.take(/\/\*[\s\S]*?\*\//) === '') {
					this.skip(this.text.length);
					throw new TfvarsSyntaxError(start, 'the comment is not closed with */');
				}
			} else return;
		}
	}
}

/** A syntax error in a terraform.tfvars file. */
class TfvarsSyntaxError extends Error {
	override readonly name = 'ReadingProblem';
	readonly position: TextPosition;

	constructor(position: TextPosition, message: string) {
		super(message);
		this.position = position;
	}
}

const ESCAPES: Readonly<Record<string, string>> = {
	n: '\n',
	r: '\r',
	t: '\t',
	'"': '"',
	'\\': '\\',
};
const JSON_ESCAPES: typeof ESCAPES = { ...ESCAPES, b: '\b', f: '\f', '/': '/' };

/** Reads `"…"` with its escapes. */
function readString(cursor: TextCursor): string {
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
function readHeredoc(cursor: TextCursor): string {
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

// Reading is recursive, so the depth is limited; real files are never nested this deeply.
const DEEPEST = 20;

/** Reads one HCL 1 or 2 value of a variable file, which has no expressions. */
function readTfvarsValue(cursor: TextCursor, depth = 0): TfvarsValue {
	const at = cursor.position;
	if (depth > DEEPEST) throw new TfvarsSyntaxError(at, 'the value is nested too deeply');
	if (cursor.here === '"') return readString(cursor);
	if (cursor.startsWith('<<')) return readHeredoc(cursor);
	if (cursor.here === '[') return readList(cursor, depth);
	if (cursor.here === '{') {
		return Object.fromEntries(
			readMapEntries(cursor, depth).map(({ name, value }) => [name, value]),
		);
	}
	const word = cursor.take(/[A-Za-z0-9_.+-]+/);
	if (word === 'true' || word === 'false') return word === 'true';
	if (word === 'null') return null;
	if (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(word)) return Number(word);
	if (/^0x[0-9a-f]+$/i.test(word)) return Number(word);
	if (word === '') throw new TfvarsSyntaxError(at, 'expected a value');
	throw new TfvarsSyntaxError(at, 'expected a quoted string, a number, true, false or a list');
}

function readList(cursor: TextCursor, depth: number): TfvarsValue[] {
	const at = cursor.position;
	const items: TfvarsValue[] = [];
	cursor.skip(1);
	for (;;) {
		cursor.skipBlanks(true);
		if (cursor.ended) throw new TfvarsSyntaxError(at, 'the list is not closed with ]');
		if (cursor.here === ']') break;
		items.push(readTfvarsValue(cursor, depth + 1));
		cursor.skipBlanks(true);
		if (cursor.here === ',') cursor.skip(1);
		else if (!cursor.ended && cursor.here !== ']') {
			throw new TfvarsSyntaxError(cursor.position, 'expected a comma between the items');
		}
	}
	cursor.skip(1);
	return items;
}

/** Reads `{ … }` with `=` or `:`, separated by commas or line endings; also reads JSON objects. */
function readMapEntries(cursor: TextCursor, depth = 0): TfvarsAssignment[] {
	const start = cursor.position;
	const entries: TfvarsAssignment[] = [];
	cursor.skip(1);
	for (;;) {
		cursor.skipBlanks(true);
		if (cursor.ended) throw new TfvarsSyntaxError(start, 'the map is not closed with }');
		if (cursor.here === '}') break;
		entries.push(readAssignment(cursor, /[=:]/, depth + 1));
		cursor.skipBlanks(false);
		if (cursor.here === ',') cursor.skip(1);
		else if (!cursor.ended && cursor.here !== '\n' && cursor.here !== '}') {
			throw new TfvarsSyntaxError(cursor.position, 'expected a comma or a new line');
		}
	}
	cursor.skip(1);
	return entries;
}

/** Reads `NAME = VALUE`; `sign` matches the separator. */
function readAssignment(cursor: TextCursor, sign: RegExp, depth = 0): TfvarsAssignment {
	const at = cursor.position;
	const name = cursor.here === '"' ? readString(cursor) : cursor.take(/[A-Za-z_][A-Za-z0-9_-]*/);
	if (name === '') throw new TfvarsSyntaxError(at, 'expected a variable name');
	cursor.skipBlanks(depth > 0);
	if (cursor.take(sign) === '') {
		throw new TfvarsSyntaxError(cursor.position, `expected an equals sign after ${name}`);
	}
	cursor.skipBlanks(depth > 0);
	return { name, at, value: readTfvarsValue(cursor, depth) };
}
