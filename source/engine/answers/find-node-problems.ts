import { isMap, isScalar, isSeq, type Scalar } from 'yaml';
import { findClosestMatch } from '../closest-match.ts';
import { findSingleLineTextProblem } from '../text-validation.ts';
import {
	type AnswersProblem,
	describeValueType,
	formatValueAsShortJson,
} from './answers-problem.ts';
import { type CatalogueQuestion, getQuestionRuleText, getQuestionSchema } from './question-tree.ts';

/** The YAML type of a node in words. */
export function describeYamlNodeType(node: unknown): string {
	if (isMap(node)) return describeValueType({});
	return describeValueType(isSeq(node) ? [] : isScalar(node) ? node.value : undefined);
}

/** The text of a key as written; undefined for a key that is itself a list or mapping. */
export function getKeyText(node: unknown): string | undefined {
	if (!isScalar(node)) return undefined;
	return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

/** The problem of a scalar that is invalid for any question. */
export function findScalarProblem({ value, source }: Scalar, free: boolean): string | undefined {
	if (typeof value === 'string') return free ? undefined : findSingleLineTextProblem(value);
	if (typeof value !== 'number') return undefined;
	if (!Number.isFinite(value)) return 'is not a finite number';
	if (source !== undefined && !/^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(source))
		return 'is not a plain decimal number; write it in quotes if it is text';
	return Number.isInteger(value) && !Number.isSafeInteger(value)
		? 'has more digits than a number can hold; write it in quotes if it is text'
		: undefined;
}

/** Whether a value that a message suggests would be accepted. */
function isValidValue(question: CatalogueQuestion, value: unknown): boolean {
	return getQuestionSchema(question).safeParse(value).success;
}

type KindProblem = Omit<AnswersProblem, 'key' | 'place'>;

/** The problem of a value with the wrong type for the file format. */
export function findKindProblem(
	node: unknown,
	question: CatalogueQuestion,
): KindProblem | undefined {
	const is = `is ${describeYamlNodeType(node)}`;
	const value = isScalar(node) ? node.value : undefined;
	const shown = value === undefined ? {} : { value: formatValueAsShortJson(value) };
	switch (question.kind) {
		case 'text':
		case 'multiline':
			return findNonTextProblem(node, question);
		case 'choice': {
			const wrong = findNonTextProblem(node, question);
			const options = (question.options ?? []).map((option) => option.value);
			const text = String(value);
			if (wrong !== undefined || options.length === 0 || options.includes(text)) return wrong;
			const message = findSingleLineTextProblem(text) ?? 'is not a valid choice';
			const nearest = findClosestMatch(text, options);
			return { message, rule: getQuestionRuleText(question), ...shown, nearest };
		}
		case 'number': {
			if (typeof value === 'number') return undefined;
			const text = typeof value === 'string' ? value.trim() : '';
			if (!/^-?\d+(\.\d+)?$/.test(text)) return { message: `${is}, not a number`, ...shown };
			const write = isValidValue(question, Number(text)) ? `: ${Number(text)}` : '';
			return { message: `is text; write the number without quotes${write}`, ...shown };
		}
		case 'yesno': {
			if (typeof value === 'boolean') return undefined;
			if (!isScalar(node)) return { message: `${is}, not true or false` };
			const text = String(value);
			const isNo = /^(n|no|off|false)$/i.test(text);
			const isYes = /^(y|yes|on|true)$/i.test(text);
			const valid = [true, false].filter((one) => isValidValue(question, one));
			const meant = valid.filter((one) => (isYes ? one : isNo ? !one : true));
			const write = (meant.length > 0 ? meant : valid).join(' or ');
			return { message: `${is}; write ${write}, without quotes`, ...shown };
		}
		case 'list': {
			const item = String(value);
			const fits = isScalar(node) && formatValueAsShortJson(item) === JSON.stringify(item);
			const write =
				fits && isValidValue(question, [item]) ? `; write [${JSON.stringify(item)}]` : '';
			return isSeq(node) ? undefined : { message: `${is}, not a list${write}`, ...shown };
		}
		default:
			return isMap(node)
				? undefined
				: { message: `${is}, not a mapping; write KEY: VALUE lines below it` };
	}
}

function findNonTextProblem(node: unknown, question: CatalogueQuestion): KindProblem | undefined {
	if (isScalar(node)) {
		if (typeof node.value === 'string') return undefined;
		const text = node.source ?? String(node.value);
		const shown = formatValueAsShortJson(text);
		const write = isValidValue(question, text) ? `: ${shown}` : '';
		const message = `is ${describeYamlNodeType(node)}; write it in quotes${write}`;
		return { message, ...(question.kind === 'multiline' ? {} : { value: shown.slice(1, -1) }) };
	}
	const name = isMap(node) && node.items.length === 1 ? getKeyText(node.items[0]?.key) : undefined;
	if (name !== undefined && ['env', 'file', 'command', 'generate'].includes(name))
		return { message: 'must be a plain value; only secrets use references' };
	return { message: `is ${describeYamlNodeType(node)}, not text` };
}
