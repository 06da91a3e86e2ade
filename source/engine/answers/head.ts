import { type Document, isMap, isScalar, isSeq, type Pair } from 'yaml';
import type { Catalogue } from '../question.ts';
import { typeWords } from './leaf.ts';
import { nearest } from './nearest.ts';
import { type Problem, shownValue } from './problem.ts';
import { placeAt, placeOf, type Reading, refuseIndirection, report } from './reading.ts';
import { readMapping } from './walk.ts';

/** The version of the answers file format. */
export const FILE_VERSION = 1;

/** Reads the whole file. Returns the problem of an unsupported version, which stops reading. */
export function readDocument(
	reading: Reading,
	document: Document.Parsed,
	catalogue: Catalogue,
): Problem | undefined {
	const { contents } = document;
	const place = placeOf(reading, contents) ?? placeAt(reading, 0);
	const rule = `version: ${FILE_VERSION}, followed by a key for each answer`;
	if (refuseIndirection(reading, '', contents)) return undefined;
	if (!isMap(contents)) {
		const empty = contents === null || (isScalar(contents) && contents.value === null);
		const message = empty ? 'is empty' : `is ${typeWords(contents)}, not a mapping`;
		report(reading, { key: '', place, message, rule });
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
		report(reading, {
			key: 'version',
			place,
			message: 'is missing',
			rule: `version: ${FILE_VERSION}`,
		});
	} else if (wrong !== undefined) report(reading, wrong.problem);
	// Read first, because it affects how the rest is read.
	const ask = pairs.get('ask');
	if (ask !== undefined) reading.ask = readAsk(reading, ask, catalogue);
	const done = (): void => {};
	const own = new Map([
		['version', done],
		['ask', done],
		['$schema', (pair: Pair) => readSchemaAddress(reading, pair)],
	]);
	readMapping(reading, contents, reading.outline.root, own);
	return undefined;
}

function versionProblem(
	reading: Reading,
	pair: Pair,
): { problem: Problem; final: boolean } | undefined {
	const place = placeOf(reading, pair.value) ?? placeOf(reading, pair.key);
	const value = isScalar(pair.value) ? pair.value.value : undefined;
	const rule = `version: ${FILE_VERSION}`;
	if (value === FILE_VERSION) return undefined;
	if (typeof value === 'number') {
		const message = `is ${value}, but this tfe-wizard supports only ${FILE_VERSION}`;
		return { problem: { key: 'version', place, message }, final: true };
	}
	const message =
		value === String(FILE_VERSION)
			? 'is text; write the number without quotes'
			: 'is not a version number';
	return { problem: { key: 'version', place, message, rule }, final: false };
}

function readAsk(reading: Reading, pair: Pair, catalogue: Catalogue): string[] {
	const place = placeOf(reading, pair.value) ?? placeOf(reading, pair.key);
	const known = catalogue.steps.map(({ id }) => id);
	const rule = `a list of steps: ${known.join(', ')}`;
	if (refuseIndirection(reading, 'ask', pair.value)) return [];
	if (!isSeq(pair.value)) {
		report(reading, { key: 'ask', place, message: `is ${typeWords(pair.value)}`, rule });
		return [];
	}
	const steps: string[] = [];
	for (const [index, item] of pair.value.items.entries()) {
		const key = `ask[${index}]`;
		const at = placeOf(reading, item);
		if (refuseIndirection(reading, key, item)) continue;
		const id = isScalar(item) && typeof item.value === 'string' ? item.value : undefined;
		if (id === undefined) {
			report(reading, { key, place: at, message: `is ${typeWords(item)}, not a step`, rule });
		} else if (!known.includes(id)) {
			report(reading, {
				key,
				place: at,
				message: 'is not a step',
				rule,
				value: shownValue(id),
				nearest: nearest(id, known),
			});
		} else if (steps.includes(id)) {
			report(reading, { key, place: at, message: 'is listed twice', value: shownValue(id) });
		} else steps.push(id);
	}
	return steps;
}

function readSchemaAddress(reading: Reading, pair: Pair): void {
	if (isScalar(pair.value) && typeof pair.value.value === 'string') return;
	const place = placeOf(reading, pair.value) ?? placeOf(reading, pair.key);
	const message = `is ${typeWords(pair.value)}, not the URL or path of a schema`;
	report(reading, { key: '$schema', place, message });
}
