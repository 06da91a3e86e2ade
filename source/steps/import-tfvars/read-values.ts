import { type Cursor, type Position, ReadingProblem } from './cursor.ts';
import { readHeredoc, readString } from './read-strings.ts';

export type TfvarsValue = string | number | boolean | null | TfvarsValue[] | TfvarsMap;
export interface TfvarsMap {
	[key: string]: TfvarsValue;
}

/** A variable with its value and position. */
export interface Assignment {
	name: string;
	value: TfvarsValue;
	/** The position of the name. */
	at: Position;
}

// Reading is recursive, so the depth is limited; real files are never nested this deeply.
const DEEPEST = 20;

/** Reads one HCL 1 or 2 value of a variable file, which has no expressions. */
export function readValue(cursor: Cursor, depth = 0): TfvarsValue {
	const at = cursor.position;
	if (depth > DEEPEST) throw new ReadingProblem(at, 'the value is nested too deeply');
	if (cursor.here === '"') return readString(cursor);
	if (cursor.startsWith('<<')) return readHeredoc(cursor);
	if (cursor.here === '[') return readList(cursor, depth);
	if (cursor.here === '{') {
		return Object.fromEntries(readEntries(cursor, depth).map(({ name, value }) => [name, value]));
	}
	const word = cursor.take(/[A-Za-z0-9_.+-]+/);
	if (word === 'true' || word === 'false') return word === 'true';
	if (word === 'null') return null;
	if (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(word)) return Number(word);
	if (/^0x[0-9a-f]+$/i.test(word)) return Number(word);
	if (word === '') throw new ReadingProblem(at, 'expected a value');
	throw new ReadingProblem(at, 'expected a quoted string, a number, true, false or a list');
}

function readList(cursor: Cursor, depth: number): TfvarsValue[] {
	const at = cursor.position;
	const items: TfvarsValue[] = [];
	cursor.skip(1);
	for (;;) {
		cursor.skipBlanks(true);
		if (cursor.ended) throw new ReadingProblem(at, 'the list is not closed with ]');
		if (cursor.here === ']') break;
		items.push(readValue(cursor, depth + 1));
		cursor.skipBlanks(true);
		if (cursor.here === ',') cursor.skip(1);
		else if (!cursor.ended && cursor.here !== ']') {
			throw new ReadingProblem(cursor.position, 'expected a comma between the items');
		}
	}
	cursor.skip(1);
	return items;
}

/** Reads `{ … }` with `=` or `:`, separated by commas or line endings; also reads JSON objects. */
export function readEntries(cursor: Cursor, depth = 0): Assignment[] {
	const start = cursor.position;
	const entries: Assignment[] = [];
	cursor.skip(1);
	for (;;) {
		cursor.skipBlanks(true);
		if (cursor.ended) throw new ReadingProblem(start, 'the map is not closed with }');
		if (cursor.here === '}') break;
		entries.push(readAssignment(cursor, /[=:]/, depth + 1));
		cursor.skipBlanks(false);
		if (cursor.here === ',') cursor.skip(1);
		else if (!cursor.ended && cursor.here !== '\n' && cursor.here !== '}') {
			throw new ReadingProblem(cursor.position, 'expected a comma or a new line');
		}
	}
	cursor.skip(1);
	return entries;
}

/** Reads `NAME = VALUE`; `sign` matches the separator. */
export function readAssignment(cursor: Cursor, sign: RegExp, depth = 0): Assignment {
	const at = cursor.position;
	const name = cursor.here === '"' ? readString(cursor) : cursor.take(/[A-Za-z_][A-Za-z0-9_-]*/);
	if (name === '') throw new ReadingProblem(at, 'expected a variable name');
	cursor.skipBlanks(depth > 0);
	if (cursor.take(sign) === '') {
		throw new ReadingProblem(cursor.position, `expected an equals sign after ${name}`);
	}
	cursor.skipBlanks(depth > 0);
	return { name, at, value: readValue(cursor, depth) };
}
