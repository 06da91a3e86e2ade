import {
	type Document,
	isAlias,
	isMap,
	isNode,
	isScalar,
	isSeq,
	type Node,
	type Scalar,
	visit,
	type YAMLError,
} from 'yaml';
import { findClosestMatch } from '../closest-match.ts';
import type { SourceLocation } from '../errors.ts';
import { findTextProblem } from '../text-validation.ts';
import { type AnswersProblem, describeValueType, formatDisplayValue } from './answers-problem.ts';
import { type CatalogueQuestion, formatOptionNames } from './question-tree.ts';

/** Later errors are mostly caused by the first ones. */
const MOST_SYNTAX_PROBLEMS = 20;

/**
 * Messages for syntax errors. Messages of the parser quote the source, which may contain a secret, so
 * they are never shown.
 */
const syntaxMessages: Partial<Record<YAMLError['code'], string>> = {
	BAD_DIRECTIVE: 'is a directive (%…); remove the line, or quote a value that starts with %',
	BAD_DQ_ESCAPE: 'has an unknown \\ escape in double quotes; use single quotes, or write \\\\',
	BAD_INDENT: 'is not indented like the lines above it',
	BAD_SCALAR_START: 'is a value that starts with a reserved character; write it in quotes',
	BLOCK_AS_IMPLICIT_KEY: 'has a second colon on one line, or is indented too far; quote the value',
	BLOCK_IN_FLOW: 'is missing a comma or a closing bracket before it',
	KEY_OVER_1024_CHARS: 'is a key longer than 1024 characters',
	MISSING_CHAR: 'is missing a colon after a key, or a comma',
	MULTILINE_IMPLICIT_KEY: 'is a multi-line key; a comma, a quote or a colon is missing',
	MULTIPLE_ANCHORS: 'has more than one anchor (&name); remove them and write values out',
	MULTIPLE_DOCS: 'starts a second document (---); a file contains one set of answers',
	MULTIPLE_TAGS: 'has more than one type tag (!name); remove them',
	RESOURCE_EXHAUSTION: 'is nested too deeply',
	TAB_AS_INDENT: 'is indented with a tab; use spaces',
	TAG_RESOLVE_FAILED: 'has a type tag (!name); remove it',
	UNEXPECTED_TOKEN: 'is not expected here: a quote, a bracket or a colon is misplaced',
};

/** Syntax errors as problems, one per line, in file order. `locate` returns the place of an offset. */
export function findSyntaxProblems(
	{ errors, warnings, contents }: Document.Parsed,
	key: string,
	locate: (offset: number) => SourceLocation,
): AnswersProblem[] {
	const found = new Map<number, AnswersProblem>();
	// Unknown tags are reported at their nodes with the key.
	const directives = warnings.filter(({ code }) => code === 'BAD_DIRECTIVE');
	const all = [...errors, ...directives].toSorted((a, b) => a.pos[0] - b.pos[0]);
	for (const { code, message, pos } of all) {
		let [offset] = pos;
		let text = syntaxMessages[code] ?? 'is not valid here';
		if (code === 'MISSING_CHAR' && message.startsWith('Missing closing')) {
			// Report where the quote was opened; where it should be closed is unknown.
			offset = findOpeningQuote(contents, offset) ?? offset;
			text = 'has no closing quote';
		} else if (code === 'BAD_INDENT' && message.startsWith('Flow')) {
			text = 'appears before a bracket above it is closed';
		}
		const place = locate(offset);
		if (!found.has(place.line)) found.set(place.line, { key, place, message: text });
		// After this error the parser reports every token as unexpected.
		if (/ in YAML (stream|document):/.test(message)) break;
		if (found.size === MOST_SYNTAX_PROBLEMS) break;
	}
	return [...found.values()];
}

/** The start of the quoted text that ends at `offset`. */
function findOpeningQuote(contents: Node | null, offset: number): number | undefined {
	let start: number | undefined;
	visit(contents, {
		Scalar: (_key, { type, range }: Scalar) => {
			const quoted = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
			if (quoted && range && range[0] < offset && range[1] >= offset) start = range[0];
		},
	});
	return start;
}

/** True for `key:` without a value, `~` and `null`. */
export function isBlankNode(node: unknown): boolean {
	return node === null || node === undefined || (isScalar(node) && node.value === null);
}

/** The YAML type of a node in words. */
export function describeNode(node: unknown): string {
	if (isMap(node)) return describeValueType({});
	return describeValueType(isSeq(node) ? [] : isScalar(node) ? node.value : undefined);
}

/** The text of a key as written; undefined for a key that is itself a list or mapping. */
export function getKeyText(node: unknown): string | undefined {
	if (!isScalar(node)) return undefined;
	return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

export function findIndirection(node: unknown): string | undefined {
	if (!isNode(node)) return undefined;
	if (isAlias(node)) return 'is an alias (*name); write the value out';
	if (node.anchor !== undefined) return 'has an anchor (&name); remove it and write values out';
	return node.tag === undefined ? undefined : 'has a type tag (!name); remove it';
}

/** The problem of a scalar that is invalid for any question. */
export function findScalarProblem({ value, source }: Scalar, free: boolean): string | undefined {
	if (typeof value === 'string') return free ? undefined : findTextProblem(value);
	if (typeof value !== 'number') return undefined;
	if (!Number.isFinite(value)) return 'is not a finite number';
	if (source !== undefined && !/^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(source))
		return 'is not a plain decimal number; write it in quotes if it is text';
	return Number.isInteger(value) && !Number.isSafeInteger(value)
		? 'has more digits than a number can hold; write it in quotes if it is text'
		: undefined;
}

type KindProblem = Omit<AnswersProblem, 'key' | 'place'>;

/** The problem of a value with the wrong type for the file format. */
export function findKindProblem(
	node: unknown,
	question: CatalogueQuestion,
): KindProblem | undefined {
	const is = `is ${describeNode(node)}`;
	const value = isScalar(node) ? node.value : undefined;
	const shown = value === undefined ? {} : { value: formatDisplayValue(value) };
	switch (question.kind) {
		case 'text':
		case 'multiline':
			return findNonTextProblem(node, question);
		case 'choice':
			return findNonTextProblem(node, question) ?? findOptionProblem(String(value), question);
		case 'number': {
			if (typeof value === 'number') return undefined;
			const text = typeof value === 'string' ? value.trim() : '';
			return /^-?\d+(\.\d+)?$/.test(text)
				? { message: `is text; write the number without quotes: ${text}`, ...shown }
				: { message: `${is}, not a number`, ...shown };
		}
		case 'yesno': {
			if (typeof value === 'boolean') return undefined;
			if (!isScalar(node)) return { message: `${is}, not true or false` };
			const yes = /^(y|yes|on|true)$/i.test(String(value));
			const no = /^(n|no|off|false)$/i.test(String(value));
			const meant = yes ? 'true' : no ? 'false' : 'true or false';
			return { message: `${is}; write ${meant}, without quotes`, ...shown };
		}
		case 'list': {
			const write = isScalar(node) ? `; write [${formatDisplayValue(value)}]` : '';
			return isSeq(node) ? undefined : { message: `${is}, not a list${write}`, ...shown };
		}
		default:
			return isMap(node)
				? undefined
				: { message: `${is}, not a mapping; write KEY: VALUE lines below it` };
	}
}

function findNonTextProblem(node: unknown, { kind }: CatalogueQuestion): KindProblem | undefined {
	if (isScalar(node)) {
		if (typeof node.value === 'string') return undefined;
		const shown = formatDisplayValue(node.source ?? String(node.value));
		const message = `is ${describeNode(node)}; write it in quotes: ${shown}`;
		return { message, ...(kind === 'multiline' ? {} : { value: shown.slice(1, -1) }) };
	}
	const name = isMap(node) && node.items.length === 1 ? getKeyText(node.items[0]?.key) : undefined;
	if (name !== undefined && ['env', 'file', 'command', 'generate'].includes(name))
		return { message: 'must be a plain value; only secrets use references' };
	return { message: `is ${describeNode(node)}, not text` };
}

function findOptionProblem(value: string, question: CatalogueQuestion): KindProblem | undefined {
	const options = (question.options ?? []).map((option) => option.value);
	if (options.length === 0 || options.includes(value)) return undefined;
	return {
		message: findTextProblem(value) ?? 'is not a valid choice',
		rule: `one of ${formatOptionNames(question)}`,
		value: formatDisplayValue(value),
		nearest: findClosestMatch(value, options),
	};
}
