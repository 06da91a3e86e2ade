import wrapAnsi from 'wrap-ansi';
import { escapeAndSplitLines, escapeLine } from '../engine/escape-for-terminal.ts';

/** "3 min 28 s"; below ten seconds with one decimal. */
export function formatDuration(seconds: number): string {
	if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
	const whole = Math.round(seconds);
	if (whole < 60) return `${whole} s`;
	const minutes = Math.floor(whole / 60);
	if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
	return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** "8 to 14 min", from seconds. */
export function formatUsualDuration([least, most]: readonly [number, number]): string {
	if (most < 120) return `${least} to ${most} s`;
	return `${Math.max(1, Math.round(least / 60))} to ${Math.round(most / 60)} min`;
}

/** Spells out units: screen readers would read "8 min 1 s" letter by letter. */
export function spellOutUnits(line: string): string {
	return line
		.replace(/(?<![\d.]|min )0(\.\d+)? s\b(?! \d)/g, 'under a second')
		.replace(/(?<![\d.])1 (h|min|s)\b/g, (_, unit: string) => `1 ${units[unit]}`)
		.replace(/(\d) (h|min|s)\b/g, (_, digit: string, unit: string) => `${digit} ${units[unit]}s`);
}

const units: Readonly<Record<string, string>> = { h: 'hour', min: 'minute', s: 'second' };

/** Formats a value on one line. */
export function formatInline(value: unknown): string {
	if (typeof value === 'string') return value;
	if (Array.isArray(value)) return value.map(formatInline).join(', ');
	return JSON.stringify(value);
}

/** Formats rows of two columns, with the second column aligned. */
export function alignColumns(
	rows: readonly (readonly [string, string])[],
	indent = '  ',
): string[] {
	const shown = rows.map(([name, text]) => [escapeLine(name), text] as const);
	const width = Math.max(0, ...shown.map(([name]) => name.length));
	return shown.map(([name, text]) => `${indent}${name.padEnd(width)}  ${text}`.trimEnd());
}

/** Capitalizes the first word, unless it is a name, and adds a full stop. */
export function toSentence(text: string): string {
	const capitalized = text.replace(
		/^[a-z]+(?=[ ,]|: )/,
		(word) => word[0]?.toUpperCase() + word.slice(1),
	);
	return addFullStop(capitalized);
}

/** Ends a text with a full stop. */
export function addFullStop(text: string): string {
	const trimmed = text.trimEnd();
	return /[.!?:…]$/.test(trimmed) || trimmed === '' ? trimmed : `${trimmed}.`;
}

/** The first sentence of a text. */
export function getFirstSentence(text: string): string {
	return /^[\s\S]*?[.!?](?=\s+[A-Z])/.exec(text)?.[0] ?? text;
}

/** Prefixes a text with its title, unless it starts with it. */
export function prefixTitleIfMissing(title: string, text: string): string {
	const startsWithTitle = text.toLowerCase().startsWith(`${title.toLowerCase()} `);
	return startsWithTitle ? text : `${title}: ${text}`;
}

/** Indentation of text to copy, which is on its own line and never wrapped. */
export const COPY_INDENT = '    ';
/** Prefix of each line of external text, so that it cannot imitate a line of the program. */
const QUOTE_MARK = '  | ';

/** Prefixes each line of external text with a mark that is also read out. */
export const quoteLines = (text: string): string[] =>
	text.trim() === '' ? [] : escapeAndSplitLines(text).map((line) => `${QUOTE_MARK}${line}`);

const NARROWEST = 20;

/**
 * Wraps lines to the terminal, only between words, so that names and paths can be copied and read
 * out. Control characters are escaped, and only the first row of a line starts at the margin.
 */
export function wrapForTerminal(lines: readonly string[], width: number): string[] {
	return lines.flatMap((text) => {
		const line = escapeLine(text);
		if (line.startsWith(COPY_INDENT)) return [line.trimEnd()];
		const indent = /^(?: *\d+\. | *\| | *)/.exec(line)?.[0] ?? '';
		const hanging = indent === QUOTE_MARK ? indent : ' '.repeat(Math.max(2, indent.length));
		const room = Math.max(NARROWEST / 2, Math.max(NARROWEST, width) - hanging.length);
		return wrapAnsi(line.slice(indent.length), room)
			.split('\n')
			.map((part, index) => `${index === 0 ? indent : hanging}${part}`.trimEnd());
	});
}

const asciiTwins: Readonly<Record<string, string>> = {
	'…': '...',
	'→': '->',
	'–': '-',
	'—': '-',
	'·': ',',
	'×': 'x',
	'‘': "'",
	'’': "'",
	'“': '"',
	'”': '"',
};

/** Whether the terminal may support only ASCII. */
export function isAsciiTerminal(env: NodeJS.ProcessEnv): boolean {
	const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
	return env.TFE_WIZARD_ASCII === '1' || !/utf-?8/i.test(locale);
}

/** Replaces typographic characters by ASCII. Other characters may be part of names and are unchanged. */
export function replaceTypographicCharacters(text: string): string {
	return text.replace(/[…→–—·×‘’“”]/g, (sign) => asciiTwins[sign] ?? sign);
}
