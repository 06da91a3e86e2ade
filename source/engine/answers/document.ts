import type { Catalogue } from '../question.ts';
import { flow } from './emit.ts';
import { ruleOf } from './kinds.ts';
import { type CatalogueQuestion, isRequired, outlineOf } from './outline.ts';

const kindWords: Record<CatalogueQuestion['kind'], string> = {
	text: 'text, one line',
	multiline: 'text of several lines',
	number: 'number',
	yesno: 'true or false',
	choice: 'one of its choices',
	list: 'list',
	map: 'mapping',
	secret: 'secret, as a reference',
	variant: 'one of its options',
};

const form = `Answers are YAML or JSON. The file begins with \`version: 1\`; every further key is one below. A dot in
a key stands for nesting: \`settings.fqdn\` is \`fqdn\` beneath \`settings\`. The form is strict: an unknown
key, a wrong type or a doubled key is refused, all of them at once, each with its place in the file.

- **Text that looks like a number** needs quotes: \`account: "123456789012"\`.
- **Text is used letter by letter**: \`\${…}\` and \`%{…}\` in it have no meaning. Where Unicode has a composed
  form (NFC), write that one: another form is refused, with what to write instead.
- **Options**: \`KEY: OPTION\`, or \`KEY: { OPTION: { … } }\` when the option has answers of its own.
- **Secrets** are only references: \`{ env: NAME }\`, \`{ file: PATH }\`, \`{ command: COMMAND }\` (text for
  \`sh\`, or a list of program and arguments) or \`{ generate: {} }\` where the program may make one.
  A command gets your environment without other secrets. It gets \`VAULT_ADDR\`, \`VAULT_TOKEN\` and their
  like only when it runs \`vault\` or \`bao\` by name.
- **Paths** are relative to the folder of the file.
- \`ask: [STEP, …]\` keeps steps interactive; their answers in the file are then only defaults.
- Anchors, aliases, merge keys and type tags are refused: each value stands where it counts.`;

/** The reference of all keys of a target's answers file, in Markdown. */
export function answersReference(catalogue: Catalogue): string {
	const { branches } = outlineOf(catalogue);
	const blocks = [`# Answers for the target \`${catalogue.target}\``, form];
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
			blocks.push('### Rules over several answers');
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
			`  - \`${flow(value)}\`: ${[label, hint, warning].filter(Boolean).join('; ')}`,
	);
	return [
		`#### \`${question.key}\``,
		`${question.label}${/[.!?]$/.test(question.label) ? '' : '.'} ${question.help}`.trim(),
		[...facts, ...options].join('\n'),
	];
}

function factsOf(question: CatalogueQuestion, tied: string | undefined): [string, string][] {
	const { since2018, asked, derived, example } = question;
	const facts: [string, string][] = [['Kind', kindWords[question.kind]]];
	if (isRequired(question)) facts.push(['Required', 'yes']);
	const rule = question.kind === 'variant' ? undefined : ruleOf(question);
	if (rule !== undefined) facts.push(['Rule', rule]);
	if (question.derive !== undefined) facts.push(['Default', derived ?? 'follows from others']);
	else if (question.default !== undefined) facts.push(['Default', inline(question.default)]);
	else if (question.optional === true) facts.push(['Default', 'none; may be left blank']);
	const conditions = [tied && `when ${tied}`, asked].filter(Boolean);
	if (conditions.length > 0) facts.push(['Asked', conditions.join(', and ')]);
	if (example !== undefined) facts.push(['Example', inline(example)]);
	if (since2018 !== undefined) {
		const { name, changed } = since2018;
		facts.push(['In 2018', `\`${name}\`${changed === undefined ? '' : `; ${changed}`}`]);
	}
	if ((question.options ?? []).length > 0) facts.push(['Options', '']);
	return facts;
}

/** A value as code; the fence is longer than any run of backticks within. */
function inline(value: unknown): string {
	const text = flow(value);
	const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
	const fence = '`'.repeat(longest + 1);
	return longest === 0 ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`;
}
