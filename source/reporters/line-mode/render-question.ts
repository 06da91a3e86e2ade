import { isDeepStrictEqual } from 'node:util';
import { formatAnswer } from '../../wizard/format-answer.ts';
import type {
	Choice,
	LookupView,
	QuestionScreen,
	WizardViewModel,
} from '../../wizard/wizard-view-model.ts';
import { addFullStop, getFirstSentence } from '../format.ts';

const YES_NO: readonly Choice[] = [
	{ value: 'true', label: 'Yes' },
	{ value: 'false', label: 'No' },
];

/** The choices of a question: its own options, or looked-up ones. */
export function getChoices(screen: QuestionScreen): readonly Choice[] {
	if (screen.options.length > 0) return screen.options;
	if (screen.valueKind === 'yesno') return YES_NO;
	return screen.lookup?.choices ?? [];
}

/** Whether a value must be one of the options. */
export function acceptsOnlyChoices({ valueKind }: QuestionScreen): boolean {
	return valueKind === 'choice' || valueKind === 'variant' || valueKind === 'yesno';
}

/** Renders a question, or its changes. */
export function renderQuestion(
	screen: QuestionScreen,
	before: QuestionScreen | undefined,
	{ answered = false }: { answered?: boolean },
): string[] {
	if (before === undefined) return asked(screen);
	const { problem, lookup } = screen;
	const repeated = problem === before.problem;
	const news =
		lookup?.state !== before.lookup?.state ||
		!isDeepStrictEqual(lookup?.choices, before.lookup?.choices);
	return [
		...(problem !== undefined && (answered || !repeated)
			? [`${repeated ? 'Still not valid' : 'Not valid'}: ${addFullStop(problem)}`]
			: []),
		...(news ? lookedUp(screen) : []),
	];
}

function asked(screen: QuestionScreen): string[] {
	const { label, help, reopenedBy, number, of, detail, problem } = screen;
	const title = detail ? 'Optional setting.' : `Question ${number} of ${of}.`;
	return [
		`${title} ${addFullStop(label)}`,
		...(reopenedBy === undefined || reopenedBy.length === 0
			? []
			: [`Please confirm, because other answers changed: ${reopenedBy.join(', ')}.`]),
		getFirstSentence(help),
		...(acceptsOnlyChoices(screen) ? [] : formLines(screen)),
		...(problem === undefined ? [] : [`Not valid: ${addFullStop(problem)}`]),
		...lookedUp(screen),
		// No other value is allowed, so all of them are listed.
		...(acceptsOnlyChoices(screen)
			? renderChoices(getChoices(screen), String(screen.value), Number.POSITIVE_INFINITY)
			: []),
		...howToAnswer(screen),
	];
}

/** Renders the rule, and an example unless there is a value or an example in the rule. */
function formLines(screen: QuestionScreen): string[] {
	const { rule, value } = screen;
	const example = formatExample(screen);
	const shown = value !== undefined || rule?.includes('such as') === true;
	return [
		...(rule === undefined ? [] : [formatRule(rule)]),
		...(example === undefined || shown ? [] : [`For example: ${example}`]),
	];
}

/** Formats a rule for line mode, where an empty value is typed as none. */
export function formatRule(rule: string): string {
	return `It must be ${addFullStop(rule.replace(/; or empty$/, ', or none'))}`;
}

function lookedUp(screen: QuestionScreen): string[] {
	const { lookup } = screen;
	if (lookup === undefined || acceptsOnlyChoices(screen)) return [];
	const { state, subject, reason = 'no reason given' } = lookup;
	if (state === 'looking') return [`Looking up ${subject}. You can type a value while you wait.`];
	if (state === 'found') return found(lookup, screen);
	return [`Could not look up ${subject}: ${addFullStop(reason)} Type the value.`];
}

function found({ subject, choices }: LookupView, screen: QuestionScreen): string[] {
	if (choices.length === 0) {
		const how =
			screen.value === undefined ? 'Type a value.' : 'Type a value, or press Enter as above.';
		return [`Looked up ${subject}: none found. ${how}`];
	}
	const own = 'or type another value:';
	return [
		choices.length === 1
			? `Looked up ${subject}: 1 found. Type 1 to select it, ${own}`
			: `Looked up ${subject}: ${choices.length} found. Type a number, ${own}`,
		...renderChoices(choices, typeof screen.value === 'string' ? screen.value : undefined),
	];
}

const ways: Partial<Record<QuestionScreen['valueKind'], string>> = {
	list: 'Type all items on one line, separated by commas; none for an empty list.',
	map: 'Type name = value, one per line, then a line with a single dot.',
	multiline: 'Type the lines, then a line with a single dot.',
	secret: 'Type env NAME, file PATH, command COMMAND, or generate.',
};

function howToAnswer(screen: QuestionScreen): string[] {
	const { valueKind, optional, defaultSource, source, value, problem } = screen;
	const lines = ways[valueKind] === undefined ? [] : [ways[valueKind]];
	const current = formatCurrentValue(screen);
	// The default is marked in the list of choices.
	const marked =
		acceptsOnlyChoices(screen) && getChoices(screen).some((one) => one.value === String(value));
	if (marked || problem !== undefined) return lines;
	if (current === undefined) return optional ? [...lines, 'Press Enter to leave it empty.'] : lines;
	const origin = defaultSource ?? (source === 'given' ? 'your previous answer' : undefined);
	return [...lines, `Press Enter for: ${current}${origin === undefined ? '' : ` (${origin})`}`];
}

/** Formats the current value; undefined if there is none. */
function formatCurrentValue(screen: QuestionScreen): string | undefined {
	const { value, valueKind } = screen;
	if (value === undefined) return undefined;
	if (valueKind === 'secret') return formatSecretSource(value);
	const choices = getChoices(screen);
	const choice = choices.find((one) => one.value === String(value));
	const text = choice?.label ?? formatAnswer({ kind: valueKind, options: choices }, value);
	return valueKind === 'multiline' && value !== '' ? `the current text, ${text}` : text;
}

/** Formats a reference to a secret; any other value may be the secret itself and is not printed. */
function formatSecretSource(value: unknown): string {
	const [kind = '', where] =
		typeof value === 'object' && value !== null ? (Object.entries(value)[0] ?? []) : [];
	const source = secretSources[kind];
	if (source !== undefined) return `from ${source} ${[where].flat().join(' ')}`;
	return kind === 'generate' ? 'a generated value' : 'a secret';
}

const secretSources: Readonly<Record<string, string>> = {
	env: 'the environment variable',
	file: 'the file',
	command: 'the command',
};

/** Formats an example as it is typed in line mode, which differs from the answers file for some kinds. */
export function formatExample({ example, valueKind }: QuestionScreen): string | undefined {
	if (example === undefined || valueKind === 'multiline') return undefined;
	if (valueKind !== 'secret' && valueKind !== 'map') return example;
	const entries = Object.entries(tryParseJson(example) ?? {});
	const texts = entries.filter((entry) => typeof entry[1] === 'string');
	if (valueKind === 'secret') return texts.map(([kind, where]) => `${kind} ${where}`)[0];
	return entries.length > 0 && texts.length === entries.length
		? texts.map(([name, text]) => `${name} = ${text}`).join(', ')
		: undefined;
}

/** Parses JSON; undefined if it is not valid. */
export function tryParseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Renders the answer that was just accepted. */
export function renderAcceptedAnswer(
	model: WizardViewModel,
	before: WizardViewModel | undefined,
): string[] {
	if (before?.screen.kind !== 'question') return [];
	const { key } = before.screen;
	const now = getAnswer(model, key);
	const old = getAnswer(before, key);
	const moved = model.screen.kind !== 'question' || model.screen.key !== key;
	if (now === undefined || !moved) return [];
	if (old?.value === now.value && (old.confirmed || !now.confirmed)) return [];
	return [`Answer: ${now.value}`];
}

function getAnswer({ answerSummary }: WizardViewModel, key: string) {
	return answerSummary.flatMap(({ lines }) => lines).find((line) => line.key === key);
}

/** Number of choices that are listed; `find` searches all of them. */
export const MAX_LISTED_CHOICES = 10;

/** Renders a menu; Enter selects the first available choice. */
export function renderMenu(choices: readonly Choice[]): string[] {
	return ['Type a number:', ...renderChoices(choices, findFirstAvailableChoice(choices)?.value)];
}

export const findFirstAvailableChoice = (choices: readonly Choice[]): Choice | undefined =>
	choices.find(({ refusal }) => refusal === undefined);

/** Renders numbered choices for a screen reader. */
export function renderChoices(
	choices: readonly Choice[],
	current?: string,
	limit: number = MAX_LISTED_CHOICES,
): string[] {
	const listed = choices.slice(0, limit);
	// ARNs are long to listen to, and are omitted if the names are unique.
	const unique = new Set(listed.map(({ label }) => label)).size === listed.length;
	const lines = listed.map((choice, index) => renderChoice(choice, index, { unique, current }));
	const more = choices.length - listed.length;
	return more > 0 ? [...lines, `And ${more} more. Type find TEXT to search them.`] : lines;
}

const FINGERPRINT = /(?:[0-9a-f]{2}:){10,}([0-9a-f]{2}:[0-9a-f]{2})\b/g;
const IDENTIFIER = /^(arn:|[a-z]+-[0-9a-f]{8,}$)/;

/** Renders a choice with its number, and shortens what is long to listen to. */
export function renderChoice(
	{ value, label, hint = '', refusal }: Choice,
	index: number,
	{ unique = false, current }: { unique?: boolean; current?: string | undefined } = {},
): string {
	const named = unique && value.startsWith('arn:') && value !== label;
	const said = (named ? hint.replace(value, '') : hint)
		.trimEnd()
		.replace(/ {2,}/g, ', ')
		.replace(FINGERPRINT, 'fingerprint ending in $1');
	const known = named || !IDENTIFIER.test(value) || `${label} ${hint}`.includes(value);
	const facts = [known ? '' : value, said].filter((fact) => fact !== '').join(', ');
	// Avoids two colons in a row.
	const join = facts.includes(': ') ? ', ' : ': ';
	const end = refusal === undefined ? '' : `. Unavailable: ${refusal}`;
	const mark = value === current ? ' (press Enter for this)' : '';
	return `${index + 1}. ${label}${facts === '' ? '' : `${join}${facts}`}${end}${mark}`;
}

/**
 * Finds a choice by number, value or label. With `whole`, a label must match completely, because
 * other values may be typed as well.
 */
export function findChoice(
	text: string,
	choices: readonly Choice[],
	{ whole = false } = {},
): Choice | undefined {
	const input = text.trim().toLowerCase();
	const exact = choices.find(({ value }) => value.toLowerCase() === input);
	if (/^\d+$/.test(input)) return exact ?? choices[Number(input) - 1];
	const named = exact ?? choices.find(({ label }) => label.toLowerCase() === input);
	if (named !== undefined || input === '' || whole) return named;
	const matches = choices.filter(({ label }) => label.toLowerCase().startsWith(input));
	return matches.length === 1 ? matches[0] : undefined;
}
