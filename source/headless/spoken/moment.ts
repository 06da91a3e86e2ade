import type { ProgressScreen } from '../../engine/guide/model.ts';
import type { Recorder } from '../../engine/recorders.ts';

/** Between the last time something was said and now; ms since the epoch. */
export interface Moment {
	now: number;
	last: number;
	/** The run as it was last heard of: plans and failures come between, and it goes on after. */
	run?: ProgressScreen;
	/** An answer has been given since: the same refusal again is news. */
	answered?: boolean;
	/** What around the terminal may keep what is shown. */
	recorders?: readonly Recorder[];
}

/** True when, counted from `since`, another whole `seconds` have passed since the last time. */
export function hasTurned({ now, last }: Moment, since: number, seconds: number): boolean {
	const turns = (at: number) => Math.floor((at - since) / 1000 / seconds);
	return turns(now) > Math.max(0, turns(last));
}

/** "1 check", "2 checks". */
export function countOf(count: number, what: string): string {
	return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** A line as it is said: a capital at its beginning, unless that is a name, and a full stop. */
export function spoken(text: string): string {
	const begun = text.replace(
		/^[a-z]+(?=[ ,]|: )/,
		(word) => word[0]?.toUpperCase() + word.slice(1),
	);
	return sentence(begun);
}

/** Words behind what they are about, which is not said twice. */
export function behind(about: string, words: string): string {
	const twice = words.toLowerCase().startsWith(`${about.toLowerCase()} `);
	return twice ? words : `${about}: ${words}`;
}

/** Units in full: "8 min 1 s" is read out letter by letter. */
export function unitWords(line: string): string {
	return line
		.replace(/(?<![\d.]|min )0(\.\d+)? s\b(?! \d)/g, 'under a second')
		.replace(/(?<![\d.])1 (h|min|s)\b/g, (_, unit: string) => `1 ${units[unit]}`)
		.replace(/(\d) (h|min|s)\b/g, (_, digit: string, unit: string) => `${digit} ${units[unit]}s`);
}

const units: Readonly<Record<string, string>> = { h: 'hour', min: 'minute', s: 'second' };

/** The first sentence of a text. */
export function firstSentence(text: string): string {
	return /^[\s\S]*?[.!?](?=\s+[A-Z])/.exec(text)?.[0] ?? text;
}

/** A text that ends like a sentence. */
export function sentence(text: string): string {
	const trimmed = text.trimEnd();
	return /[.!?:…]$/.test(trimmed) || trimmed === '' ? trimmed : `${trimmed}.`;
}
