import { isMap, isScalar, type Pair, type YAMLMap } from 'yaml';
import { readLeaf, typeWords } from './leaf.ts';
import { nearest, nearestKey } from './nearest.ts';
import { type Fork, type Group, mayBeBlank, optionNames, requiredBeneath } from './outline.ts';
import { itemKey, joinKey, printable, shownValue } from './problem.ts';
import {
	isBlank,
	isFull,
	placeOf,
	type Reading,
	readKey,
	refuseIndirection,
	report,
} from './reading.ts';

/** Reads a mapping with the keys of `group`; `own` reads keys of the file format. */
export function readMapping(
	reading: Reading,
	map: YAMLMap,
	group: Group,
	own: ReadonlyMap<string, (pair: Pair) => void> = new Map(),
): void {
	const seen = new Map();
	for (const pair of map.items) {
		if (isFull(reading)) return;
		const name = readKey(reading, group.path, pair.key, seen);
		if (name === undefined) continue;
		const read = own.get(name);
		const child = group.children.get(name);
		if (read !== undefined) read(pair);
		else if (child === undefined) reportUnknown(reading, group.path, name, pair);
		else if (child.type === 'leaf') readLeaf(reading, pair, child.question);
		else if (child.type === 'fork') readFork(reading, pair, child);
		else readBeneath(reading, pair, child);
	}
}

function reportUnknown(reading: Reading, parent: string, name: string, pair: Pair): void {
	const key = joinKey(parent, name);
	const place = placeOf(reading, pair.key);
	if (name === '<<') {
		report(reading, { key, place, message: 'is a merge key; write the values out' });
		return;
	}
	const nearest = nearestKey(parent, name, reading.outline);
	report(reading, { key, place, message: 'is not a known key', nearest });
}

/** Reads the keys below a group, which may be blank, as in a template. */
function readBeneath(reading: Reading, pair: Pair, group: Group): void {
	if (refuseIndirection(reading, group.path, pair.value) || isBlank(pair.value)) return;
	if (isMap(pair.value)) {
		readMapping(reading, pair.value, group);
		return;
	}
	const names = [...group.children.keys()];
	const rule =
		names.length === 0
			? 'nothing below it'
			: `keys below it: ${names.slice(0, 6).join(', ')}${names.length > 6 ? ', …' : ''}`;
	// The value is not shown: it may be a secret at the wrong level.
	const place = placeOf(reading, pair.value);
	report(reading, { key: group.path, place, message: `is ${typeWords(pair.value)}`, rule });
}

function readFork(reading: Reading, pair: Pair, fork: Fork): void {
	const { path } = fork;
	const place = placeOf(reading, pair.value);
	const rule = `one of ${optionNames(fork.question)}`;
	if (refuseIndirection(reading, path, pair.value)) return;
	if (isBlank(pair.value)) {
		const at = placeOf(reading, pair.key);
		if (at !== undefined) reading.places.set(path, at);
		if (!mayBeBlank(fork.question)) {
			report(reading, { key: path, place: at, message: 'has no value', rule });
		}
	} else if (isMap(pair.value)) {
		readOptions(reading, pair.value, fork, rule);
	} else if (isScalar(pair.value) && typeof pair.value.value === 'string') {
		if (place !== undefined) reading.places.set(path, place);
		readBareOption(reading, pair.value.value, fork, rule);
	} else {
		report(reading, { key: path, place, message: `is ${typeWords(pair.value)}`, rule });
	}
}

function readBareOption(reading: Reading, option: string, fork: Fork, rule: string): void {
	const { path } = fork;
	const place = reading.places.get(path);
	const group = fork.options.get(option);
	if (group === undefined) {
		report(reading, {
			key: path,
			place,
			message: 'is not a valid option',
			rule,
			value: shownValue(option),
			nearest: nearest(option, fork.options.keys()),
		});
		return;
	}
	const [needed] = requiredBeneath(group);
	if (needed !== undefined && !reading.ask.includes(fork.question.step)) {
		const below = needed.key.slice(group.path.length + 1).replaceAll('.', ': { ');
		const close = ' }'.repeat(2 + below.split('{').length - 1);
		const form = `${path.split('.').at(-1)}: { ${option}: { ${below}: …${close}`;
		report(reading, {
			key: path,
			place,
			message: `${option} requires ${needed.key}; write ${form}`,
		});
		return;
	}
	reading.answers.set(path, option);
}

/** Reads `{ OPTION: { … } }`. Further options are read too, to report all problems at once. */
function readOptions(reading: Reading, map: YAMLMap, fork: Fork, rule: string): void {
	const { path } = fork;
	const seen = new Map();
	let taken: { option: string; line: number | undefined } | undefined;
	if (map.items.length === 0) {
		report(reading, { key: path, place: placeOf(reading, map), message: 'has no option', rule });
	}
	for (const pair of map.items) {
		if (isFull(reading)) return;
		const option = readKey(reading, path, pair.key, seen);
		if (option === undefined) continue;
		const group = fork.options.get(option);
		const place = placeOf(reading, pair.key);
		if (group === undefined) {
			const key = joinKey(path, option);
			const nearest = nearestKey(path, option, reading.outline);
			report(reading, { key, place, message: 'is not a valid option', rule, nearest });
		} else if (taken === undefined) {
			taken = { option, line: place?.line };
			if (place !== undefined) reading.places.set(path, place);
			reading.answers.set(path, option);
			readBeneath(reading, pair, group);
		} else {
			const message = `is a second option: ${printable(taken.option)} is selected on line ${taken.line}`;
			report(reading, { key: itemKey(path, [option]), place, message, rule });
			// Read only for its problems, not for its answers.
			readBeneath({ ...reading, answers: new Map(), places: new Map() }, pair, group);
		}
	}
}
