import { useState } from 'react';
import type { Choice } from '../../source/wizard/wizard-model.ts';
import { getKeyBinding, type KeyPress, useKeyHandler } from './keyboard.ts';
import { getVisibleChoiceCount } from './list-layout.ts';
import {
	clampListState,
	createListState,
	filterChoices,
	type ListAction,
	type ListState,
	listReducer,
} from './list-state.ts';
import { useBodySize } from './terminal-size.ts';

interface ListOptions {
	/** `/` and letters search. */
	typeAhead?: boolean;
	/** Available rows and cells; without a width, the whole body. */
	height: number;
	width?: number;
	/** Ids of letter keys with a meaning on this screen, which do not start a search. */
	reserved?: readonly string[];
	/** The value selected at first. */
	initial?: string;
	/** False: the list ignores keys. */
	active?: boolean;
}

export interface ListHandle {
	state: ListState;
	/** The choices that match the filter. */
	choices: readonly Choice[];
	/** The current choice. */
	choice: Choice | undefined;
	act(action: ListAction): void;
}

const moves = ['up', 'down', 'pageUp', 'pageDown', 'home', 'end'] as const;
/** Letter keys on screens with lists; a search for one of them starts with `/`. */
const letters = ['up', 'down', 'end', 'back', 'go', 'help'] as const;

function actionOf(
	press: KeyPress,
	state: ListState,
	{ typeAhead = false, reserved = [] }: ListOptions,
): ListAction | undefined {
	const { key, input, paste } = press;
	if (state.filtering) {
		if (paste !== undefined) return { type: 'type', text: paste.replace(/\s+/g, ' ').trim() };
		if (press.is('clear')) return { type: 'clear' };
		if (key.backspace || key.delete) return { type: 'backspace' };
		if (key.upArrow) return { type: 'up' };
		if (key.downArrow) return { type: 'down' };
		if (input !== '' && !key.ctrl && !key.meta) return { type: 'type', text: input };
	}
	const move = moves.find((id) => press.is(id));
	if (move !== undefined) return { type: move };
	if (!typeAhead || state.filtering || paste !== undefined) return undefined;
	if (press.is('filter')) return { type: 'find' };
	if (input === '' || key.ctrl || key.meta) return undefined;
	return [...letters, ...reserved].some((id) => getKeyBinding(id).matches(press))
		? undefined
		: { type: 'type', text: input };
}

/** A list moved and searched by keys. Enter belongs to the caller. */
export function useList(choices: readonly Choice[], options: ListOptions): ListHandle {
	const body = useBodySize();
	const { initial, active = true, width = body.width } = options;
	const room = { choices, height: getVisibleChoiceCount(choices, options.height, width) };
	const [held, setHeld] = useState(() => createListState(room, initial));
	const state = clampListState(held, room);
	const act = (action: ListAction) => setHeld(listReducer(state, action, room));
	useKeyHandler(
		(press) => {
			const action = actionOf(press, state, options);
			if (action === undefined) return false;
			act(action);
			return true;
		},
		{ active },
	);
	const left = filterChoices(choices, state.filter);
	return { state, choices: left, choice: left[state.index], act };
}
