import type { Choice } from '../../wizard/wizard-model.ts';

/** Number of choices that are listed; `find` searches all of them. */
export const MAX_LISTED_CHOICES = 10;

/** Renders numbered choices for a screen reader. */
export function renderChoices(
	choices: readonly Choice[],
	current?: string,
	limit: number = MAX_LISTED_CHOICES,
): string[] {
	const lines = withoutArns(choices.slice(0, limit)).map((one, index) => line(one, index, current));
	const more = choices.length - lines.length;
	return more > 0 ? [...lines, `And ${more} more. Type find TEXT to search them.`] : lines;
}

/** Omits ARNs if the names are unique, because they are long to listen to. */
function withoutArns(choices: readonly Choice[]): Said[] {
	const names = new Set(choices.map(({ label }) => label));
	if (names.size < choices.length) return [...choices];
	return choices.map((one) => {
		const { value, label, hint = '' } = one;
		return value.startsWith('arn:') && value !== label
			? { ...one, hint: hint.replace(value, ''), silent: true }
			: one;
	});
}

/** Renders the choices that contain a text, with their numbers in the full list. */
export function renderMatchingChoices(choices: readonly Choice[], text: string): string[] {
	const query = text.toLowerCase();
	const found = choices.flatMap((one, index) =>
		`${one.value} ${one.label} ${one.hint ?? ''}`.toLowerCase().includes(query)
			? [line(one, index)]
			: [],
	);
	if (found.length === 0) return [`None of the ${choices.length} choices contains ${text}.`];
	const rest = found.length - MAX_LISTED_CHOICES;
	return [...found.slice(0, MAX_LISTED_CHOICES), ...(rest > 0 ? [`And ${rest} more.`] : [])];
}

interface Said extends Choice {
	/** The label identifies it, so the value is omitted. */
	silent?: boolean;
}

function line(one: Said, index: number, standing?: string): string {
	const { value, label, hint, refusal, silent = false } = one;
	const told = silent || `${label} ${hint}`.includes(value);
	const facts = [told ? '' : nameOf(value), hintWords(hint)]
		.filter((fact) => fact !== '')
		.join(', ');
	// Avoids two colons in a row.
	const join = facts.includes(': ') ? ', ' : ': ';
	const end = refusal === undefined ? '' : `. Unavailable: ${refusal}`;
	const mark = value === standing ? ' (press Enter for this)' : '';
	return `${index + 1}. ${label}${facts === '' ? '' : `${join}${facts}`}${end}${mark}`;
}

const FINGERPRINT = /(?:[0-9a-f]{2}:){10,}([0-9a-f]{2}:[0-9a-f]{2})\b/g;

/** Shortens fingerprints, which are long to listen to. */
function hintWords(hint = ''): string {
	return hint.trimEnd().replace(/ {2,}/g, ', ').replace(FINGERPRINT, 'fingerprint ending in $1');
}

/** Omits ARNs and resource ids. */
function nameOf(value: string): string {
	return /^(arn:|[a-z]+-[0-9a-f]{8,}$)/.test(value) ? value : '';
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
	const input = text.trim();
	if (/^\d+$/.test(input)) {
		const exact = choices.find(({ value }) => value === input);
		return exact ?? choices[Number(input) - 1];
	}
	const same = (a: string) => a.toLowerCase() === input.toLowerCase();
	const exact = choices.find(({ value, label }) => same(value) || same(label));
	if (exact !== undefined || input === '' || whole) return exact;
	const begun = choices.filter(({ label }) => label.toLowerCase().startsWith(input.toLowerCase()));
	return begun.length === 1 ? begun[0] : undefined;
}
