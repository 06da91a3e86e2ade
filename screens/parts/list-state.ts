import type { Choice } from '../../source/wizard/wizard-model.ts';

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
interface ListViewport {
	choices: readonly Choice[];
	height: number;
}

const squeezed = (text: string): string => text.toLowerCase();

/** The choices that contain every word of the filter. */
export function filterChoices(choices: readonly Choice[], filter: string): readonly Choice[] {
	const words = squeezed(filter).split(/\s+/).filter(Boolean);
	if (words.length === 0) return choices;
	return choices.filter(({ value, label, hint = '' }) => {
		const text = squeezed(`${label} ${value} ${hint}`);
		return words.every((word) => text.includes(word));
	});
}

/** The initial state: at the initial value, otherwise at the first available choice. */
export function createListState(viewport: ListViewport, initial?: string): ListState {
	const wanted = viewport.choices.findIndex(({ value }) => value === initial);
	const free = viewport.choices.findIndex(({ refusal }) => refusal === undefined);
	const index = Math.max(0, wanted >= 0 ? wanted : free);
	return clampListState({ index, offset: 0, filter: '', filtering: false }, viewport);
}

/** Clamps pointer and window after the choices or the height changed. */
export function clampListState(state: ListState, viewport: ListViewport): ListState {
	const count = filterChoices(viewport.choices, state.filter).length;
	const height = Math.max(1, viewport.height);
	const index = Math.min(Math.max(0, state.index), Math.max(0, count - 1));
	const lowest = Math.max(0, index - height + 1);
	const offset = Math.min(Math.max(state.offset, lowest), index, Math.max(0, count - height));
	return index === state.index && offset === state.offset ? state : { ...state, index, offset };
}

function refiltered(state: ListState, filter: string, room: ListViewport): ListState {
	const pointed = filterChoices(room.choices, state.filter)[state.index];
	const left = filterChoices(room.choices, filter);
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
	const page = Math.max(1, viewport.height - 1);
	const to = (index: number) => clampListState({ ...state, index }, viewport);
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
			return to(viewport.choices.length);
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
	}
}
