import { isMap, isScalar, type Pair, type YAMLMap } from 'yaml';
import {
	formatDisplayValue,
	formatItemPath,
	joinKeyPath,
	truncateForDisplay,
} from './answers-problem.ts';
import { findClosestKey, findClosestMatch } from './closest-match.ts';
import {
	getNodeLocation,
	hasTooManyProblems,
	isBlankNode,
	type ParseContext,
	parseKey,
	rejectIndirection,
	reportProblem,
} from './parse-context.ts';
import { describeNodeType, parseQuestionValue } from './parse-value.ts';
import {
	canBeBlank,
	formatOptionNames,
	type GroupNode,
	listRequiredQuestions,
	type VariantNode,
} from './question-tree.ts';

/** Reads a mapping with the keys of `group`; `own` reads keys of the file format. */
export function parseMapping(
	reading: ParseContext,
	map: YAMLMap,
	group: GroupNode,
	own: ReadonlyMap<string, (pair: Pair) => void> = new Map(),
): void {
	const seen = new Map();
	for (const pair of map.items) {
		if (hasTooManyProblems(reading)) return;
		const name = parseKey(reading, group.path, pair.key, seen);
		if (name === undefined) continue;
		const read = own.get(name);
		const child = group.children.get(name);
		if (read !== undefined) read(pair);
		else if (child === undefined) reportUnknown(reading, group.path, name, pair);
		else if (child.type === 'leaf') parseQuestionValue(reading, pair, child.question);
		else if (child.type === 'fork') readFork(reading, pair, child);
		else readBeneath(reading, pair, child);
	}
}

function reportUnknown(reading: ParseContext, parent: string, name: string, pair: Pair): void {
	const key = joinKeyPath(parent, name);
	const place = getNodeLocation(reading, pair.key);
	if (name === '<<') {
		reportProblem(reading, { key, place, message: 'is a merge key; write the values out' });
		return;
	}
	const nearest = findClosestKey(parent, name, reading.outline);
	reportProblem(reading, { key, place, message: 'is not a known key', nearest });
}

/** Reads the keys below a group, which may be blank, as in a template. */
function readBeneath(reading: ParseContext, pair: Pair, group: GroupNode): void {
	if (rejectIndirection(reading, group.path, pair.value) || isBlankNode(pair.value)) return;
	if (isMap(pair.value)) {
		parseMapping(reading, pair.value, group);
		return;
	}
	const names = [...group.children.keys()];
	const rule =
		names.length === 0
			? 'nothing below it'
			: `keys below it: ${names.slice(0, 6).join(', ')}${names.length > 6 ? ', …' : ''}`;
	// The value is not shown: it may be a secret at the wrong level.
	const place = getNodeLocation(reading, pair.value);
	reportProblem(reading, {
		key: group.path,
		place,
		message: `is ${describeNodeType(pair.value)}`,
		rule,
	});
}

function readFork(reading: ParseContext, pair: Pair, fork: VariantNode): void {
	const { path } = fork;
	const place = getNodeLocation(reading, pair.value);
	const rule = `one of ${formatOptionNames(fork.question)}`;
	if (rejectIndirection(reading, path, pair.value)) return;
	if (isBlankNode(pair.value)) {
		const at = getNodeLocation(reading, pair.key);
		if (at !== undefined) reading.places.set(path, at);
		if (!canBeBlank(fork.question)) {
			reportProblem(reading, { key: path, place: at, message: 'has no value', rule });
		}
	} else if (isMap(pair.value)) {
		readOptions(reading, pair.value, fork, rule);
	} else if (isScalar(pair.value) && typeof pair.value.value === 'string') {
		if (place !== undefined) reading.places.set(path, place);
		readBareOption(reading, pair.value.value, fork, rule);
	} else {
		reportProblem(reading, {
			key: path,
			place,
			message: `is ${describeNodeType(pair.value)}`,
			rule,
		});
	}
}

function readBareOption(
	reading: ParseContext,
	option: string,
	fork: VariantNode,
	rule: string,
): void {
	const { path } = fork;
	const place = reading.places.get(path);
	const group = fork.options.get(option);
	if (group === undefined) {
		reportProblem(reading, {
			key: path,
			place,
			message: 'is not a valid option',
			rule,
			value: formatDisplayValue(option),
			nearest: findClosestMatch(option, fork.options.keys()),
		});
		return;
	}
	const [needed] = listRequiredQuestions(group);
	if (needed !== undefined && !reading.ask.includes(fork.question.step)) {
		const below = needed.key.slice(group.path.length + 1).replaceAll('.', ': { ');
		const close = ' }'.repeat(2 + below.split('{').length - 1);
		const form = `${path.split('.').at(-1)}: { ${option}: { ${below}: …${close}`;
		reportProblem(reading, {
			key: path,
			place,
			message: `${option} requires ${needed.key}; write ${form}`,
		});
		return;
	}
	reading.answers.set(path, option);
}

/** Reads `{ OPTION: { … } }`. Further options are read too, to report all problems at once. */
function readOptions(reading: ParseContext, map: YAMLMap, fork: VariantNode, rule: string): void {
	const { path } = fork;
	const seen = new Map();
	let taken: { option: string; line: number | undefined } | undefined;
	if (map.items.length === 0) {
		reportProblem(reading, {
			key: path,
			place: getNodeLocation(reading, map),
			message: 'has no option',
			rule,
		});
	}
	for (const pair of map.items) {
		if (hasTooManyProblems(reading)) return;
		const option = parseKey(reading, path, pair.key, seen);
		if (option === undefined) continue;
		const group = fork.options.get(option);
		const place = getNodeLocation(reading, pair.key);
		if (group === undefined) {
			const key = joinKeyPath(path, option);
			const nearest = findClosestKey(path, option, reading.outline);
			reportProblem(reading, { key, place, message: 'is not a valid option', rule, nearest });
		} else if (taken === undefined) {
			taken = { option, line: place?.line };
			if (place !== undefined) reading.places.set(path, place);
			reading.answers.set(path, option);
			readBeneath(reading, pair, group);
		} else {
			const message = `is a second option: ${truncateForDisplay(taken.option)} is selected on line ${taken.line}`;
			reportProblem(reading, { key: formatItemPath(path, [option]), place, message, rule });
			// Read only for its problems, not for its answers.
			readBeneath({ ...reading, answers: new Map(), places: new Map() }, pair, group);
		}
	}
}
