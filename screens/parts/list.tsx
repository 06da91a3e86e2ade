import { Box } from 'ink';
import SelectInput from 'ink-select-input';
import { type ReactNode, type RefObject, useState } from 'react';
import type { Choice } from '../../source/wizard/wizard-view-model.ts';
import { getScopeKeyBindings, type KeyScope } from './key-bindings.ts';
import { type KeyPress, useKeyHandler } from './key-handlers.tsx';
import { getPositionAfterMove, type NavigationMove, toNavigationMove } from './scroll-pane.tsx';
import {
	formatHiddenRows,
	getWidthInCells,
	padOrTruncateText,
	TextLine,
	TextLines,
	wrapSingleLine,
} from './styled-text.tsx';
import { useBodySize } from './terminal-and-body-size.ts';
import { useTheme } from './theme.ts';

interface ListProps {
	/** From `useList`, which handles the keys. */
	list: ListHandle;
	/** Available rows; the list takes no more than it needs. */
	height: number;
	width: number;
	/** Draws a checkbox before each choice, for lists with several selections. */
	ticked?: ReadonlySet<string>;
}

interface ChoiceRowProps {
	/** Padded to the label column. */
	label: string;
	hint?: string;
	unavailable?: boolean;
	width?: number;
	isSelected?: boolean;
}

function ChoiceRow(props: ChoiceRowProps): ReactNode {
	const { label, hint = '', unavailable = false, width = 0, isSelected = false } = props;
	const role = unavailable ? 'dim' : isSelected ? 'accent' : undefined;
	const bold = isSelected && !unavailable;
	return (
		<TextLine
			width={width}
			pieces={[
				{ text: label, role, bold },
				{ text: hint, role: 'dim' },
			]}
		/>
	);
}

function Pointer({ isSelected = false }: { isSelected?: boolean }): ReactNode {
	const { glyphs } = useTheme();
	const text = isSelected ? glyphs.pointer : ' ';
	return <TextLine width={LIST_POINTER_WIDTH} pieces={[{ text, role: 'accent' }]} />;
}

/** Choices, one per row, with a pointer. */
export function ChoiceList({ list, height, width, ticked }: ListProps): ReactNode {
	const theme = useTheme();
	const { glyphs } = theme;
	const { choices, choice: pointed, state, matches } = list;
	const inner = width - LIST_POINTER_WIDTH;
	const lines = getMessageLines(list, width);
	const room = Math.max(1, height - lines.length);
	const shown = getVisibleChoiceCount(choices, room, width);
	const slice = choices.slice(state.offset, state.offset + shown);
	const labelWidth = getLabelWidth(choices, inner);
	const items = slice.map((choice) => {
		const { value, refusal } = choice;
		const aside = getChoiceHint(choice);
		const mark = ticked?.has(value) ? glyphs.ticked : glyphs.unticked;
		const box = ticked === undefined ? '' : `${mark} `;
		const room = Math.max(4, Math.min(labelWidth, inner - getWidthInCells(box)));
		const label = box + padOrTruncateText(choice.label, room, theme);
		return {
			...{ value, width: inner, unavailable: refusal !== undefined },
			label: aside === '' ? label.trimEnd() : label,
			hint: aside === '' ? '' : ' '.repeat(HINT_GAP) + aside,
		};
	});
	const needsWhole =
		pointed !== undefined &&
		room >= FULL_CHOICE_TEXT_ROWS + 2 &&
		isChoiceTruncated(pointed, labelWidth, inner);
	const below = choices.length - state.offset - slice.length;
	const more = formatHiddenRows(state.offset, below, theme);
	return (
		<Box flexDirection="column" width={width}>
			<TextLines
				width={width}
				lines={lines}
				colour={state.refused ? 'warning' : matches ? 'accent' : 'strong'}
			/>
			<SelectInput
				// It has no focus, because it reads keys past the key handlers: it misses those that
				// arrive in one chunk, selects by digits and wraps around. A new key moves its pointer.
				isFocused={false}
				key={`${state.filter}:${state.offset}:${state.index}:${choices.length}`}
				items={items}
				initialIndex={state.index - state.offset}
				indicatorComponent={Pointer}
				itemComponent={ChoiceRow}
			/>
			{more !== '' && slice.length < room && (
				<TextLine width={width} pieces={[{ text: `  ${more}`, role: 'dim' }]} />
			)}
			{needsWhole && (
				<TextLines
					width={width}
					height={FULL_CHOICE_TEXT_ROWS}
					indent={`  ${glyphs.bar} `}
					colour="dim"
					lines={wrapSingleLine(
						[pointed.label, getChoiceHint(pointed)].filter(Boolean).join('  '),
						width - LIST_POINTER_WIDTH - 2,
					)}
				/>
			)}
		</Box>
	);
}

/** What every search says without a match. */
export const NO_MATCHES = 'No matches. Press Esc to clear the search.';

/** Above the choices: the search, and why typed text has no effect. */
function getMessageLines(
	{ state, matches }: Pick<ListHandle, 'state' | 'matches'>,
	width: number,
): string[] {
	if (state.refused) return ['Typing has no effect here. Use the arrow keys.'];
	if (!state.filtering) return [];
	return [formatSearch(state), ...(matches ? [] : wrapSingleLine(NO_MATCHES, width))];
}

/** The typed search. */
export const formatSearch = ({ filter }: Pick<ListState, 'filter'>): string => `search: ${filter}_`;

/** Blanks between a label and its hint. */
export const HINT_GAP = 2;
/** Width of the pointer before a label. */
export const LIST_POINTER_WIDTH = 2;
/** Rows for the full text of the selected choice when its row is cut. */
export const FULL_CHOICE_TEXT_ROWS = 3;

/** The text beside a label. */
export const getChoiceHint = ({ hint, refusal }: Choice): string =>
	refusal === undefined ? (hint ?? '') : `unavailable: ${refusal}`;

/** Width of the label column, which aligns the hints. */
export function getLabelWidth(choices: readonly Choice[], width: number): number {
	const longest = choices.reduce((most, { label }) => Math.max(most, getWidthInCells(label)), 0);
	const aside = choices.some((choice) => getChoiceHint(choice) !== '');
	return Math.min(longest, Math.max(8, aside ? Math.floor(width * 0.6) : width));
}

/** Whether a choice does not fit its row. */
export function isChoiceTruncated(choice: Choice, labelWidth: number, width: number): boolean {
	const aside = getChoiceHint(choice);
	if (getWidthInCells(choice.label) > labelWidth) return true;
	return aside !== '' && labelWidth + HINT_GAP + getWidthInCells(aside) > width;
}

/** Number of visible choices; some rows are needed when choices are cut or hidden. */
function getVisibleChoiceCount(choices: readonly Choice[], height: number, width: number): number {
	const inner = width - LIST_POINTER_WIDTH;
	const labelWidth = getLabelWidth(choices, inner);
	const cut = choices.some((choice) => isChoiceTruncated(choice, labelWidth, inner));
	const whole = cut && height >= FULL_CHOICE_TEXT_ROWS + 2 ? FULL_CHOICE_TEXT_ROWS : 0;
	const more = choices.length > height - whole ? 1 : 0;
	return Math.max(1, height - whole - more);
}

interface ListState {
	/** Index of the current choice among the filtered ones. */
	index: number;
	/** Index of the first visible choice. */
	offset: number;
	filter: string;
	/** Letters go into the filter. */
	filtering: boolean;
	/** Text was typed into a list without a search. No choice is current until the pointer moves. */
	refused: boolean;
}

export type ListAction =
	| { type: NavigationMove }
	| { type: 'find' | 'backspace' | 'clear' | 'clearText' | 'refuse' }
	| { type: 'type' | 'point'; text: string };

/** All choices, and how many are visible at once. */
interface ListViewport {
	choices: readonly Choice[];
	height: number;
	/** The choice that enters a custom value: always listed, because the search is its text. */
	customValue?: string | undefined;
}

/** The choices that contain every word of the filter. */
export function filterChoices(
	choices: readonly Choice[],
	filter: string,
	customValue?: string,
): readonly Choice[] {
	const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
	if (words.length === 0) return choices;
	return choices.filter(({ value, label, hint = '' }) => {
		if (value === customValue) return true;
		const text = `${label} ${value} ${hint}`.toLowerCase();
		return words.every((word) => text.includes(word));
	});
}

/** The initial state: at the initial value, otherwise at the first available choice. */
export function createListState(viewport: ListViewport, initial?: string): ListState {
	const wanted = viewport.choices.findIndex(({ value }) => value === initial);
	const free = viewport.choices.findIndex(({ refusal }) => refusal === undefined);
	const index = Math.max(0, wanted >= 0 ? wanted : free);
	return clampListState(
		{ index, offset: 0, filter: '', filtering: false, refused: false },
		viewport,
	);
}

/** Clamps pointer and window after the choices or the height changed. */
export function clampListState(state: ListState, viewport: ListViewport): ListState {
	const count = filterChoices(viewport.choices, state.filter, viewport.customValue).length;
	const height = Math.max(1, viewport.height);
	const index = Math.min(Math.max(0, state.index), Math.max(0, count - 1));
	const lowest = Math.max(0, index - height + 1);
	const offset = Math.min(Math.max(state.offset, lowest), index, Math.max(0, count - height));
	return index === state.index && offset === state.offset ? state : { ...state, index, offset };
}

function refiltered(state: ListState, filter: string, room: ListViewport): ListState {
	const { choices, customValue } = room;
	const pointed = filterChoices(choices, state.filter, customValue)[state.index];
	const left = filterChoices(choices, filter, customValue);
	// While letters are deleted, the pointer stays on its choice.
	const kept = filter.length < state.filter.length && pointed ? left.indexOf(pointed) : 0;
	return clampListState({ ...state, filter, index: Math.max(0, kept), offset: 0 }, room);
}

/** Applies a key. The list does not wrap around. */
export function listReducer(
	state: ListState,
	action: ListAction,
	viewport: ListViewport,
): ListState {
	switch (action.type) {
		case 'find':
			return { ...state, filtering: true };
		case 'type':
			return refiltered({ ...state, filtering: true }, state.filter + action.text, viewport);
		case 'backspace': {
			// Backspace on an empty filter ends the search.
			if (state.filter === '') return { ...state, filtering: false };
			return refiltered(state, Array.from(state.filter).slice(0, -1).join(''), viewport);
		}
		case 'clear':
			return { ...refiltered(state, '', viewport), filtering: false };
		case 'clearText':
			return refiltered(state, '', viewport);
		case 'refuse':
			return { ...state, refused: true };
		case 'point': {
			const index = viewport.choices.findIndex(({ value }) => value === action.text);
			const whole = { ...state, filter: '', filtering: false, index: Math.max(0, index) };
			return clampListState(whole, viewport);
		}
		default: {
			const page = Math.max(1, viewport.height - 1);
			const last = viewport.choices.length - 1;
			const index = getPositionAfterMove(state.index, action.type, page, last);
			return clampListState({ ...state, index, refused: false }, viewport);
		}
	}
}

interface ListOptions {
	/** The scope of the list; its letter keys are commands until a search has started. */
	scope: KeyScope;
	/** Available rows and cells; without a width, the whole body. */
	height: number;
	width?: number;
	/** The value selected at first. */
	initial?: string;
	/** The choice that enters a custom value, if the list has one. */
	customValue?: string;
	/** Typed text is refused instead of searched, where it could be a secret. */
	refuseTyping?: boolean;
	/** Keeps the search when the list is replaced by one with other choices. */
	searchRef?: RefObject<string>;
	/** False: the list ignores keys. */
	active?: boolean;
}

interface ListHandle {
	state: ListState;
	/** The choices that match the filter. */
	choices: readonly Choice[];
	/** The current choice; undefined when nothing matches or typed text was refused. */
	choice: Choice | undefined;
	/** False when only the custom value is left, or nothing. */
	matches: boolean;
	act(action: ListAction): void;
}

/** The effect of text outside a search. */
const typedAction = (text: string, refuseTyping: boolean): ListAction =>
	refuseTyping ? { type: 'refuse' } : { type: 'type', text };

function actionOf(
	press: KeyPress,
	state: ListState,
	{ scope, refuseTyping = false }: ListOptions,
): ListAction | undefined {
	const { key, input, paste } = press;
	if (paste !== undefined) {
		const text = paste.replace(/\s+/g, ' ').trim();
		return text === '' ? undefined : typedAction(text, refuseTyping);
	}
	const isText = input !== '' && !key.ctrl && !key.meta;
	if (state.filtering) {
		if (press.is('clear')) return { type: 'clear' };
		if (press.is('clearText')) return { type: 'clearText' };
		if (key.backspace || key.delete) return { type: 'backspace' };
		if (isText) return { type: 'type', text: input };
	}
	const move = toNavigationMove(press);
	if (move !== undefined) return { type: move };
	if (!isText) return undefined;
	if (press.is('filter') && !refuseTyping) return { type: 'find' };
	return getScopeKeyBindings(scope).some(({ matches }) => matches(press))
		? undefined
		: typedAction(input, refuseTyping);
}

/** A list moved and searched by keys. Enter belongs to the caller. */
export function useList(all: readonly Choice[], options: ListOptions): ListHandle {
	const body = useBodySize();
	const { initial, active = true, width = body.width, customValue, searchRef } = options;
	const [held, setHeld] = useState(() => {
		const wide = { choices: all, height: options.height, customValue };
		const state = createListState(wide, initial);
		const text = searchRef?.current ?? '';
		return text === '' ? state : listReducer(state, { type: 'type', text }, wide);
	});
	const { filter } = held;
	const choices = filterChoices(all, filter, customValue).map((choice) =>
		choice.value === customValue && filter !== ''
			? { ...choice, label: `${choice.label}: ${filter}` }
			: choice,
	);
	const matches = filter === '' || choices.some(({ value }) => value !== customValue);
	const rows = options.height - getMessageLines({ state: held, matches }, width).length;
	const height = getVisibleChoiceCount(choices, Math.max(1, rows), width);
	const viewport: ListViewport = { choices: all, height, customValue };
	const state = clampListState(held, viewport);
	const act = (action: ListAction) => {
		const next = listReducer(state, action, viewport);
		if (searchRef !== undefined) searchRef.current = next.filter;
		setHeld(next);
	};
	useKeyHandler(
		(press) => {
			const action = actionOf(press, state, options);
			if (action === undefined) return false;
			act(action);
			return true;
		},
		{ active },
	);
	const choice = state.refused ? undefined : choices[state.index];
	return { state, choices, choice, matches, act };
}
