import { isMap, isScalar, isSeq, type Pair } from 'yaml';
import type { QuestionKind } from '../question.ts';
import { type AnswersProblem, formatDisplayValue } from './answers-problem.ts';
import { findClosestMatch } from './closest-match.ts';
import {
	getNodeLocation,
	isBlankNode,
	type ParseContext,
	rejectIndirection,
	reportProblem,
} from './parse-context.ts';
import { findTextProblem, parsePlainValue, REJECTED_VALUE } from './parse-plain-value.ts';
import { type CatalogueQuestion, canBeBlank, formatOptionNames } from './question-tree.ts';
import {
	findSecretReferenceProblem,
	secretReferenceRuleText,
	secretReferenceSchema,
} from './secret-reference.ts';

/** Reads the value of one question into the answers, or reports what is wrong with it. */
export function parseQuestionValue(
	reading: ParseContext,
	pair: Pair,
	question: CatalogueQuestion,
): void {
	const { key, kind } = question;
	const place = getNodeLocation(reading, pair.value) ?? getNodeLocation(reading, pair.key);
	if (rejectIndirection(reading, key, pair.value)) return;
	if (isBlankNode(pair.value)) {
		const keyPlace = getNodeLocation(reading, pair.key);
		if (keyPlace !== undefined) reading.places.set(key, keyPlace);
		if (!canBeBlank(question)) reportProblem(reading, blankProblem(question, keyPlace));
		return;
	}
	if (place !== undefined) reading.places.set(key, place);
	if (kind === 'secret') {
		readSecret(reading, pair, question);
		return;
	}
	const wrong = kindProblem(pair.value, question);
	if (wrong !== undefined) {
		reportProblem(reading, { key, place, rule: question.rule, ...wrong });
		return;
	}
	const free = kind === 'multiline';
	const value = parsePlainValue(reading, pair.value, { key, rule: question.rule, free });
	if (value !== REJECTED_VALUE) reading.answers.set(key, value);
}

function blankProblem(question: CatalogueQuestion, place: AnswersProblem['place']): AnswersProblem {
	const message =
		question.default === undefined && question.derive === undefined
			? 'has no value'
			: 'has no value; remove the line to use the default';
	return { key: question.key, place, message, rule: question.rule };
}

function readSecret(reading: ParseContext, pair: Pair, question: CatalogueQuestion): void {
	const { key } = question;
	const place = getNodeLocation(reading, pair.value);
	const before = reading.problems.length;
	const value = parsePlainValue(reading, pair.value, { key, hide: true });
	const message = value === REJECTED_VALUE ? undefined : findSecretReferenceProblem(value);
	if (message !== undefined)
		reportProblem(reading, { key, place, message, rule: secretReferenceRuleText });
	if (reading.problems.length === before && value !== REJECTED_VALUE) {
		reading.answers.set(key, secretReferenceSchema.parse(value));
	}
}

type Wrong = Omit<AnswersProblem, 'key' | 'place'>;

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
				: {
						message: `is ${describeNodeType(node)}, not a mapping; write KEY: VALUE lines below it`,
					};
	}
}

function notText(node: unknown, kind: QuestionKind): Wrong | undefined {
	if (isMap(node) && node.items.length === 1) {
		const only = node.items[0]?.key;
		if (isScalar(only) && ['env', 'file', 'command', 'generate'].includes(String(only.value))) {
			return { message: 'must be a plain value; only secrets use references' };
		}
	}
	if (!isScalar(node)) return { message: `is ${describeNodeType(node)}, not text` };
	if (typeof node.value === 'string') return undefined;
	const source = node.source ?? String(node.value);
	const shown = kind === 'multiline' ? {} : { value: formatDisplayValue(source).slice(1, -1) };
	return {
		message: `is ${describeNodeType(node)}; write it in quotes: ${formatDisplayValue(source)}`,
		...shown,
	};
}

function notAnOption(node: unknown, question: CatalogueQuestion): Wrong | undefined {
	const value = isScalar(node) ? node.value : undefined;
	const options = (question.options ?? []).map((option) => option.value);
	if (typeof value !== 'string' || options.length === 0 || options.includes(value)) {
		return undefined;
	}
	return {
		message: findTextProblem(value) ?? 'is not a valid choice',
		rule: `one of ${formatOptionNames(question)}`,
		value: formatDisplayValue(value),
		nearest: findClosestMatch(value, options),
	};
}

function notNumber(node: unknown): Wrong | undefined {
	if (!isScalar(node)) return { message: `is ${describeNodeType(node)}, not a number` };
	if (typeof node.value === 'number') return undefined;
	const value = formatDisplayValue(node.value);
	const digits = typeof node.value === 'string' && /^-?\d+(\.\d+)?$/.test(node.value.trim());
	return digits
		? { message: `is text; write the number without quotes: ${String(node.value).trim()}`, value }
		: { message: `is ${describeNodeType(node)}, not a number`, value };
}

const YES = /^(y|yes|on|true)$/i;
const NO = /^(n|no|off|false)$/i;

function notYesNo(node: unknown): Wrong | undefined {
	if (!isScalar(node)) return { message: `is ${describeNodeType(node)}, not true or false` };
	const { value } = node;
	if (typeof value === 'boolean') return undefined;
	const meant = YES.test(String(value)) ? 'true' : NO.test(String(value)) ? 'false' : undefined;
	const write = meant === undefined ? 'true or false, without quotes' : `${meant}, without quotes`;
	return {
		message: `is ${describeNodeType(node)}; write ${write}`,
		value: formatDisplayValue(value),
	};
}

function notList(node: unknown): Wrong | undefined {
	if (isSeq(node)) return undefined;
	if (!isScalar(node)) return { message: `is ${describeNodeType(node)}, not a list` };
	const value = formatDisplayValue(node.value);
	return { message: `is ${describeNodeType(node)}, not a list; write [${value}]`, value };
}

/** The YAML type of a node in words. */
export function describeNodeType(node: unknown): string {
	if (isMap(node)) return 'a mapping';
	if (isSeq(node)) return 'a list';
	const value = isScalar(node) ? node.value : undefined;
	if (typeof value === 'number') return 'a number';
	if (typeof value === 'boolean') return 'a boolean';
	return typeof value === 'string' ? 'text' : 'empty';
}
