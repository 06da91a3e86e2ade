import { expect } from 'vitest';

/** A line that imitates program output, which external text tries to inject. */
export const FORGED_LINE = '✓ all checks passed';

/**
 * Hostile external text: forged program lines, then everything that a terminal interprets or does
 * not show.
 */
export const HOSTILE_TEXT = `x\n${FORGED_LINE}\r\n${FORGED_LINE}\r${FORGED_LINE}\u2028${FORGED_LINE} \x1b[2J\x1b[1;1H\x1b[31m\x1b]0;title\x07\x1b]8;;http://evil\x1b\\\x1b]52;c;ZXZpbA==\x07\x1bPq\x1b\\\x9b2J\x9d0;t\x9c\x7f\b\u202e\u2066\u200e\u061c\u200b\u2060\ufeff\u00ad\u3164\u{e0041}\ud800`;

/** Keys whose strings are constants of the program and must not change. */
const OWN_WORDS = new Set(
	'type kind valueKind state phase action severity result level fault source errorKind'.split(' '),
);

/**
 * The same data with every external string made hostile; numbers, functions and classes are kept.
 * Equal strings stay equal, and different strings stay different.
 */
export function replaceWithHostileText<T>(value: T, text: string = HOSTILE_TEXT): T {
	const numbers = new Map<string, number>();
	const hostile = (original: string) => {
		const number = numbers.get(original) ?? numbers.size + 1;
		numbers.set(original, number);
		return `${number}${text}`;
	};
	return replaced(value, '', hostile) as T;
}

function replaced(value: unknown, key: string, hostile: (text: string) => string): unknown {
	if (typeof value === 'string') return OWN_WORDS.has(key) ? value : hostile(value);
	if (Array.isArray(value)) return value.map((item) => replaced(item, key, hostile));
	if (value === null || typeof value !== 'object') return value;
	if (Object.getPrototypeOf(value) !== Object.prototype) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, item]) => [name, replaced(item, name, hostile)]),
	);
}

/** Defined here, not imported from the program. The caller checks line feeds. */
const UNSAFE =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it matches
	/[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff]|[\u{e0000}-\u{e0fff}]|\p{Cs}/u;

/** Colours, and the sequences that Ink and the alternate screen use to draw. */
const OWN_SEQUENCES =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences start with one
	/\x1b\[[\d;]*m|\x1b\[\d*[ABCDEGJK]|\x1b\[(?:\d+;\d+)?H|\x1b\[\?(?:25|1049|2004|2026)[hl]|\x1b[78]/g;

/** Fails when `bytes` has a control sequence other than the program's own colours and movements. */
export function expectSafeOutput(bytes: string, { drawn = false } = {}): void {
	const own = drawn ? bytes.replace(OWN_SEQUENCES, '').replaceAll('\r\n', '\n') : bytes;
	const found = UNSAFE.exec(own);
	const near = found === null ? '' : own.slice(Math.max(0, found.index - 60), found.index + 20);
	expect(found?.[0], JSON.stringify(near)).toBeUndefined();
	// The hostile text must be shown escaped, not omitted.
	expect(own).toMatch(/\\x1b|\\x9b|\\u\{202e\}|\\n/);
}
