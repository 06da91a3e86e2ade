import { readHeredoc, readString } from './read-strings.ts';
import { type TextCursor, type TextPosition, TfvarsSyntaxError } from './text-cursor.ts';

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
export function readMapEntries(cursor: TextCursor, depth = 0): TfvarsAssignment[] {
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
export function readAssignment(cursor: TextCursor, sign: RegExp, depth = 0): TfvarsAssignment {
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
