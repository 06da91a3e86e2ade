import { type Cursor, type Position, ReadingProblem } from './cursor.ts';
import { readHeredoc, readString } from './read-strings.ts';

export type TfvarsValue = string | number | boolean | null | TfvarsValue[] | TfvarsMap;
export interface TfvarsMap {
	[key: string]: TfvarsValue;
}

/** What a variable is set to, and where. */
export interface Assignment {
	name: string;
	value: TfvarsValue;
	/** Where the name stands. */
	at: Position;
}

// Reading is recursive; a file nested deeper than this is no terraform.tfvars.
const DEEPEST = 20;

/** Reads one value of HCL 1 or 2 as variable files have them: no expressions. */
export function readValue(cursor: Cursor, depth = 0): TfvarsValue {
	const at = cursor.position;
	if (depth > DEEPEST) throw new ReadingProblem(at, 'this value is nested too deep');
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
	if (word === '') throw new ReadingProblem(at, 'a value is missing here');
	throw new ReadingProblem(at, 'this value is neither quoted nor a number, true, false or a list');
}

function readList(cursor: Cursor, depth: number): TfvarsValue[] {
	const at = cursor.position;
	const items: TfvarsValue[] = [];
	cursor.skip(1);
	for (;;) {
		cursor.skipBlanks(true);
		if (cursor.ended) throw new ReadingProblem(at, 'this list is never closed with ]');
		if (cursor.here === ']') break;
		items.push(readValue(cursor, depth + 1));
		cursor.skipBlanks(true);
		if (cursor.here === ',') cursor.skip(1);
		else if (!cursor.ended && cursor.here !== ']') {
			throw new ReadingProblem(cursor.position, 'a comma is missing between the items');
		}
	}
	cursor.skip(1);
	return items;
}

/** Reads `{ … }` with `=` or `:`, split by commas or line ends; JSON objects are of this form. */
export function readEntries(cursor: Cursor, depth = 0): Assignment[] {
	const start = cursor.position;
	const entries: Assignment[] = [];
	cursor.skip(1);
	for (;;) {
		cursor.skipBlanks(true);
		if (cursor.ended) throw new ReadingProblem(start, 'this map is never closed with }');
		if (cursor.here === '}') break;
		entries.push(readAssignment(cursor, /[=:]/, depth + 1));
		cursor.skipBlanks(false);
		if (cursor.here === ',') cursor.skip(1);
		else if (!cursor.ended && cursor.here !== '\n' && cursor.here !== '}') {
			throw new ReadingProblem(cursor.position, 'a comma or a new line is missing here');
		}
	}
	cursor.skip(1);
	return entries;
}

/** Reads `NAME = VALUE`; `sign` is what may stand between. */
export function readAssignment(cursor: Cursor, sign: RegExp, depth = 0): Assignment {
	const at = cursor.position;
	const name = cursor.here === '"' ? readString(cursor) : cursor.take(/[A-Za-z_][A-Za-z0-9_-]*/);
	if (name === '') throw new ReadingProblem(at, 'the name of a variable was expected here');
	cursor.skipBlanks(depth > 0);
	if (cursor.take(sign) === '') {
		throw new ReadingProblem(cursor.position, `an equals sign was expected after ${name}`);
	}
	cursor.skipBlanks(depth > 0);
	return { name, at, value: readValue(cursor, depth) };
}
