import type { Choice } from '../../source/engine/guide/model.ts';

export interface ListState {
	/** Index of the current choice among the filtered ones. */
	index: number;
	/** Index of the first visible choice. */
	offset: number;
	filter: string;
	/** Letters go into the filter. */
	filtering: boolean;
}

export type ListAction =
	| { type: 'up' | 'down' | 'pageUp' | 'pageDown' | 'home' | 'end' }
	| { type: 'find' | 'backspace' | 'clear' }
	| { type: 'type'; text: string };

/** All choices, and how many are visible at once. */
export interface ListRoom {
	choices: readonly Choice[];
	height: number;
}

const squeezed = (text: string): string => text.toLowerCase();

/** The choices that contain every word of the filter. */
export function filtered(choices: readonly Choice[], filter: string): readonly Choice[] {
	const words = squeezed(filter).split(/\s+/).filter(Boolean);
	if (words.length === 0) return choices;
	return choices.filter(({ value, label, hint = '' }) => {
		const text = squeezed(`${label} ${value} ${hint}`);
		return words.every((word) => text.includes(word));
	});
}

/** The initial state: at the initial value, otherwise at the first available choice. */
export function listStart(room: ListRoom, initial?: string): ListState {
	const wanted = room.choices.findIndex(({ value }) => value === initial);
	const free = room.choices.findIndex(({ refusal }) => refusal === undefined);
	const index = Math.max(0, wanted >= 0 ? wanted : free);
	return settled({ index, offset: 0, filter: '', filtering: false }, room);
}

/** Clamps pointer and window after the choices or the height changed. */
export function settled(state: ListState, room: ListRoom): ListState {
	const count = filtered(room.choices, state.filter).length;
	const height = Math.max(1, room.height);
	const index = Math.min(Math.max(0, state.index), Math.max(0, count - 1));
	const lowest = Math.max(0, index - height + 1);
	const offset = Math.min(Math.max(state.offset, lowest), index, Math.max(0, count - height));
	return index === state.index && offset === state.offset ? state : { ...state, index, offset };
}

function refiltered(state: ListState, filter: string, room: ListRoom): ListState {
	const pointed = filtered(room.choices, state.filter)[state.index];
	const left = filtered(room.choices, filter);
	// While letters are deleted, the pointer stays on its choice.
	const kept = filter.length < state.filter.length && pointed ? left.indexOf(pointed) : 0;
	return settled({ ...state, filter, index: Math.max(0, kept), offset: 0 }, room);
}

/** Applies a key. The list does not wrap around. */
export function listReducer(state: ListState, action: ListAction, room: ListRoom): ListState {
	const page = Math.max(1, room.height - 1);
	const to = (index: number) => settled({ ...state, index }, room);
	switch (action.type) {
		case 'up':
			return to(state.index - 1);
		case 'down':
			return to(state.index + 1);
		case 'pageUp':
			return to(state.index - page);
		case 'pageDown':
			return to(state.index + page);
		case 'home':
			return to(0);
		case 'end':
			return to(room.choices.length);
		case 'find':
			return { ...state, filtering: true };
		case 'type':
			return refiltered({ ...state, filtering: true }, state.filter + action.text, room);
		case 'backspace': {
			// Backspace on an empty filter ends the search.
			if (state.filter === '') return { ...state, filtering: false };
			return refiltered(state, Array.from(state.filter).slice(0, -1).join(''), room);
		}
		case 'clear':
			return { ...refiltered(state, '', room), filtering: false };
	}
}
