import { useState } from 'react';
import type { Choice } from '../../source/engine/guide/model.ts';
import { bindingOf, type Press, useKeys } from './keys.ts';
import { listRows } from './list-layout.ts';
import {
	filtered,
	type ListAction,
	type ListState,
	listReducer,
	listStart,
	settled,
} from './list-state.ts';
import { useBody } from './size.ts';

export interface ListOptions {
	/** `/` and letters find. */
	typeAhead?: boolean;
	/** Rows and cells the list may use; without a width, the whole body's. */
	height: number;
	width?: number;
	/** Ids of keys that are letters and mean something on this screen: they begin no search. */
	reserved?: readonly string[];
	/** The value pointed at first. */
	initial?: string;
	/** False: keys go past it. */
	active?: boolean;
}

export interface ListHandle {
	state: ListState;
	/** What the filter leaves. */
	choices: readonly Choice[];
	/** What the pointer is on. */
	choice: Choice | undefined;
	act(action: ListAction): void;
}

const moves = ['up', 'down', 'pageUp', 'pageDown', 'home', 'end'] as const;
/** Letters that mean something on screens with lists; a search for one begins with `/`. */
const letters = ['up', 'down', 'end', 'back', 'go', 'help'] as const;

function actionOf(
	press: Press,
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
	return [...letters, ...reserved].some((id) => bindingOf(id).matches(press))
		? undefined
		: { type: 'type', text: input };
}

/** A list that is moved over and searched in by keys. Enter is the caller's. */
export function useList(choices: readonly Choice[], options: ListOptions): ListHandle {
	const body = useBody();
	const { initial, active = true, width = body.width } = options;
	const room = { choices, height: listRows(choices, options.height, width) };
	const [held, setHeld] = useState(() => listStart(room, initial));
	const state = settled(held, room);
	const act = (action: ListAction) => setHeld(listReducer(state, action, room));
	useKeys(
		(press) => {
			const action = actionOf(press, state, options);
			if (action === undefined) return false;
			act(action);
			return true;
		},
		{ active },
	);
	const left = filtered(choices, state.filter);
	return { state, choices: left, choice: left[state.index], act };
}
