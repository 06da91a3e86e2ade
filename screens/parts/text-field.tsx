import { Box, Text } from 'ink';
import { type ReactNode, useState } from 'react';
import { escapeLine } from '../../source/engine/escape-for-terminal.ts';
import { type KeyPress, splitGraphemes, useKeyHandler } from './key-handlers.tsx';
import { getWidthInCells, truncateText } from './styled-text.tsx';
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
	const view = getTextViewport(shown, width, getWidthInCells(ellipsis));
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
			<TextField {...props} width={width - getWidthInCells(mark)} />
		</Box>
	);
}

export interface TextFieldState {
	/** Graphemes: what a user sees as one character each. */
	text: readonly string[];
	/** Number of graphemes before the cursor. */
	cursor: number;
}

type CursorMove = 'left' | 'right' | 'wordLeft' | 'wordRight' | 'home' | 'end' | 'up' | 'down';

type Deletion = 'backspace' | 'delete' | 'wordBack' | 'killBefore' | 'killAfter';

export type TextEditAction =
	| { type: CursorMove | Deletion }
	| { type: 'insert' | 'set'; text: string };

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

const isBlank = (character: string): boolean => /^[\s/:.,=@_-]$/.test(character);

/** The position after all characters on one side that match. */
function skip(
	text: readonly string[],
	from: number,
	step: -1 | 1,
	matches: (character: string) => boolean,
): number {
	for (let at = from; ; at += step) {
		const next = text[step < 0 ? at - 1 : at];
		if (next === undefined || !matches(next)) return at;
	}
}

function wordEdge({ text, cursor }: TextFieldState, step: -1 | 1): number {
	const start = skip(text, cursor, step, isBlank);
	return skip(text, start, step, (character) => !isBlank(character));
}

const lineEdge = ({ text, cursor }: TextFieldState, step: -1 | 1): number =>
	skip(text, cursor, step, (character) => character !== '\n');

function vertical(state: TextFieldState, step: -1 | 1): number {
	const start = lineEdge(state, -1);
	const end = lineEdge(state, 1);
	if (step < 0 && start === 0) return 0;
	if (step > 0 && end === state.text.length) return end;
	const otherStart = step < 0 ? lineEdge({ ...state, cursor: start - 1 }, -1) : end + 1;
	const otherEnd = lineEdge({ ...state, cursor: otherStart }, 1);
	return Math.min(otherStart + state.cursor - start, otherEnd);
}

const targets: Readonly<Record<CursorMove, (state: TextFieldState) => number>> = {
	left: ({ cursor }) => Math.max(0, cursor - 1),
	right: ({ text, cursor }) => Math.min(text.length, cursor + 1),
	wordLeft: (state) => wordEdge(state, -1),
	wordRight: (state) => wordEdge(state, 1),
	home: (state) => lineEdge(state, -1),
	end: (state) => lineEdge(state, 1),
	up: (state) => vertical(state, -1),
	down: (state) => vertical(state, 1),
};

/** The move whose way a deletion removes. */
const deletions: Readonly<Record<Deletion, CursorMove>> = {
	backspace: 'left',
	delete: 'right',
	wordBack: 'wordLeft',
	killBefore: 'home',
	killAfter: 'end',
};

/** Characters can combine where two texts meet, so graphemes are counted again. */
function joined(before: readonly string[], after: readonly string[]): TextFieldState {
	const head = before.join('');
	const text = splitGraphemes(head + after.join(''));
	let length = 0;
	let cursor = 0;
	while (cursor < text.length && length < head.length) length += text[cursor++]?.length ?? 0;
	return { text, cursor };
}

/** Applies a key or a paste. Pure; the cursor always stays within the text. */
export function textEditReducer(
	state: TextFieldState,
	action: TextEditAction,
	options: TextEditOptions = {},
): TextFieldState {
	const { text, cursor } = state;
	const { type } = action;
	if (type === 'set') return createTextFieldState(action.text, options);
	if (type === 'insert')
		return joined([...text.slice(0, cursor), plain(action.text, options)], text.slice(cursor));
	if (type in targets) return { ...state, cursor: targets[type as CursorMove](state) };
	const to = targets[deletions[type as Deletion]](state);
	return joined(text.slice(0, Math.min(to, cursor)), text.slice(Math.max(to, cursor)));
}

type Edits = Readonly<Record<string, CursorMove | Deletion>>;

const controlEdits: Edits = {
	a: 'home',
	e: 'end',
	u: 'killBefore',
	k: 'killAfter',
	w: 'wordBack',
};
const metaEdits: Edits = { b: 'wordLeft', f: 'wordRight' };

/** The edits of special keys: alone, and with ctrl or meta. */
const keyEdits = [
	['leftArrow', 'left', 'wordLeft'],
	['rightArrow', 'right', 'wordRight'],
	['home', 'home', 'home'],
	['end', 'end', 'end'],
	['backspace', 'backspace', 'wordBack'],
	['delete', 'delete', 'delete'],
] as const;

/** Maps a key to its edit action; undefined when it has none. */
export function toTextEditAction(
	press: KeyPress,
	options: TextEditOptions = {},
): TextEditAction | undefined {
	const { key, input, paste } = press;
	if (paste !== undefined) return { type: 'insert', text: paste };
	const special = keyEdits.find(([name]) => key[name]);
	if (special !== undefined) return { type: special[key.ctrl || key.meta ? 2 : 1] };
	if (options.multiline) {
		if (key.upArrow) return { type: 'up' };
		if (key.downArrow) return { type: 'down' };
		if (key.return && !key.meta) return { type: 'insert', text: '\n' };
		if (key.tab && !key.shift) return { type: 'insert', text: '\t' };
	}
	if (key.ctrl || key.meta) {
		const type = (key.ctrl ? controlEdits : metaEdits)[input];
		return type === undefined ? undefined : { type };
	}
	if (key.return || key.escape || key.tab || input === '') return undefined;
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
	const widths = text.map((character) => getWidthInCells(character));
	const total = widths.reduce((sum, width) => sum + width, 0) + (cursor === text.length ? 1 : 0);
	const part = (from: number, to: number, cutLeft: boolean, cutRight: boolean): TextViewport => ({
		before: text.slice(from, cursor).join(''),
		under,
		after: text.slice(cursor + 1, to).join(''),
		cutLeft,
		cutRight,
	});
	if (total <= width) return part(0, text.length, false, false);
	let room = width - 2 * markWidth - Math.max(1, getWidthInCells(under));
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
