import { splitGraphemes } from './graphemes.ts';
import type { KeyPress } from './keyboard.ts';

export interface TextFieldState {
	/** Graphemes: what a user sees as one character each. */
	text: readonly string[];
	/** Number of graphemes before the cursor. */
	cursor: number;
}

export type TextEditAction =
	| { type: 'insert'; text: string }
	| { type: 'left' | 'right' | 'wordLeft' | 'wordRight' | 'home' | 'end' | 'up' | 'down' }
	| { type: 'backspace' | 'delete' | 'wordBack' | 'killBefore' | 'killAfter' }
	| { type: 'set'; text: string };

export interface TextEditOptions {
	/** Keeps newlines; otherwise they are removed from typed and pasted text. */
	multiline?: boolean;
}

export const getFieldText = (state: TextFieldState): string => state.text.join('');

/**
 * The initial state, with the cursor at the end. Multi-line text is kept except for CRLF, so that
 * unedited text is stored unchanged.
 */
export function createTextFieldState(text: string, options: TextEditOptions = {}): TextFieldState {
	const all = splitGraphemes(
		options.multiline ? text.replaceAll('\r\n', '\n') : plain(text, options),
	);
	return { text: all, cursor: all.length };
}

function plain(text: string, { multiline = false }: TextEditOptions): string {
	const lines = text.replace(/\r\n?/g, '\n').replace(/\t/g, multiline ? '\t' : ' ');
	// Newlines at the edges come from copying a line; inside, they separate words.
	const kept = multiline ? lines : lines.replace(/^\n+|\n+$/g, '').replace(/\n+/g, ' ');
	// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
	return kept.replace(/\u001B\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '');
}

const isBlank = (character: string | undefined): boolean =>
	character === undefined || /^[\s/:.,=@_-]$/.test(character);

function wordLeft({ text, cursor }: TextFieldState): number {
	let at = cursor;
	while (at > 0 && isBlank(text[at - 1])) at--;
	while (at > 0 && !isBlank(text[at - 1])) at--;
	return at;
}

function wordRight({ text, cursor }: TextFieldState): number {
	let at = cursor;
	while (at < text.length && isBlank(text[at])) at++;
	while (at < text.length && !isBlank(text[at])) at++;
	return at;
}

function lineStart({ text, cursor }: TextFieldState): number {
	let at = cursor;
	while (at > 0 && text[at - 1] !== '\n') at--;
	return at;
}

function lineEnd({ text, cursor }: TextFieldState): number {
	let at = cursor;
	while (at < text.length && text[at] !== '\n') at++;
	return at;
}

function vertical(state: TextFieldState, by: -1 | 1): number {
	const start = lineStart(state);
	const column = state.cursor - start;
	const end = lineEnd(state);
	if (by < 0 && start === 0) return 0;
	if (by > 0 && end === state.text.length) return end;
	const otherStart = by < 0 ? lineStart({ ...state, cursor: start - 1 }) : end + 1;
	return Math.min(otherStart + column, lineEnd({ ...state, cursor: otherStart }));
}

/** Characters can combine where two texts meet, so graphemes are counted again. */
function joined(before: readonly string[], after: readonly string[]): TextFieldState {
	const head = before.join('');
	const text = splitGraphemes(head + after.join(''));
	let length = 0;
	let cursor = 0;
	while (cursor < text.length && length < head.length) length += text[cursor++]?.length ?? 0;
	return { text, cursor };
}

const without = ({ text }: TextFieldState, from: number, to: number): TextFieldState =>
	joined(text.slice(0, from), text.slice(to));

/** Applies a key or a paste. Pure; the cursor always stays within the text. */
export function textEditReducer(
	state: TextFieldState,
	action: TextEditAction,
	options: TextEditOptions = {},
): TextFieldState {
	const { text, cursor } = state;
	const to = (at: number): TextFieldState => ({ ...state, cursor: at });
	switch (action.type) {
		case 'insert': {
			const added = [...text.slice(0, cursor), plain(action.text, options)];
			return joined(added, text.slice(cursor));
		}
		case 'set':
			return createTextFieldState(action.text, options);
		case 'left':
			return to(Math.max(0, cursor - 1));
		case 'right':
			return to(Math.min(text.length, cursor + 1));
		case 'wordLeft':
			return to(wordLeft(state));
		case 'wordRight':
			return to(wordRight(state));
		case 'home':
			return to(lineStart(state));
		case 'end':
			return to(lineEnd(state));
		case 'up':
			return to(vertical(state, -1));
		case 'down':
			return to(vertical(state, 1));
		case 'backspace':
			return cursor === 0 ? state : without(state, cursor - 1, cursor);
		case 'delete':
			return cursor === text.length ? state : without(state, cursor, cursor + 1);
		case 'wordBack':
			return without(state, wordLeft(state), cursor);
		case 'killBefore':
			return without(state, lineStart(state), cursor);
		case 'killAfter':
			return without(state, cursor, lineEnd(state));
	}
}

const controls: Readonly<Record<string, TextEditAction['type']>> = {
	a: 'home',
	e: 'end',
	u: 'killBefore',
	k: 'killAfter',
	w: 'wordBack',
};

/** Maps a key to its edit action; undefined when it has none. */
export function toTextEditAction(
	press: KeyPress,
	options: TextEditOptions = {},
): TextEditAction | undefined {
	const { key, input, paste } = press;
	if (paste !== undefined) return { type: 'insert', text: paste };
	const simple = (type: Exclude<TextEditAction['type'], 'insert' | 'set'>): TextEditAction => ({
		type,
	});
	if (key.leftArrow) return simple(key.ctrl || key.meta ? 'wordLeft' : 'left');
	if (key.rightArrow) return simple(key.ctrl || key.meta ? 'wordRight' : 'right');
	if (key.home) return simple('home');
	if (key.end) return simple('end');
	if (key.backspace) return simple(key.meta || key.ctrl ? 'wordBack' : 'backspace');
	if (key.delete) return simple('delete');
	if (options.multiline && key.upArrow) return simple('up');
	if (options.multiline && key.downArrow) return simple('down');
	if (options.multiline && key.return && !key.meta) return { type: 'insert', text: '\n' };
	if (options.multiline && key.tab && !key.shift) return { type: 'insert', text: '\t' };
	if (key.ctrl) {
		const type = controls[input];
		return type === undefined ? undefined : ({ type } as TextEditAction);
	}
	if (key.meta && input === 'b') return simple('wordLeft');
	if (key.meta && input === 'f') return simple('wordRight');
	if (key.meta || key.return || key.escape || key.tab || input === '') return undefined;
	return { type: 'insert', text: input };
}
