import { type Document, isMap, isScalar, isSeq, type Pair } from 'yaml';
import type { QuestionCatalogue } from '../question.ts';
import { type AnswersProblem, formatDisplayValue } from './answers-problem.ts';
import { findClosestMatch } from './closest-match.ts';
import {
	getNodeLocation,
	getOffsetLocation,
	type ParseContext,
	rejectIndirection,
	reportProblem,
} from './parse-context.ts';
import { parseMapping } from './parse-tree.ts';
import { describeNodeType } from './parse-value.ts';

/** The version of the answers file format. */
export const ANSWERS_FILE_VERSION = 1;

/** Reads the whole file. Returns the problem of an unsupported version, which stops reading. */
export function parseAnswersDocument(
	reading: ParseContext,
	document: Document.Parsed,
	catalogue: QuestionCatalogue,
): AnswersProblem | undefined {
	const { contents } = document;
	const place = getNodeLocation(reading, contents) ?? getOffsetLocation(reading, 0);
	const rule = `version: ${ANSWERS_FILE_VERSION}, followed by a key for each answer`;
	if (rejectIndirection(reading, '', contents)) return undefined;
	if (!isMap(contents)) {
		const empty = contents === null || (isScalar(contents) && contents.value === null);
		const message = empty ? 'is empty' : `is ${describeNodeType(contents)}, not a mapping`;
		reportProblem(reading, { key: '', place, message, rule });
		return undefined;
	}
	const pairs = new Map(
		contents.items.flatMap((pair): [string, Pair][] =>
			isScalar(pair.key) ? [[String(pair.key.value), pair]] : [],
		),
	);
	const version = pairs.get('version');
	const wrong = version && versionProblem(reading, version);
	if (wrong?.final) return wrong.problem;
	if (version === undefined) {
		reportProblem(reading, {
			key: 'version',
			place,
			message: 'is missing',
			rule: `version: ${ANSWERS_FILE_VERSION}`,
		});
	} else if (wrong !== undefined) reportProblem(reading, wrong.problem);
	// Read first, because it affects how the rest is read.
	const ask = pairs.get('ask');
	if (ask !== undefined) reading.ask = readAsk(reading, ask, catalogue);
	const done = (): void => {};
	const own = new Map([
		['version', done],
		['ask', done],
		['$schema', (pair: Pair) => readSchemaAddress(reading, pair)],
	]);
	parseMapping(reading, contents, reading.outline.root, own);
	return undefined;
}

function versionProblem(
	reading: ParseContext,
	pair: Pair,
): { problem: AnswersProblem; final: boolean } | undefined {
	const place = getNodeLocation(reading, pair.value) ?? getNodeLocation(reading, pair.key);
	const value = isScalar(pair.value) ? pair.value.value : undefined;
	const rule = `version: ${ANSWERS_FILE_VERSION}`;
	if (value === ANSWERS_FILE_VERSION) return undefined;
	if (typeof value === 'number') {
		const message = `is ${value}, but this tfe-wizard supports only ${ANSWERS_FILE_VERSION}`;
		return { problem: { key: 'version', place, message }, final: true };
	}
	const message =
		value === String(ANSWERS_FILE_VERSION)
			? 'is text; write the number without quotes'
			: 'is not a version number';
	return { problem: { key: 'version', place, message, rule }, final: false };
}

function readAsk(reading: ParseContext, pair: Pair, catalogue: QuestionCatalogue): string[] {
	const place = getNodeLocation(reading, pair.value) ?? getNodeLocation(reading, pair.key);
	const known = catalogue.steps.map(({ id }) => id);
	const rule = `a list of steps: ${known.join(', ')}`;
	if (rejectIndirection(reading, 'ask', pair.value)) return [];
	if (!isSeq(pair.value)) {
		reportProblem(reading, {
			key: 'ask',
			place,
			message: `is ${describeNodeType(pair.value)}`,
			rule,
		});
		return [];
	}
	const steps: string[] = [];
	for (const [index, item] of pair.value.items.entries()) {
		const key = `ask[${index}]`;
		const at = getNodeLocation(reading, item);
		if (rejectIndirection(reading, key, item)) continue;
		const id = isScalar(item) && typeof item.value === 'string' ? item.value : undefined;
		if (id === undefined) {
			reportProblem(reading, {
				key,
				place: at,
				message: `is ${describeNodeType(item)}, not a step`,
				rule,
			});
		} else if (!known.includes(id)) {
			reportProblem(reading, {
				key,
				place: at,
				message: 'is not a step',
				rule,
				value: formatDisplayValue(id),
				nearest: findClosestMatch(id, known),
			});
		} else if (steps.includes(id)) {
			reportProblem(reading, {
				key,
				place: at,
				message: 'is listed twice',
				value: formatDisplayValue(id),
			});
		} else steps.push(id);
	}
	return steps;
}

function readSchemaAddress(reading: ParseContext, pair: Pair): void {
	if (isScalar(pair.value) && typeof pair.value.value === 'string') return;
	const place = getNodeLocation(reading, pair.value) ?? getNodeLocation(reading, pair.key);
	const message = `is ${describeNodeType(pair.value)}, not the URL or path of a schema`;
	reportProblem(reading, { key: '$schema', place, message });
}
