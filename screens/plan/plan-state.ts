import { createTextFieldState } from '../parts/text-edit.ts';
import { collapseInnermost, collapseRow, toggleDetails, toggleRow } from './expand-collapse.ts';
import type { PlanContext, PlanKeyAction, PlanState, PlanTransition } from './plan-types.ts';
import { movePlanPointer, scrollIntoView } from './scroll-window.ts';
import { handleConfirmationKey, handleSearchKey } from './search-and-confirm.ts';

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
