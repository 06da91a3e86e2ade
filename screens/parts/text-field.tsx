import { Box, Text } from 'ink';
import { type ReactNode, useState } from 'react';
import { escapeLine } from '../../source/engine/terminal-escape.ts';
import { type KeyPress, splitGraphemes, useKeyHandler } from './key-handlers.tsx';
import { getCellWidth, truncateText } from './styled-text.tsx';
import { useTheme } from './theme.ts';

interface TextFieldHandle {
	state: TextFieldState;
	value: string;
	act(action: TextEditAction): void;
}

interface TextOptions extends TextEditOptions {
	initial?: string;
}

/** A text edited by keys. Enter (except in several lines) and Escape belong to the caller. */
export function useTextField(options: TextOptions = {}): TextFieldHandle {
	const { initial = '', ...rules } = options;
	const [state, setState] = useState(() => createTextFieldState(initial, rules));
	const act = (action: TextEditAction) =>
		setState((before) => textEditReducer(before, action, rules));
	useKeyHandler((press) => {
		const action = toTextEditAction(press, rules);
		if (action === undefined) return false;
		act(action);
		return true;
	});
	return { state, value: getFieldText(state), act };
}

interface TextFieldProps {
	state: TextFieldState;
	width: number;
	/** Shows bullets instead of the text. */
	secret?: boolean;
	/** Shown dimmed while the field is empty. */
	placeholder?: string;
	/** False: draws no cursor. */
	focused?: boolean;
}

// Reverse video is not a color: it marks the cursor even where colors are off.
const reversed = (text: string): string => `\u001B[7m${text}\u001B[27m`;

/** One line of text with its cursor, scrolled horizontally to fit. */
export function TextField(props: TextFieldProps): ReactNode {
	const { state, width, secret = false, placeholder = '', focused = true } = props;
	const theme = useTheme();
	const { bullet, ellipsis } = theme.glyphs;
	// Stored as typed, shown escaped.
	const cell = (character: string) =>
		secret ? bullet : character === '\t' ? ' ' : escapeLine(character);
	const shown = { ...state, text: state.text.map(cell) };
	const view = getTextViewport(shown, width, getCellWidth(ellipsis));
	const empty = state.text.length === 0;
	const dim = theme.colour('dim');
	return (
		<Box height={1} flexShrink={0} width={width}>
			<Text wrap="truncate">
				{view.cutLeft && <Text {...dim}>{ellipsis}</Text>}
				{view.before}
				{focused ? reversed(view.under) : view.under}
				{empty ? <Text {...dim}>{truncateText(placeholder, width - 1, theme)}</Text> : view.after}
				{view.cutRight && <Text {...dim}>{ellipsis}</Text>}
			</Text>
		</Box>
	);
}

/** A text field behind a pointer, so that an empty field is visible. */
export function TextFieldWithPointer({ width, ...props }: TextFieldProps): ReactNode {
	const theme = useTheme();
	const mark = `${theme.glyphs.pointer} `;
	return (
		<Box height={1} flexShrink={0} width={width}>
			<Text {...theme.colour('accent')}>{mark}</Text>
			<TextField {...props} width={width - getCellWidth(mark)} />
		</Box>
	);
}

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

interface TextEditOptions {
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

interface TextViewport {
	/** Text before the cursor, at the cursor (a blank at the end of the text), and after it. */
	before: string;
	under: string;
	after: string;
	/** Text is cut off on that side. */
	cutLeft: boolean;
	cutRight: boolean;
}

/**
 * The part of a line around the cursor that fits a width.
 *
 * @param markWidth width of the ellipsis on either side
 */
export function getTextViewport(
	state: TextFieldState,
	width: number,
	markWidth: number,
): TextViewport {
	const { text, cursor } = state;
	const under = text[cursor] ?? ' ';
	const widths = text.map((character) => getCellWidth(character));
	const total = widths.reduce((sum, width) => sum + width, 0) + (cursor === text.length ? 1 : 0);
	const part = (from: number, to: number, cutLeft: boolean, cutRight: boolean): TextViewport => ({
		before: text.slice(from, cursor).join(''),
		under,
		after: text.slice(cursor + 1, to).join(''),
		cutLeft,
		cutRight,
	});
	if (total <= width) return part(0, text.length, false, false);
	let room = width - 2 * markWidth - Math.max(1, getCellWidth(under));
	let from = cursor;
	let to = cursor + 1;
	// Two thirds before the cursor: typed text matters more than what follows.
	const wanted = Math.ceil((room * 2) / 3);
	for (
		let used = 0;
		from > 0 && used + (widths[from - 1] ?? 0) <= wanted;
		used += widths[from] ?? 0
	) {
		from--;
		room -= widths[from] ?? 0;
	}
	while (to < text.length && (widths[to] ?? 0) <= room) room -= widths[to++] ?? 0;
	while (from > 0 && (widths[from - 1] ?? 0) <= room) room -= widths[--from] ?? 0;
	return part(from, to, from > 0, to < text.length);
}
