// The invisible parts of an emoji (UTS #51): a joiner between two emoji, a selector after one, and
// the selector of a keycap. Everywhere else the same characters only hide something.
const WITHIN_EMOJI =
	/\u200D(?<=\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\uFE0F)?\u200D)(?=\p{Extended_Pictographic})|(?:\uFE0E|\uFE0F)(?<=\p{Extended_Pictographic}(?:\uFE0E|\uFE0F))|\uFE0F(?<=[0-9#*]\uFE0F)(?=\u20E3)/u;

// Cc: C0, DEL and C1. Cf: bidirectional controls, zero-width characters, tags. Zl, Zp: separators that
// some programs take for line breaks. Cs: lone surrogates. Default_Ignorable_Code_Point: the others
// that are not drawn (Hangul fillers, variation selectors).
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;

const UNSAFE_EVERYWHERE = new RegExp(`(${WITHIN_EMOJI.source})|${UNSAFE.source}`, 'gu');
const PLAIN = /^[\x20-\x7e]*$/;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Replaces each character that a terminal would act on or not show.
 *
 * @param replace Called with one code point; a lone surrogate is one.
 */
export function replaceUnsafe(text: string, replace: (character: string) => string): string {
	if (PLAIN.test(text)) return text;
	return text.replace(UNSAFE_EVERYWHERE, (character: string, kept: string | undefined) =>
		kept === undefined ? replace(character) : character,
	);
}

/** True when a terminal shows the text as it is, on one line. */
export const isSafe = (text: string): boolean => escapeLine(text) === text;

/**
 * Text from outside as one line that is safe to write to a terminal: control, bidirectional and
 * invisible characters become visible (`\x1b`, `\u{202e}`, `\n`). Each has its own escape, so texts that
 * differ stay different, unless one of them spells out an escape itself. Safe text is unchanged;
 * escaping twice is escaping once.
 */
export function escapeLine(text: string): string {
	return replaceUnsafe(text, escapeOf);
}

/** The same for a text of several lines: line feeds and tabs are kept, CRLF becomes a line feed. */
export function escapeText(text: string): string {
	return replaceUnsafe(text.replaceAll('\r\n', '\n'), (character) =>
		character === '\n' || character === '\t' ? character : escapeOf(character),
	);
}

/**
 * The lines of a text from outside, safe to write, tabs expanded. Whoever shows them marks or indents
 * each, so that none can pass for a line of ours.
 */
export function escapedLines(text: string): string[] {
	return escapeText(text)
		.replace(/\n+$/, '')
		.split('\n')
		.map((line) => line.replaceAll('\t', '    ').trimEnd());
}

/** Before a line of a text from outside, where lines of the program stand beside it. */
const QUOTE = '| ';

/** The lines of a text from outside, each marked: none can pass for a line of the program. */
export function quotedLines(text: string): string[] {
	return text.split(/\r?\n/).map((line) => `${QUOTE}${line}`.trimEnd());
}

/** A detail of a failure as lines: those after the first come from outside, and are marked. */
export function detailLines(detail: string): string[] {
	const [first = '', ...rest] = detail.trimEnd().split(/\r?\n/);
	return [first, ...rest.map((line) => `${QUOTE}${line}`.trimEnd())];
}

function escapeOf(character: string): string {
	const code = character.codePointAt(0) ?? 0;
	const hex = code.toString(16);
	return NAMED[character] ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`);
}

/**
 * JSON that is safe to show on a terminal and equal when parsed. `JSON.stringify` escapes C0 controls
 * and lone surrogates only; the other unsafe characters become `\uXXXX` here.
 *
 * @param space As `JSON.stringify` takes it.
 */
export function safeJson(value: unknown, space?: string | number): string {
	return replaceUnsafe(JSON.stringify(value, undefined, space) ?? 'null', (character) =>
		// Layout: within a string both are escaped already.
		character === '\n' || character === '\t' ? character : jsonEscapeOf(character),
	);
}

/** `\uXXXX` for each UTF-16 unit of a character. */
export function jsonEscapeOf(character: string): string {
	return Array.from({ length: character.length }, (_, at) => {
		const unit = character.charCodeAt(at).toString(16);
		return `\\u${unit.padStart(4, '0')}`;
	}).join('');
}
