import { isMap, isScalar, isSeq, type Pair } from 'yaml';
import type { QuestionKind } from '../question.ts';
import { nearest } from './nearest.ts';
import { type CatalogueQuestion, mayBeBlank, optionNames } from './outline.ts';
import { type Problem, shownValue } from './problem.ts';
import { isBlank, placeOf, type Reading, refuseIndirection, report } from './reading.ts';
import { secretProblem, secretReferenceSchema, secretRule } from './secret-reference.ts';
import { plainValue, REFUSED, textProblem } from './values.ts';

/** Reads the value of one question into the answers, or reports what is wrong with it. */
export function readLeaf(reading: Reading, pair: Pair, question: CatalogueQuestion): void {
	const { key, kind } = question;
	const place = placeOf(reading, pair.value) ?? placeOf(reading, pair.key);
	if (refuseIndirection(reading, key, pair.value)) return;
	if (isBlank(pair.value)) {
		const keyPlace = placeOf(reading, pair.key);
		if (keyPlace !== undefined) reading.places.set(key, keyPlace);
		if (!mayBeBlank(question)) report(reading, blankProblem(question, keyPlace));
		return;
	}
	if (place !== undefined) reading.places.set(key, place);
	if (kind === 'secret') {
		readSecret(reading, pair, question);
		return;
	}
	const wrong = kindProblem(pair.value, question);
	if (wrong !== undefined) {
		report(reading, { key, place, rule: question.rule, ...wrong });
		return;
	}
	const free = kind === 'multiline';
	const value = plainValue(reading, pair.value, { key, rule: question.rule, free });
	if (value !== REFUSED) reading.answers.set(key, value);
}

function blankProblem(question: CatalogueQuestion, place: Problem['place']): Problem {
	const message =
		question.default === undefined && question.derive === undefined
			? 'has no value'
			: 'has no value; remove the line to use the default';
	return { key: question.key, place, message, rule: question.rule };
}

function readSecret(reading: Reading, pair: Pair, question: CatalogueQuestion): void {
	const { key } = question;
	const place = placeOf(reading, pair.value);
	const before = reading.problems.length;
	const value = plainValue(reading, pair.value, { key, hide: true });
	const message = value === REFUSED ? undefined : secretProblem(value);
	if (message !== undefined) report(reading, { key, place, message, rule: secretRule });
	if (reading.problems.length === before && value !== REFUSED) {
		reading.answers.set(key, secretReferenceSchema.parse(value));
	}
}

type Wrong = Omit<Problem, 'key' | 'place'>;

/** The problem of a value with the wrong type for the file format. */
function kindProblem(node: unknown, question: CatalogueQuestion): Wrong | undefined {
	switch (question.kind) {
		case 'text':
		case 'multiline':
			return notText(node, question.kind);
		case 'choice':
			return notText(node, 'choice') ?? notAnOption(node, question);
		case 'number':
			return notNumber(node);
		case 'yesno':
			return notYesNo(node);
		case 'list':
			return notList(node);
		default:
			return isMap(node) || question.kind !== 'map'
				? undefined
				: { message: `is ${typeWords(node)}, not a mapping; write KEY: VALUE lines below it` };
	}
}

function notText(node: unknown, kind: QuestionKind): Wrong | undefined {
	if (isMap(node) && node.items.length === 1) {
		const only = node.items[0]?.key;
		if (isScalar(only) && ['env', 'file', 'command', 'generate'].includes(String(only.value))) {
			return { message: 'must be a plain value; only secrets use references' };
		}
	}
	if (!isScalar(node)) return { message: `is ${typeWords(node)}, not text` };
	if (typeof node.value === 'string') return undefined;
	const source = node.source ?? String(node.value);
	const shown = kind === 'multiline' ? {} : { value: shownValue(source).slice(1, -1) };
	return { message: `is ${typeWords(node)}; write it in quotes: ${shownValue(source)}`, ...shown };
}

function notAnOption(node: unknown, question: CatalogueQuestion): Wrong | undefined {
	const value = isScalar(node) ? node.value : undefined;
	const options = (question.options ?? []).map((option) => option.value);
	if (typeof value !== 'string' || options.length === 0 || options.includes(value)) {
		return undefined;
	}
	return {
		message: textProblem(value) ?? 'is not a valid choice',
		rule: `one of ${optionNames(question)}`,
		value: shownValue(value),
		nearest: nearest(value, options),
	};
}

function notNumber(node: unknown): Wrong | undefined {
	if (!isScalar(node)) return { message: `is ${typeWords(node)}, not a number` };
	if (typeof node.value === 'number') return undefined;
	const value = shownValue(node.value);
	const digits = typeof node.value === 'string' && /^-?\d+(\.\d+)?$/.test(node.value.trim());
	return digits
		? { message: `is text; write the number without quotes: ${String(node.value).trim()}`, value }
		: { message: `is ${typeWords(node)}, not a number`, value };
}

const YES = /^(y|yes|on|true)$/i;
const NO = /^(n|no|off|false)$/i;

function notYesNo(node: unknown): Wrong | undefined {
	if (!isScalar(node)) return { message: `is ${typeWords(node)}, not true or false` };
	const { value } = node;
	if (typeof value === 'boolean') return undefined;
	const meant = YES.test(String(value)) ? 'true' : NO.test(String(value)) ? 'false' : undefined;
	const write = meant === undefined ? 'true or false, without quotes' : `${meant}, without quotes`;
	return { message: `is ${typeWords(node)}; write ${write}`, value: shownValue(value) };
}

function notList(node: unknown): Wrong | undefined {
	if (isSeq(node)) return undefined;
	if (!isScalar(node)) return { message: `is ${typeWords(node)}, not a list` };
	const value = shownValue(node.value);
	return { message: `is ${typeWords(node)}, not a list; write [${value}]`, value };
}

/** The YAML type of a node in words. */
export function typeWords(node: unknown): string {
	if (isMap(node)) return 'a mapping';
	if (isSeq(node)) return 'a list';
	const value = isScalar(node) ? node.value : undefined;
	if (typeof value === 'number') return 'a number';
	if (typeof value === 'boolean') return 'a boolean';
	return typeof value === 'string' ? 'text' : 'empty';
}
