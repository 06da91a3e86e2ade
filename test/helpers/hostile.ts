import { expect } from 'vitest';

/** A line of the program's own that an outside text tries to add. */
export const FORGED = '✓ all checks passed';

/**
 * What somebody outside may put into a name or a message: another line of ours, then everything a
 * terminal acts on or does not show.
 */
export const HOSTILE = `x\n${FORGED}\r\n${FORGED}\r${FORGED}\u2028${FORGED} \x1b[2J\x1b[1;1H\x1b[31m\x1b]0;title\x07\x1b]8;;http://evil\x1b\\\x1b]52;c;ZXZpbA==\x07\x1bPq\x1b\\\x9b2J\x9d0;t\x9c\x7f\b\u202e\u2066\u200e\u061c\u200b\u2060\ufeff\u00ad\u3164\u{e0041}\ud800`;

/** Keys whose strings are words of the program: with others, the data would mean something else. */
const OWN_WORDS = new Set(
	'type kind valueKind state phase action severity result level fault source errorKind'.split(' '),
);

/**
 * The same data with every string from outside made hostile; numbers, functions and classes are kept.
 * Strings that were equal stay equal, and others stay different.
 */
export function withHostile<T>(value: T, text: string = HOSTILE): T {
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

/** Written out here, not taken from the program. Line feeds are judged by the caller. */
const UNSAFE =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
	/[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff]|[\u{e0000}-\u{e0fff}]|\p{Cs}/u;

/** Colours, and what Ink and the alternate screen use to draw. */
const OWN_SEQUENCES =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with one
	/\x1b\[[\d;]*m|\x1b\[\d*[ABCDEGJK]|\x1b\[(?:\d+;\d+)?H|\x1b\[\?(?:25|1049|2004|2026)[hl]|\x1b[78]/g;

/** Fails unless a terminal acts on nothing in `bytes` but the program's own colours and movements. */
export function expectSafe(bytes: string, { drawn = false } = {}): void {
	const own = drawn ? bytes.replace(OWN_SEQUENCES, '').replaceAll('\r\n', '\n') : bytes;
	const found = UNSAFE.exec(own);
	const near = found === null ? '' : own.slice(Math.max(0, found.index - 60), found.index + 20);
	expect(found?.[0], JSON.stringify(near)).toBeUndefined();
	// It was shown, and not left out: otherwise the test would prove nothing.
	expect(own).toMatch(/\\x1b|\\x9b|\\u\{202e\}|\\n/);
}
