// The invisible parts of an emoji (UTS #51): a joiner between two emoji, a selector after one, and
// the selector of a keycap. Elsewhere the same characters are unsafe.
const WITHIN_EMOJI =
	/\u200D(?<=\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\uFE0F)?\u200D)(?=\p{Extended_Pictographic})|(?:\uFE0E|\uFE0F)(?<=\p{Extended_Pictographic}(?:\uFE0E|\uFE0F))|\uFE0F(?<=[0-9#*]\uFE0F)(?=\u20E3)/u;

// Cc: C0, DEL and C1. Cf: bidirectional controls, zero-width characters, tags. Zl, Zp: separators that
// some programs treat as line breaks. Cs: lone surrogates. Default_Ignorable_Code_Point: other
// invisible characters (Hangul fillers, variation selectors).
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;

const UNSAFE_EVERYWHERE = new RegExp(`(${WITHIN_EMOJI.source})|${UNSAFE.source}`, 'gu');
const PLAIN = /^[\x20-\x7e]*$/;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Replaces each character that a terminal would interpret or not show.
 *
 * @param replace Called with one code point; a lone surrogate is one.
 */
export function replaceTerminalUnsafeCharacters(
	text: string,
	replace: (character: string) => string,
): string {
	if (PLAIN.test(text)) return text;
	return text.replace(UNSAFE_EVERYWHERE, (character: string, kept: string | undefined) =>
		kept === undefined ? replace(character) : character,
	);
}

/** Whether a terminal shows the text unchanged on one line. */
export const isTerminalSafe = (text: string): boolean => escapeLine(text) === text;

/**
 * Escapes external text to one line that is safe for a terminal: control, bidirectional and invisible
 * characters become visible (`\x1b`, `\u{202e}`, `\n`). Different texts stay different, unless one of
 * them contains an escape sequence literally. Safe text is unchanged, and escaping is idempotent.
 */
export function escapeLine(text: string): string {
	return replaceTerminalUnsafeCharacters(text, escapeOf);
}

/** The same for multi-line text: line feeds and tabs are kept, CRLF becomes a line feed. */
export function escapeMultilineText(text: string): string {
	return replaceTerminalUnsafeCharacters(text.replaceAll('\r\n', '\n'), (character) =>
		character === '\n' || character === '\t' ? character : escapeOf(character),
	);
}

/**
 * The lines of external text, escaped, with tabs expanded. The caller must mark or indent each line,
 * so that none can imitate a line of the program.
 */
export function escapeAndSplitLines(text: string): string[] {
	return escapeMultilineText(text)
		.replace(/\n+$/, '')
		.split('\n')
		.map((line) => line.replaceAll('\t', '    ').trimEnd());
}

/** The prefix of external text that is shown among lines of the program. */
const QUOTE = '| ';

/** The lines of external text, each with a prefix, so that none can imitate a line of the program. */
export function quoteExternalLines(text: string): string[] {
	return text.split(/\r?\n/).map((line) => `${QUOTE}${line}`.trimEnd());
}

/** The lines of a failure detail; those after the first are external text and get a prefix. */
export function quoteLinesAfterFirst(detail: string): string[] {
	const [first = '', ...rest] = detail.trimEnd().split(/\r?\n/);
	return [first, ...rest.map((line) => `${QUOTE}${line}`.trimEnd())];
}

function escapeOf(character: string): string {
	const code = character.codePointAt(0) ?? 0;
	const hex = code.toString(16);
	return NAMED[character] ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`);
}

/**
 * JSON that is safe for a terminal and parses to the same value. `JSON.stringify` escapes only C0
 * controls and lone surrogates; other unsafe characters become `\uXXXX`.
 *
 * @param space As in `JSON.stringify`.
 */
export function stringifySafeJson(value: unknown, space?: string | number): string {
	return replaceTerminalUnsafeCharacters(
		JSON.stringify(value, undefined, space) ?? 'null',
		(character) =>
			// Layout: inside a string both are already escaped.
			character === '\n' || character === '\t' ? character : formatJsonEscape(character),
	);
}

/** `\uXXXX` for each UTF-16 unit of a character. */
function formatJsonEscape(character: string): string {
	const units = character.split('').map((unit) => unit.charCodeAt(0).toString(16));
	return units.map((unit) => `\\u${unit.padStart(4, '0')}`).join('');
}
