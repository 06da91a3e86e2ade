import type { Action } from '../../source/engine/guide/model.ts';
import { type TextAction, type TextState, textStart } from '../parts/text-edit.ts';
import { close, closeInnermost, details, toggle } from './opening.ts';
import type { PlanRow } from './rows.ts';
import { confirming, finding } from './typing.ts';
import { inView, move, type PlanMove } from './window.ts';

export interface PlanState {
	/** Index of the row with the pointer, and of the first visible row. */
	cursor: number;
	top: number;
	open: ReadonlySet<string>;
	/** While `typing`, letters go into the query. */
	find?: { text: TextState; typing: boolean };
	/** The typed name that confirms a plan that destroys. */
	confirm?: { text: TextState; problem?: string };
}

/** The meaning of a key on this screen. */
export type PlanKey =
	| { type: 'move'; to: PlanMove }
	| { type: 'text'; action: TextAction }
	| { type: 'toggle' | 'open' | 'close' | 'details' | 'find' | 'apply' | 'save' | 'back' }
	| { type: 'escape' };

/** What the state depends on: the rows, the visible height and the required confirmation. */
export interface PlanGround {
	rows(state: PlanState): readonly PlanRow[];
	height: number;
	confirm?: string;
}

export interface PlanTurn {
	state: PlanState;
	send?: Action;
}

export const planAtFirst: PlanState = { cursor: 0, top: 0, open: new Set() };

/** Handles a key. Only `apply` applies, after the typed name where one is required. */
export function reducePlan(state: PlanState, key: PlanKey, ground: PlanGround): PlanTurn {
	if (state.confirm !== undefined) return confirming(state, state.confirm, key, ground);
	if (state.find?.typing) return finding(state, state.find, key, ground);
	const to = (next: PlanState): PlanTurn => ({ state: inView(next, ground) });
	switch (key.type) {
		case 'move':
			return to(move(state, key.to, ground));
		case 'toggle':
			return to(toggle(state, ground));
		case 'open':
			return to(toggle(state, ground, true));
		case 'close':
			return to(close(state, ground));
		case 'details':
			return to(details(state, ground));
		case 'find':
			return {
				state: { ...state, find: { text: state.find?.text ?? textStart(''), typing: true } },
			};
		case 'apply':
			if (ground.confirm === undefined) return { state, send: { type: 'apply' } };
			return { state: { ...state, confirm: { text: textStart('') } } };
		case 'save':
			return { state, send: { type: 'save-plan' } };
		case 'back':
			return { state, send: { type: 'back' } };
		case 'escape': {
			if (state.find !== undefined) return to({ ...state, find: undefined, cursor: 0, top: 0 });
			const closed = closeInnermost(state, ground);
			return closed === undefined ? { state, send: { type: 'not-now' } } : to(closed);
		}
		default:
			return { state };
	}
}
