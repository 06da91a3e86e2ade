import type { Answers, QuestionCatalogue } from '../question.ts';
import {
	formatYamlEntryLines,
	formatYamlFlowValue,
	LINE_WIDTH,
	wrapWithPrefix,
} from './format-answers-file.ts';
import {
	ANSWERS_FILE_VERSION,
	buildQuestionTree,
	type CatalogueQuestion,
	type GroupNode,
	isRequiredQuestion,
	listQuestionRemarks,
	type QuestionNode,
	type QuestionTreeNode,
} from './question-tree.ts';

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
	let previous: string | undefined;
	for (const [name, node] of buildQuestionTree(catalogue).root.children) {
		const step = catalogue.steps.find(({ id }) => id === getFirstStep(node));
		if (step !== undefined && step.id !== previous)
			lines.push('', `# ==== ${step.title} ====`, ...wrapWithPrefix(step.summary, '# '));
		previous = step?.id;
		lines.push('', ...formatNode(name, node, { indent: '', full, given, width: LINE_WIDTH }));
	}
	return `${lines.join('\n').replace(/\n{3,}/g, '\n\n')}\n`;
}

function getFirstStep(node: QuestionTreeNode): string | undefined {
	if (node.type === 'question') return node.question.step;
	return [...node.children.values()].map(getFirstStep).find((step) => step !== undefined);
}

interface Layout {
	indent: string;
	full: boolean;
	given: Answers;
	/** The maximum line length. */
	width: number;
}

/** The children of a group: those without a title first, then by title. */
function formatGroup(group: GroupNode, by: number, outer: Layout): string[] {
	const layout = { ...outer, indent: outer.indent + ' '.repeat(by) };
	const children = [...group.children].map(([name, node]) => ({
		name,
		node,
		title: node.type === 'group' ? '' : (node.question.group ?? ''),
		// In the short form only required keys are surrounded by blank lines.
		separate: layout.full || !isOptionalLine(node),
	}));
	const lines = [...new Set(['', ...children.map(({ title }) => title)])].flatMap((title) => [
		...(title === '' ? [] : ['', `${layout.indent}# -- ${title} --`]),
		...children
			.filter((child) => child.title === title)
			.flatMap(({ name, node, separate }, index, titled) => [
				...(index > 0 && (separate || titled[index - 1]?.separate) ? [''] : []),
				...formatNode(name, node, layout),
			]),
	]);
	return lines[0] === '' ? lines.slice(1) : lines;
}

function isOptionalLine(node: QuestionTreeNode): boolean {
	if (node.type === 'group' || node.question.kind === 'variant') return false;
	return !isRequiredQuestion(node.question);
}

function formatNode(name: string, node: QuestionTreeNode, layout: Layout): string[] {
	const { indent, given, width } = layout;
	const key = `${indent}${name}:`;
	if (node.type === 'group') return [key, ...formatGroup(node, 2, layout)];
	const { question } = node;
	const comment = formatQuestionComment(question, layout);
	if (question.kind === 'variant') return [...comment, ...formatVariant(name, node, layout)];
	const known = given[node.path];
	if (known !== undefined) return [...comment, ...formatYamlEntryLines(key, known, width)];
	if (isRequiredQuestion(question)) return [...comment, key];
	const sample = getSampleValue(question);
	const value = sample === undefined ? '' : ` ${formatYamlFlowValue(sample)}`;
	return [...comment, `${indent}#${name}:${value}`];
}

function formatVariant(
	name: string,
	{ path, question, options }: QuestionNode,
	layout: Layout,
): string[] {
	const { indent, full, given } = layout;
	const wanted = given[path] ?? question.default ?? question.example;
	const [selected, group] =
		[...options].find(([option]) => option === wanted) ?? [...options][0] ?? [];
	if (selected === undefined || group === undefined) return [];
	const optional = !isRequiredQuestion(question) && given[path] === undefined;
	if (group.children.size === 0 && optional && question.default === undefined)
		return [`${indent}#${name}: ${formatYamlFlowValue(selected)}`];
	// Each line gets a `# ` prefix.
	const inner = { ...layout, given: {}, width: layout.width - 2 };
	const others = [...options].filter(([option]) => full && option !== selected);
	return [
		...formatOption(name, selected, group, layout),
		...others.flatMap(([option, other]) => [
			'',
			`${indent}# Or instead:`,
			...formatOption(name, option, other, inner).map((line) =>
				`${indent}# ${line.slice(indent.length)}`.trimEnd(),
			),
		]),
	];
}

function formatOption(name: string, option: string, group: GroupNode, layout: Layout): string[] {
	const key = `${layout.indent}${name}:`;
	const value = formatYamlFlowValue(option);
	if (group.children.size === 0) return [`${key} ${value}`];
	return [key, `${layout.indent}  ${value}:`, ...formatGroup(group, 4, layout)];
}

/**
 * The comment above a question: one line for an optional question, or its full documentation. Options
 * of a variant are always listed, because the template contains only one of them.
 */
function formatQuestionComment(
	question: CatalogueQuestion,
	{ indent, full, width }: Layout,
): string[] {
	const { kind, help, derived, variableAlias } = question;
	const wrap = (text: string): string[] => wrapWithPrefix(text, `${indent}# `, width);
	const label = /[.!?]$/.test(question.label) ? question.label : `${question.label}.`;
	const required = isRequiredQuestion(question);
	const options = (question.options ?? []).flatMap(({ value, label, hint }) => {
		const text = `${formatYamlFlowValue(value)}: ${label}${hint === undefined ? '' : `; ${hint}`}`;
		const [first = '', ...rest] = wrapWithPrefix(text, `${indent}#   `, width);
		return [`${indent}# - ${first.slice(indent.length + 4)}`, ...rest];
	});
	if (!full && !required) {
		// The label, with as much of the help as fits on one line.
		const [sentence = ''] = help.split(/(?<=[.!?])\s/);
		const more = derived === undefined ? sentence : `Default: ${derived}.`;
		const line = `${indent}# ${label} ${more}`.trimEnd();
		return [
			...(line.length <= width ? [line] : wrap(label)),
			...(kind === 'variant' ? options : []),
		];
	}
	const sentences = [label, help, ...listQuestionRemarks(question)];
	if (full && variableAlias !== undefined) {
		const { label: origin, name, changed } = variableAlias;
		sentences.push(`${origin}: ${name}${changed === undefined ? '' : ` (${changed})`}.`);
	}
	const sample = getSampleValue(question);
	const example = required ? sample : question.example;
	const shows = required || formatYamlFlowValue(example) !== formatYamlFlowValue(sample);
	return [
		...wrap(sentences.join(' ')),
		...options,
		...(kind !== 'variant' && example !== undefined && shows
			? wrap(`Example: ${formatYamlFlowValue(example)}`)
			: []),
	];
}

/**
 * The sample value of a question: the default if it has one, else the example. Undefined when there is
 * none.
 */
function getSampleValue({ example, kind, key, ...question }: CatalogueQuestion): unknown {
	if (question.derive === undefined && question.default !== undefined) return question.default;
	const sample = example ?? question.default;
	if (sample !== undefined) return sample;
	if (kind === 'choice') return question.options?.[0]?.value;
	return kind === 'secret' ? { env: (key.split('.').at(-1) ?? key).toUpperCase() } : undefined;
}
