import { isMap, isScalar, isSeq, type Scalar } from 'yaml';
import { itemKey, shownValue } from './problem.ts';
import {
	isBlank,
	isFull,
	placeOf,
	type Reading,
	readKey,
	refuseIndirection,
	report,
} from './reading.ts';

/** Marks a value that was rejected and reported. */
export const REFUSED: unique symbol = Symbol('refused');

const DEEPEST = 32;

export interface ValueOptions {
	/** The key of the question, for problems. */
	key: string;
	rule?: string;
	/** The value and its keys must not be shown. */
	hide?: boolean;
	/** Allows several lines and whitespace at the ends. */
	free?: boolean;
}

/** Converts a node to plain data: text, numbers, booleans, null, lists and mappings. */
export function plainValue(
	reading: Reading,
	node: unknown,
	options: ValueOptions,
	path: readonly PropertyKey[] = [],
): unknown {
	const { key, hide } = options;
	const at = hide ? key : itemKey(key, path);
	const place = placeOf(reading, node) ?? reading.places.get(at) ?? reading.places.get(key);
	if (isFull(reading)) return REFUSED;
	if (refuseIndirection(reading, at, node)) return REFUSED;
	if (path.length > DEEPEST) {
		report(reading, { key, place, message: `is nested more than ${DEEPEST} levels deep` });
		return REFUSED;
	}
	if (isSeq(node)) return plainList(reading, node.items, options, path);
	if (isMap(node)) return plainMap(reading, node.items, options, path);
	if (isBlank(node)) return null;
	if (!isScalar(node)) return REFUSED;
	const message = scalarProblem(node, options);
	if (message === undefined) return node.value;
	report(reading, {
		key: at,
		place,
		message,
		...(hide || options.free ? {} : { rule: options.rule, value: shownValue(node.value) }),
	});
	return REFUSED;
}

/** The problem of a scalar that is invalid for any question. */
function scalarProblem(node: Scalar, options: ValueOptions): string | undefined {
	const { value, source } = node;
	if (typeof value === 'string') return options.free ? undefined : textProblem(value);
	if (typeof value !== 'number') return undefined;
	if (!Number.isFinite(value)) return 'is not a finite number';
	if (source !== undefined && !/^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(source)) {
		return 'is not a plain decimal number; write it in quotes if it is text';
	}
	if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
		return 'has more digits than a number can hold; write it in quotes if it is text';
	}
	return undefined;
}

/** The problem of a single-line text that is invalid for any question. */
export function textProblem(value: string): string | undefined {
	if (/[\r\n]/.test(value)) return 'has several lines; only one is allowed';
	if (/\p{Cc}/u.test(value)) return 'contains a control character';
	if (value !== value.trim()) {
		return 'starts or ends with whitespace, which would become part of the value';
	}
	return undefined;
}

function plainList(
	reading: Reading,
	items: readonly unknown[],
	options: ValueOptions,
	path: readonly PropertyKey[],
): unknown {
	let refused = false;
	const values = items.map((item, index) => {
		const here = [...path, index];
		const at = itemKey(options.key, here);
		const place = placeOf(reading, item);
		if (place !== undefined && !options.hide) reading.places.set(at, place);
		const value = plainValue(reading, item, options, here);
		if (value === null) {
			report(reading, { key: options.hide ? options.key : at, place, message: 'is an empty item' });
		}
		refused ||= value === REFUSED || value === null;
		return value;
	});
	return refused ? REFUSED : values;
}

function plainMap(
	reading: Reading,
	pairs: readonly { key: unknown; value: unknown }[],
	options: ValueOptions,
	path: readonly PropertyKey[],
): unknown {
	const seen = new Map();
	let refused = false;
	const entries: [string, unknown][] = [];
	for (const pair of pairs) {
		if (isFull(reading)) return REFUSED;
		const parent = options.hide ? options.key : itemKey(options.key, path);
		const name = readKey(reading, parent, pair.key, seen, options.hide);
		if (name === undefined) {
			refused = true;
			continue;
		}
		const here = [...path, name];
		const place = placeOf(reading, pair.key);
		if (place !== undefined && !options.hide) {
			reading.places.set(itemKey(options.key, here), place);
		}
		const value = plainValue(reading, pair.value, options, here);
		refused ||= value === REFUSED;
		entries.push([name, value]);
	}
	return refused ? REFUSED : Object.fromEntries(entries);
}
