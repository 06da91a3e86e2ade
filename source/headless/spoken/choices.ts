import type { Choice } from '../../engine/guide/model.ts';

/** More are not read out unless asked for; `find` reaches them. */
export const MOST_READ = 10;

/** Choices with their numbers, as a listener takes them in. */
export function choiceLines(
	choices: readonly Choice[],
	standing?: string,
	most: number = MOST_READ,
): string[] {
	const lines = withoutArns(choices.slice(0, most)).map((one, index) => line(one, index, standing));
	const more = choices.length - lines.length;
	return more > 0 ? [...lines, `And ${more} more. Type find TEXT to search them.`] : lines;
}

/** An ARN is long to listen to, and says nothing where the names differ. */
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

/** The choices with a text in them, with the numbers they have in the whole list. */
export function foundLines(choices: readonly Choice[], text: string): string[] {
	const sought = text.toLowerCase();
	const found = choices.flatMap((one, index) =>
		`${one.value} ${one.label} ${one.hint ?? ''}`.toLowerCase().includes(sought)
			? [line(one, index)]
			: [],
	);
	if (found.length === 0) return [`None of the ${choices.length} choices contains ${text}.`];
	const rest = found.length - MOST_READ;
	return [...found.slice(0, MOST_READ), ...(rest > 0 ? [`And ${rest} more.`] : [])];
}

interface Said extends Choice {
	/** The label is enough to tell it by. */
	silent?: boolean;
}

function line(one: Said, index: number, standing?: string): string {
	const { value, label, hint, refusal, silent = false } = one;
	const told = silent || `${label} ${hint}`.includes(value);
	const facts = [told ? '' : nameOf(value), hintWords(hint)]
		.filter((fact) => fact !== '')
		.join(', ');
	// Two colons in a row lead nowhere.
	const join = facts.includes(': ') ? ', ' : ': ';
	const end = refusal === undefined ? '' : `. Unavailable: ${refusal}`;
	const mark = value === standing ? ' (press Enter for this)' : '';
	return `${index + 1}. ${label}${facts === '' ? '' : `${join}${facts}`}${end}${mark}`;
}

const FINGERPRINT = /(?:[0-9a-f]{2}:){10,}([0-9a-f]{2}:[0-9a-f]{2})\b/g;

/** Nobody listens to a whole fingerprint. */
function hintWords(hint = ''): string {
	return hint.trimEnd().replace(/ {2,}/g, ', ').replace(FINGERPRINT, 'fingerprint ending in $1');
}

/** Words for the program alone say nothing to a listener. */
function nameOf(value: string): string {
	return /^(arn:|[a-z]+-[0-9a-f]{8,}$)/.test(value) ? value : '';
}

/**
 * The choice meant by a number, by its value, or by its words; undefined for none. Where a value of
 * one's own may be typed, nothing short of the whole words is meant for a choice.
 */
export function chosen(
	text: string,
	choices: readonly Choice[],
	{ whole = false } = {},
): Choice | undefined {
	const said = text.trim();
	if (/^\d+$/.test(said)) {
		const exact = choices.find(({ value }) => value === said);
		return exact ?? choices[Number(said) - 1];
	}
	const same = (a: string) => a.toLowerCase() === said.toLowerCase();
	const exact = choices.find(({ value, label }) => same(value) || same(label));
	if (exact !== undefined || said === '' || whole) return exact;
	const begun = choices.filter(({ label }) => label.toLowerCase().startsWith(said.toLowerCase()));
	return begun.length === 1 ? begun[0] : undefined;
}
