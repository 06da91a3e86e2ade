import { isMap, isScalar, isSeq, type Scalar } from 'yaml';
import { formatDisplayValue, formatItemPath } from './answers-problem.ts';
import {
	getNodeLocation,
	hasTooManyProblems,
	isBlankNode,
	type ParseContext,
	parseKey,
	rejectIndirection,
	reportProblem,
} from './parse-context.ts';

/** Marks a value that was rejected and reported. */
export const REJECTED_VALUE: unique symbol = Symbol('refused');

const DEEPEST = 32;

interface PlainValueOptions {
	/** The key of the question, for problems. */
	key: string;
	rule?: string;
	/** The value and its keys must not be shown. */
	hide?: boolean;
	/** Allows several lines and whitespace at the ends. */
	free?: boolean;
}

/** Converts a node to plain data: text, numbers, booleans, null, lists and mappings. */
export function parsePlainValue(
	reading: ParseContext,
	node: unknown,
	options: PlainValueOptions,
	path: readonly PropertyKey[] = [],
): unknown {
	const { key, hide } = options;
	const at = hide ? key : formatItemPath(key, path);
	const place = getNodeLocation(reading, node) ?? reading.places.get(at) ?? reading.places.get(key);
	if (hasTooManyProblems(reading)) return REJECTED_VALUE;
	if (rejectIndirection(reading, at, node)) return REJECTED_VALUE;
	if (path.length > DEEPEST) {
		reportProblem(reading, { key, place, message: `is nested more than ${DEEPEST} levels deep` });
		return REJECTED_VALUE;
	}
	if (isSeq(node)) return plainList(reading, node.items, options, path);
	if (isMap(node)) return plainMap(reading, node.items, options, path);
	if (isBlankNode(node)) return null;
	if (!isScalar(node)) return REJECTED_VALUE;
	const message = scalarProblem(node, options);
	if (message === undefined) return node.value;
	reportProblem(reading, {
		key: at,
		place,
		message,
		...(hide || options.free ? {} : { rule: options.rule, value: formatDisplayValue(node.value) }),
	});
	return REJECTED_VALUE;
}

/** The problem of a scalar that is invalid for any question. */
function scalarProblem(node: Scalar, options: PlainValueOptions): string | undefined {
	const { value, source } = node;
	if (typeof value === 'string') return options.free ? undefined : findTextProblem(value);
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
export function findTextProblem(value: string): string | undefined {
	if (/[\r\n]/.test(value)) return 'has several lines; only one is allowed';
	if (/\p{Cc}/u.test(value)) return 'contains a control character';
	if (value !== value.trim()) {
		return 'starts or ends with whitespace, which would become part of the value';
	}
	return undefined;
}

function plainList(
	reading: ParseContext,
	items: readonly unknown[],
	options: PlainValueOptions,
	path: readonly PropertyKey[],
): unknown {
	let refused = false;
	const values = items.map((item, index) => {
		const here = [...path, index];
		const at = formatItemPath(options.key, here);
		const place = getNodeLocation(reading, item);
		if (place !== undefined && !options.hide) reading.places.set(at, place);
		const value = parsePlainValue(reading, item, options, here);
		if (value === null) {
			reportProblem(reading, {
				key: options.hide ? options.key : at,
				place,
				message: 'is an empty item',
			});
		}
		refused ||= value === REJECTED_VALUE || value === null;
		return value;
	});
	return refused ? REJECTED_VALUE : values;
}

function plainMap(
	reading: ParseContext,
	pairs: readonly { key: unknown; value: unknown }[],
	options: PlainValueOptions,
	path: readonly PropertyKey[],
): unknown {
	const seen = new Map();
	let refused = false;
	const entries: [string, unknown][] = [];
	for (const pair of pairs) {
		if (hasTooManyProblems(reading)) return REJECTED_VALUE;
		const parent = options.hide ? options.key : formatItemPath(options.key, path);
		const name = parseKey(reading, parent, pair.key, seen, options.hide);
		if (name === undefined) {
			refused = true;
			continue;
		}
		const here = [...path, name];
		const place = getNodeLocation(reading, pair.key);
		if (place !== undefined && !options.hide) {
			reading.places.set(formatItemPath(options.key, here), place);
		}
		const value = parsePlainValue(reading, pair.value, options, here);
		refused ||= value === REJECTED_VALUE;
		entries.push([name, value]);
	}
	return refused ? REJECTED_VALUE : Object.fromEntries(entries);
}
