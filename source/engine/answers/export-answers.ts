import type { Answers, QuestionCatalogue } from '../question.ts';
import { ANSWERS_FILE_VERSION } from './parse-document.ts';
import {
	buildQuestionTree,
	canBeBlank,
	type GroupNode,
	type QuestionTreeNode,
} from './question-tree.ts';
import { isQuestionAsked } from './resolve-answers.ts';
import { formatEntryLines, formatFlowValue, wrapWithPrefix } from './yaml-writer.ts';

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
 * `resolveAnswers(…).answers`: missing answers are not added. Parsing the text gives the same answers.
 */
export function exportAnswers(
	answers: Answers,
	catalogue: QuestionCatalogue,
	{ header = [], comments = false, ask = [] }: ExportAnswersOptions = {},
): string {
	const outline = buildQuestionTree(catalogue);
	const lines = [
		...header.flatMap((line) => line.split(/\r?\n/)).map((line) => `# ${line}`.trimEnd()),
		`version: ${ANSWERS_FILE_VERSION}`,
		...(ask.length === 0 ? [] : [`ask: ${formatFlowValue(ask)}`]),
	];
	const asked = (node: Exclude<QuestionTreeNode, GroupNode>): boolean =>
		isQuestionAsked(node.question, answers, outline.branches.get(node.path) ?? []);
	lines.push(...groupLines(outline.root, '', { answers, comments, asked }));
	return `${lines.join('\n')}\n`;
}

interface Writing {
	answers: Answers;
	comments: boolean;
	asked(node: Exclude<QuestionTreeNode, GroupNode>): boolean;
}

function groupLines(group: GroupNode, indent: string, writing: Writing): string[] {
	return [...group.children].flatMap(([name, node]) => nodeLines(name, node, indent, writing));
}

function nodeLines(
	name: string,
	node: QuestionTreeNode,
	indent: string,
	writing: Writing,
): string[] {
	const key = `${indent}${name}:`;
	if (node.type === 'group') {
		const inner = groupLines(node, `${indent}  `, writing);
		return inner.length === 0 ? [] : [key, ...inner];
	}
	const { answers, comments, asked } = writing;
	if (!asked(node)) return [];
	const comment = comments ? wrapWithPrefix(node.question.label, `${indent}# `) : [];
	const value = answers[node.path];
	if (value === undefined) return canBeBlank(node.question) ? [...comment, key] : [];
	if (node.type === 'leaf') return [...comment, ...formatEntryLines(key, value)];
	const option = String(value);
	const group = node.options.get(option);
	if (group === undefined || group.children.size === 0)
		return [...comment, `${key} ${formatFlowValue(option)}`];
	const inner = groupLines(group, `${indent}    `, writing);
	const under = `${indent}  ${formatFlowValue(option)}:`;
	return [...comment, key, inner.length === 0 ? `${under} {}` : under, ...inner];
}
