import type { QuestionCatalogue } from '../question.ts';
import { formatYamlFlowValue } from './format-answers-file.ts';
import {
	buildQuestionTree,
	type CatalogueQuestion,
	getQuestionRuleText,
	isRequiredQuestion,
} from './question-tree.ts';

const kindWords: Record<CatalogueQuestion['kind'], string> = {
	text: 'single-line text',
	multiline: 'multi-line text',
	number: 'number',
	yesno: 'true or false',
	choice: 'one of the options',
	list: 'list',
	map: 'mapping',
	secret: 'secret reference',
	variant: 'one of the options',
};

const form = `An answers file is YAML or JSON. It starts with \`version: 1\`, followed by any of the keys below. A dot
in a key means nesting: \`settings.fqdn\` is \`fqdn\` under \`settings\`. Parsing is strict: all unknown keys,
wrong types and duplicate keys are reported at once, each with its position in the file.

- **Text that looks like a number** needs quotes: \`account: "123456789012"\`.
- **Text is used literally**: \`\${…}\` and \`%{…}\` have no special meaning. Where Unicode has a composed
  form (NFC), use it: other forms are rejected with the text to write instead.
- **Options**: \`KEY: OPTION\`, or \`KEY: { OPTION: { … } }\` when the option has keys of its own.
- **Secrets** are references only: \`{ env: NAME }\`, \`{ file: PATH }\`, \`{ command: COMMAND }\` (text for
  \`sh\`, or a list of program and arguments) or \`{ generate: {} }\` where tfe-wizard can generate it.
  A command receives your environment without other secrets. It receives \`VAULT_ADDR\`, \`VAULT_TOKEN\`
  and other Vault variables only when it runs \`vault\` or \`bao\` by name.
- **Paths** are relative to the directory of the file.
- \`ask: [STEP, …]\` keeps steps interactive; their answers in the file become defaults.
- Anchors, aliases, merge keys and type tags are rejected: each value is written where it is used.`;

/** The reference of all keys of a target's answers file in Markdown. */
export function formatAnswersReferenceMarkdown(catalogue: QuestionCatalogue): string {
	const { branches } = buildQuestionTree(catalogue);
	const blocks = [`# Answers for target \`${catalogue.target}\``, form];
	for (const { id, title, summary } of catalogue.steps) {
		const questions = catalogue.questions.filter(({ step }) => step === id);
		if (questions.length === 0) continue;
		blocks.push(`## ${title}`, `Step \`${id}\`. ${summary}`);
		const groups = new Set(['', ...questions.map(({ group }) => group ?? '')]);
		for (const group of groups) {
			const under = questions.filter((question) => (question.group ?? '') === group);
			if (group !== '' && under.length > 0) blocks.push(`### ${group}`);
			for (const question of under) {
				const above = branches.get(question.key)?.at(-1);
				const tied = above === undefined ? undefined : `\`${above.key}\` is \`${above.option}\``;
				blocks.push(...questionBlocks(question, tied));
			}
		}
		const rules = catalogue.rules.filter(({ step }) => step === id);
		if (rules.length > 0) {
			blocks.push('### Rules across answers');
			blocks.push(rules.map(({ keys, text }) => `- ${text} (${code(keys)})`).join('\n'));
		}
	}
	return `${blocks.join('\n\n')}\n`;
}

function code(keys: readonly string[]): string {
	return keys.map((key) => `\`${key}\``).join(', ');
}

function questionBlocks(question: CatalogueQuestion, tied: string | undefined): string[] {
	const facts = factsOf(question, tied).map(([name, value]) =>
		value === '' ? `- ${name}:` : `- ${name}: ${value}`,
	);
	const options = (question.options ?? []).map(
		({ value, label, hint, warning }) =>
			`  - \`${formatYamlFlowValue(value)}\`: ${[label, hint, warning].filter(Boolean).join('; ')}`,
	);
	return [
		`#### \`${question.key}\``,
		`${question.label}${/[.!?]$/.test(question.label) ? '' : '.'} ${question.help}`.trim(),
		[...facts, ...options].join('\n'),
	];
}

function factsOf(question: CatalogueQuestion, tied: string | undefined): [string, string][] {
	const { variableAlias, asked, derived, example } = question;
	const facts: [string, string][] = [['Type', kindWords[question.kind]]];
	if (isRequiredQuestion(question)) facts.push(['Required', 'yes']);
	const rule = question.kind === 'variant' ? undefined : getQuestionRuleText(question);
	if (rule !== undefined) facts.push(['Rule', rule]);
	if (question.derive !== undefined)
		facts.push(['Default', derived ?? 'derived from other answers']);
	else if (question.default !== undefined) facts.push(['Default', inline(question.default)]);
	else if (question.optional === true) facts.push(['Default', 'none; can be left blank']);
	const conditions = [tied && `when ${tied}`, asked].filter(Boolean);
	if (conditions.length > 0) facts.push(['Applies', conditions.join(', and ')]);
	if (example !== undefined) facts.push(['Example', inline(example)]);
	if (variableAlias !== undefined) {
		const { label, name, changed } = variableAlias;
		facts.push([label, `\`${name}\`${changed === undefined ? '' : `; ${changed}`}`]);
	}
	if ((question.options ?? []).length > 0) facts.push(['Options', '']);
	return facts;
}

/** A value as inline code; the fence is longer than any run of backticks inside. */
function inline(value: unknown): string {
	const text = formatYamlFlowValue(value);
	const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
	const fence = '`'.repeat(longest + 1);
	return longest === 0 ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`;
}
