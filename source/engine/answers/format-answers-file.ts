import { escapeMultilineText, replaceTerminalUnsafeCharacters } from '../escape-for-terminal.ts';
import type { Answers, QuestionCatalogue } from '../question.ts';
import {
	ANSWERS_FILE_VERSION,
	buildQuestionTree,
	canBeBlank,
	type GroupNode,
	type QuestionTreeNode,
} from './question-tree.ts';
import { isQuestionApplicable } from './resolve-and-check-answers.ts';

interface ExportAnswersOptions {
	/** Comment lines at the top. */
	header?: readonly string[];
	/** The label of each question above it. */
	comments?: boolean;
	/** Steps that stay interactive when the file is used. */
	ask?: readonly string[];
}

/**
 * Formats resolved answers as an answers file that runs without questions: it contains every question
 * that applies, including defaults and blanks (`KEY:`), and secrets as references. Pass
 * `addDefaultAndDerivedAnswers(…).answers`: missing answers are not added. Parsing the text gives the same answers.
 */
export function formatAnswersFile(
	answers: Answers,
	catalogue: QuestionCatalogue,
	{ header = [], comments = false, ask = [] }: ExportAnswersOptions = {},
): string {
	const tree = buildQuestionTree(catalogue);
	const formatNode = (name: string, node: QuestionTreeNode, indent: string): string[] => {
		const key = `${indent}${name}:`;
		if (node.type === 'group') {
			const below = formatGroup(node, `${indent}  `);
			return below.length === 0 ? [] : [key, ...below];
		}
		const { question, options, path } = node;
		if (!isQuestionApplicable(question, answers, tree)) return [];
		const comment = comments ? wrapWithPrefix(question.label, `${indent}# `) : [];
		const value = answers[path];
		if (value === undefined) return canBeBlank(question) ? [...comment, key] : [];
		const group = typeof value === 'string' ? options.get(value) : undefined;
		if (group === undefined || group.children.size === 0)
			return [...comment, ...formatYamlEntryLines(key, value)];
		const below = formatGroup(group, `${indent}    `);
		const option = `${indent}  ${formatYamlFlowValue(value)}:`;
		return [...comment, key, below.length === 0 ? `${option} {}` : option, ...below];
	};
	const formatGroup = ({ children }: GroupNode, indent: string): string[] =>
		[...children].flatMap(([name, node]) => formatNode(name, node, indent));
	const lines = [
		...header.flatMap((line) => line.split(/\r?\n/)).map((line) => `# ${line}`.trimEnd()),
		`version: ${ANSWERS_FILE_VERSION}`,
		...(ask.length === 0 ? [] : [`ask: ${formatYamlFlowValue(ask)}`]),
		...formatGroup(tree.root, ''),
	];
	return `${lines.join('\n')}\n`;
}

/** The maximum line length, where the text allows it. */
export const LINE_WIDTH = 100;

const LONGEST_KEY = 1000;

// Words that a YAML 1.1 or 1.2 parser does not read as text.
const NOT_TEXT = /^(null|true|false|yes|no|on|off|y|n)$/i;
// A word or path without characters that are special in YAML, also in a flow collection.
const PLAIN = /^[A-Za-z/]([\w./:-]*[\w./-])?$/;
const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}(\/\d{1,2})?$/;
// Characters that a YAML parser may reject, besides those that are unsafe on a terminal.
const NOT_CHARACTERS = /[\ufffe\uffff]/g;

/** A value on one line: plain where every YAML parser reads it as text, else quoted. */
export function formatYamlFlowValue(value: unknown): string {
	if (typeof value === 'string') return text(value);
	if (Array.isArray(value)) return `[${value.map(formatYamlFlowValue).join(', ')}]`;
	if (typeof value === 'object' && value !== null) {
		const entries = Object.entries(value).map(
			([key, item]) => `${text(key)}: ${formatYamlFlowValue(item)}`,
		);
		return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
	}
	return JSON.stringify(value) ?? 'null';
}

function text(value: string): string {
	if ((PLAIN.test(value) || ADDRESS.test(value)) && !NOT_TEXT.test(value)) return value;
	return escapeUnsafe(JSON.stringify(value));
}

/** Escapes characters that are unsafe on a terminal, where the text may be printed. */
function escapeUnsafe(json: string): string {
	return replaceTerminalUnsafeCharacters(json, yamlEscapeOf).replace(NOT_CHARACTERS, yamlEscapeOf);
}

function yamlEscapeOf(character: string): string {
	const hex = (character.codePointAt(0) ?? 0).toString(16);
	return hex.length > 4 ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}

/**
 * The lines of `PREFIX value`, where the prefix is a key with a colon or the dash of a list item: on
 * one line if it fits, a script as a block, long lists and mappings with one entry per line.
 *
 * @param prefix With its indentation.
 */
export function formatYamlEntryLines(prefix: string, value: unknown, width = LINE_WIDTH): string[] {
	const indent = `${/^ */.exec(prefix)?.[0] ?? ''}  `;
	if (typeof value === 'string') {
		const block = blockLines(value);
		if (block === undefined) return [`${prefix} ${text(value)}`];
		return [`${prefix} ${block.header}`, ...block.lines.map((l) => (l === '' ? '' : indent + l))];
	}
	const line = `${prefix} ${formatYamlFlowValue(value)}`;
	if (typeof value !== 'object' || value === null) return [line];
	if (line.length <= width && !hasScript(value)) return [line];
	// Outside braces, YAML limits keys to 1024 characters.
	if (!Array.isArray(value) && Object.keys(value).some((key) => text(key).length > LONGEST_KEY)) {
		return [line];
	}
	const inner = Array.isArray(value)
		? value.flatMap((item) => formatYamlEntryLines(`${indent}-`, item, width))
		: Object.entries(value).flatMap(([key, item]) =>
				formatYamlEntryLines(`${indent}${text(key)}:`, item, width),
			);
	return inner.length === 0 ? [line] : [prefix, ...inner];
}

function hasScript(value: unknown): boolean {
	if (typeof value === 'string') return blockLines(value) !== undefined;
	if (typeof value !== 'object' || value === null) return false;
	return Object.values(value).some(hasScript);
}

/** Multi-line text as a literal block; undefined when only quotes preserve it exactly. */
function blockLines(value: string): { header: string; lines: string[] } | undefined {
	const lines = value.split('\n');
	const body = value.replace(/\n+$/, '');
	const ends = value.length - body.length;
	if (lines.length < 2 || body === '' || /^\s/.test(body)) return undefined;
	if (escapeMultilineText(value) !== value || /[^\t\n\x20-\ufffd]/.test(value)) return undefined;
	const kept = ends === 0 ? lines : lines.slice(0, -1);
	return { header: ends === 0 ? '|-' : ends === 1 ? '|' : '|+', lines: kept };
}

/** Wraps text to lines of at most `width`, each with `prefix`; a longer word gets its own line. */
export function wrapWithPrefix(text: string, prefix: string, width = LINE_WIDTH): string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(/\s+/).filter((one) => one !== '')) {
		if (line !== '' && prefix.length + line.length + 1 + word.length > width) {
			lines.push(prefix + line);
			line = word;
		} else line = line === '' ? word : `${line} ${word}`;
	}
	return line === '' ? lines : [...lines, prefix + line];
}
