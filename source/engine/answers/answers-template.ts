import type { Answers, QuestionCatalogue } from '../question.ts';
import { ANSWERS_FILE_VERSION } from './parse-document.ts';
import {
	buildQuestionTree,
	type GroupNode,
	isRequiredQuestion,
	listNodeQuestions,
	type QuestionTreeNode,
	type VariantNode,
} from './question-tree.ts';
import { formatQuestionComment, getSampleValue } from './template-comments.ts';
import { formatEntryLines, formatFlowValue, LINE_WIDTH, wrapWithPrefix } from './yaml-writer.ts';

interface AnswersTemplateOptions {
	/** Includes the full help of every question and all options of a variant. */
	full?: boolean;
	/** Known answers, which replace examples. */
	given?: Answers;
}

/**
 * An answers file to fill in. Required keys are blank, because an unchanged example would be used as
 * an answer. Optional keys are commented out as `#key: default`, so that removing the `#` is enough.
 * Text and other options of a variant follow `# `.
 */
export function createAnswersTemplate(
	catalogue: QuestionCatalogue,
	{ full = false, given = {} }: AnswersTemplateOptions = {},
): string {
	const outline = buildQuestionTree(catalogue);
	const steps = catalogue.steps.map(({ id }) => id);
	const lines = [
		`# Answers for tfe-wizard, target ${catalogue.target}.`,
		...wrapWithPrefix(
			'Keys without # are required. Remove the # from a line to change its default. Secrets are references only. Check the file with: tfe-wizard answers check FILE',
			'# ',
		),
		`version: ${ANSWERS_FILE_VERSION}`,
		'',
		...wrapWithPrefix(`Steps to keep interactive, from: ${steps.join(', ')}`, '# '),
		'#ask: []',
	];
	let step: string | undefined;
	for (const [name, node] of outline.root.children) {
		const first = listNodeQuestions(node)[0]?.step;
		if (first !== step) lines.push('', ...stepHeading(catalogue, first));
		step = first;
		lines.push('', ...nodeLines(name, node, { indent: '', full, given, width: LINE_WIDTH }));
	}
	return `${lines.join('\n').replace(/\n{3,}/g, '\n\n')}\n`;
}

interface Writing {
	indent: string;
	full: boolean;
	given: Answers;
	/** The maximum line length. */
	width: number;
}

function stepHeading({ steps }: QuestionCatalogue, id: string | undefined): string[] {
	const step = steps.find((one) => one.id === id);
	if (step === undefined) return [];
	return [`# ==== ${step.title} ====`, ...wrapWithPrefix(step.summary, '# ')];
}

function deeper(writing: Writing, by: number): Writing {
	return { ...writing, indent: writing.indent + ' '.repeat(by) };
}

/** The children of a group: those without a title first, then by title. */
function groupLines(group: GroupNode, writing: Writing): string[] {
	const titleOf = (node: QuestionTreeNode): string =>
		node.type === 'group' ? '' : (node.question.group ?? '');
	const children = [...group.children];
	const titles = new Set(['', ...children.map(([, node]) => titleOf(node))]);
	const lines = [...titles].flatMap((title) => {
		const under = children.filter(([, node]) => titleOf(node) === title);
		const heading = title === '' ? [] : ['', `${writing.indent}# -- ${title} --`];
		return [
			...heading,
			...under.flatMap(([name, node], index) => [
				...(index > 0 && hasAir(under[index - 1]?.[1], node, writing) ? [''] : []),
				...nodeLines(name, node, writing),
			]),
		];
	});
	return lines[0] === '' ? lines.slice(1) : lines;
}

/** In the short form only required keys are surrounded by blank lines. */
function hasAir(
	before: QuestionTreeNode | undefined,
	node: QuestionTreeNode,
	{ full }: Writing,
): boolean {
	return full || isLive(node) || (before !== undefined && isLive(before));
}

function isLive(node: QuestionTreeNode): boolean {
	return node.type !== 'leaf' || isRequiredQuestion(node.question);
}

function nodeLines(name: string, node: QuestionTreeNode, writing: Writing): string[] {
	const { indent, given } = writing;
	if (node.type === 'group') return [`${indent}${name}:`, ...groupLines(node, deeper(writing, 2))];
	if (node.type === 'fork') return forkLines(name, node, writing);
	const { question } = node;
	const words = formatQuestionComment(question, writing);
	const known = given[node.path];
	if (known !== undefined)
		return [...words, ...formatEntryLines(`${indent}${name}:`, known, writing.width)];
	if (isRequiredQuestion(question)) return [...words, `${indent}${name}:`];
	const sample = getSampleValue(question);
	return [
		...words,
		`${indent}#${name}:${sample === undefined ? '' : ` ${formatFlowValue(sample)}`}`,
	];
}

function forkLines(name: string, fork: VariantNode, writing: Writing): string[] {
	const { indent, full, given } = writing;
	const options = [...fork.options];
	const wanted = given[fork.path] ?? fork.question.default ?? fork.question.example;
	const [taken, group] = options.find(([option]) => option === wanted) ?? options[0] ?? [];
	const words = formatQuestionComment(fork.question, writing);
	if (taken === undefined || group === undefined) return words;
	const optional = !isRequiredQuestion(fork.question) && given[fork.path] === undefined;
	if (group.children.size === 0 && optional && fork.question.default === undefined) {
		return [...words, `${indent}#${name}: ${formatFlowValue(taken)}`];
	}
	// Each line gets a `# ` prefix.
	const inner = { ...writing, given: {}, width: writing.width - 2 };
	const rest = full ? options.filter(([option]) => option !== taken) : [];
	const others = rest.flatMap(([option, other]) => [
		'',
		`${indent}# Or instead:`,
		...optionLines(name, option, other, inner).map((line) =>
			`${indent}# ${line.slice(indent.length)}`.trimEnd(),
		),
	]);
	return [...words, ...optionLines(name, taken, group, writing), ...others];
}

function optionLines(name: string, option: string, group: GroupNode, writing: Writing): string[] {
	const { indent } = writing;
	if (group.children.size === 0) return [`${indent}${name}: ${formatFlowValue(option)}`];
	return [
		`${indent}${name}:`,
		`${indent}  ${formatFlowValue(option)}:`,
		...groupLines(group, deeper(writing, 4)),
	];
}
