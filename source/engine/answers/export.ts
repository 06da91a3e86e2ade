import type { Answers, Catalogue } from '../question.ts';
import { entryLines, flow, wrap } from './emit.ts';
import { FILE_VERSION } from './head.ts';
import { type Group, mayBeBlank, type OutlineNode, outlineOf } from './outline.ts';
import { isAsked } from './resolve.ts';

export interface ExportOptions {
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
	catalogue: Catalogue,
	{ header = [], comments = false, ask = [] }: ExportOptions = {},
): string {
	const outline = outlineOf(catalogue);
	const lines = [
		...header.flatMap((line) => line.split(/\r?\n/)).map((line) => `# ${line}`.trimEnd()),
		`version: ${FILE_VERSION}`,
		...(ask.length === 0 ? [] : [`ask: ${flow(ask)}`]),
	];
	const asked = (node: Exclude<OutlineNode, Group>): boolean =>
		isAsked(node.question, answers, outline.branches.get(node.path) ?? []);
	lines.push(...groupLines(outline.root, '', { answers, comments, asked }));
	return `${lines.join('\n')}\n`;
}

interface Writing {
	answers: Answers;
	comments: boolean;
	asked(node: Exclude<OutlineNode, Group>): boolean;
}

function groupLines(group: Group, indent: string, writing: Writing): string[] {
	return [...group.children].flatMap(([name, node]) => nodeLines(name, node, indent, writing));
}

function nodeLines(name: string, node: OutlineNode, indent: string, writing: Writing): string[] {
	const key = `${indent}${name}:`;
	if (node.type === 'group') {
		const inner = groupLines(node, `${indent}  `, writing);
		return inner.length === 0 ? [] : [key, ...inner];
	}
	const { answers, comments, asked } = writing;
	if (!asked(node)) return [];
	const comment = comments ? wrap(node.question.label, `${indent}# `) : [];
	const value = answers[node.path];
	if (value === undefined) return mayBeBlank(node.question) ? [...comment, key] : [];
	if (node.type === 'leaf') return [...comment, ...entryLines(key, value)];
	const option = String(value);
	const group = node.options.get(option);
	if (group === undefined || group.children.size === 0)
		return [...comment, `${key} ${flow(option)}`];
	const inner = groupLines(group, `${indent}    `, writing);
	const under = `${indent}  ${flow(option)}:`;
	return [...comment, key, inner.length === 0 ? `${under} {}` : under, ...inner];
}
