import type { WizardAction } from '../../source/wizard/wizard-model.ts';
import {
	createTextFieldState,
	type TextEditAction,
	type TextFieldState,
} from '../parts/text-edit.ts';
import { collapseInnermost, collapseRow, toggleDetails, toggleRow } from './expand-collapse.ts';
import type { PlanRow } from './plan-rows.ts';
import { movePlanPointer, type PlanPointerMove, scrollIntoView } from './scroll-window.ts';
import { handleConfirmationKey, handleSearchKey } from './search-and-confirm.ts';

export interface PlanState {
	/** Index of the row with the pointer, and of the first visible row. */
	cursor: number;
	top: number;
	open: ReadonlySet<string>;
	/** While `typing`, letters go into the query. */
	find?: { text: TextFieldState; typing: boolean };
	/** The typed name that confirms a plan that destroys. */
	confirm?: { text: TextFieldState; problem?: string };
}

/** The meaning of a key on this screen. */
export type PlanKeyAction =
	| { type: 'move'; to: PlanPointerMove }
	| { type: 'text'; action: TextEditAction }
	| { type: 'toggle' | 'open' | 'close' | 'details' | 'find' | 'apply' | 'save' | 'back' }
	| { type: 'escape' };

/** What the state depends on: the rows, the visible height and the required confirmation. */
export interface PlanContext {
	rows(state: PlanState): readonly PlanRow[];
	height: number;
	confirm?: string;
}

export interface PlanTransition {
	state: PlanState;
	send?: WizardAction;
}

export const initialPlanState: PlanState = { cursor: 0, top: 0, open: new Set() };

/** Handles a key. Only `apply` applies, after the typed name where one is required. */
export function planReducer(
	state: PlanState,
	key: PlanKeyAction,
	context: PlanContext,
): PlanTransition {
	if (state.confirm !== undefined) return handleConfirmationKey(state, state.confirm, key, context);
	if (state.find?.typing) return handleSearchKey(state, state.find, key, context);
	const to = (next: PlanState): PlanTransition => ({ state: scrollIntoView(next, context) });
	switch (key.type) {
		case 'move':
			return to(movePlanPointer(state, key.to, context));
		case 'toggle':
			return to(toggleRow(state, context));
		case 'open':
			return to(toggleRow(state, context, true));
		case 'close':
			return to(collapseRow(state, context));
		case 'details':
			return to(toggleDetails(state, context));
		case 'find':
			return {
				state: {
					...state,
					find: { text: state.find?.text ?? createTextFieldState(''), typing: true },
				},
			};
		case 'apply':
			if (context.confirm === undefined) return { state, send: { type: 'apply' } };
			return { state: { ...state, confirm: { text: createTextFieldState('') } } };
		case 'save':
			return { state, send: { type: 'save-plan' } };
		case 'back':
			return { state, send: { type: 'back' } };
		case 'escape': {
			if (state.find !== undefined) return to({ ...state, find: undefined, cursor: 0, top: 0 });
			const closed = collapseInnermost(state, context);
			return closed === undefined ? { state, send: { type: 'not-now' } } : to(closed);
		}
		default:
			return { state };
	}
}
