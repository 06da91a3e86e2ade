import { getQuestionRule } from './question-schema.ts';
import { type CatalogueQuestion, isRequiredQuestion } from './question-tree.ts';
import { formatFlowValue, LINE_WIDTH, wrapWithPrefix } from './yaml-writer.ts';

/**
 * The comment above a question: one line for an optional question, or its full documentation. Options
 * of a variant are always listed, because the template contains only one of them.
 */
export function formatQuestionComment(
	question: CatalogueQuestion,
	{ indent, full, width = LINE_WIDTH }: { indent: string; full: boolean; width?: number },
): string[] {
	const prefix = `${indent}# `;
	if (!full && !isRequiredQuestion(question)) {
		const options = question.kind === 'variant' ? optionLines(question, prefix, width) : [];
		return [...oneLine(question, prefix, width), ...options];
	}
	const sentences = [sentence(question.label), question.help];
	const rule = getQuestionRule(question);
	if (question.kind !== 'variant' && rule !== undefined) sentences.push(`Rule: ${rule}.`);
	if (question.asked !== undefined) sentences.push(sentence(`Applies ${question.asked}`));
	if (question.derived !== undefined) sentences.push(`Default: ${question.derived}.`);
	if (full && question.variableAlias !== undefined) {
		const { label, name, changed } = question.variableAlias;
		sentences.push(`${label}: ${name}${changed === undefined ? '' : ` (${changed})`}.`);
	}
	const lines = wrapWithPrefix(sentences.join(' '), prefix, width);
	lines.push(...optionLines(question, prefix, width));
	const shown = getSampleValue(question);
	const example = isRequiredQuestion(question) ? shown : question.example;
	const newly = isRequiredQuestion(question) || formatFlowValue(example) !== formatFlowValue(shown);
	if (question.kind !== 'variant' && example !== undefined && newly) {
		lines.push(...wrapWithPrefix(`Example: ${formatFlowValue(example)}`, prefix, width));
	}
	return lines;
}

function optionLines(question: CatalogueQuestion, prefix: string, width: number): string[] {
	return (question.options ?? []).flatMap(({ value, label, hint }) => {
		const words = `${formatFlowValue(value)}: ${label}${hint === undefined ? '' : `; ${hint}`}`;
		const [first = '', ...rest] = wrapWithPrefix(words, `${prefix}  `, width);
		return [`${prefix}- ${first.slice(prefix.length + 2)}`, ...rest];
	});
}

/** The label, with as much of the help as fits on one line. */
function oneLine(question: CatalogueQuestion, prefix: string, width: number): string[] {
	const label = sentence(question.label);
	const [first = ''] = question.help.split(/(?<=[.!?])\s/);
	const more = question.derived === undefined ? first : `Default: ${question.derived}.`;
	const line = `${prefix}${label} ${more}`.trimEnd();
	return line.length <= width ? [line] : wrapWithPrefix(label, prefix, width);
}

function sentence(text: string): string {
	return /[.!?]$/.test(text) ? text : `${text}.`;
}

/**
 * The sample value of a question: the default if it has one, else the example. Undefined when there is
 * none.
 */
export function getSampleValue(question: CatalogueQuestion): unknown {
	const { example, kind, key } = question;
	if (question.derive === undefined && question.default !== undefined) return question.default;
	if (example !== undefined) return example;
	if (question.default !== undefined) return question.default;
	if (kind !== 'secret') return kind === 'choice' ? question.options?.[0]?.value : undefined;
	return { env: (key.split('.').at(-1) ?? key).toUpperCase() };
}
