import type { Choice } from '../../wizard/wizard-model.ts';

/** Number of choices that are listed; `find` searches all of them. */
export const MAX_LISTED_CHOICES = 10;

/** Renders a menu; Enter selects the first available choice. */
export function renderMenu(choices: readonly Choice[]): string[] {
	return ['Type a number:', ...renderChoices(choices, findAvailable(choices)?.value)];
}

export const findAvailable = (choices: readonly Choice[]): Choice | undefined =>
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
