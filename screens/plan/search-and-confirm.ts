import { getFieldText, textEditReducer } from '../parts/text-edit.ts';
import type { PlanContext, PlanKeyAction, PlanState, PlanTransition } from './plan-types.ts';
import { movePlanPointer, scrollIntoView } from './scroll-window.ts';

/** Keys while the confirmation is typed. */
export function handleConfirmationKey(
	state: PlanState,
	confirmation: NonNullable<PlanState['confirm']>,
	key: PlanKeyAction,
	context: PlanContext,
): PlanTransition {
	switch (key.type) {
		case 'text':
			return {
				state: { ...state, confirm: { text: textEditReducer(confirmation.text, key.action) } },
			};
		case 'escape':
			return { state: { ...state, confirm: undefined } };
		case 'move':
			// The rows can still be scrolled.
			return { state: scrollIntoView(movePlanPointer(state, key.to, context), context) };
		case 'toggle': {
			const typed = getFieldText(confirmation.text);
			if (typed === context.confirm)
				return { state: { ...state, confirm: undefined }, send: { type: 'apply' } };
			const problem = typed === '' ? 'No confirmation entered' : 'The confirmation does not match';
			return {
				state: {
					...state,
					confirm: { ...confirmation, problem: `${problem}. Nothing was applied.` },
				},
			};
		}
		default:
			return { state };
	}
}

/** Keys while a search query is typed; the rows follow each letter. */
export function handleSearchKey(
	state: PlanState,
	search: NonNullable<PlanState['find']>,
	key: PlanKeyAction,
	context: PlanContext,
): PlanTransition {
	const nothing = search.text.text.length === 0;
	const rest: PlanState = { ...state, find: nothing ? undefined : { ...search, typing: false } };
	switch (key.type) {
		case 'text': {
			const text = textEditReducer(search.text, key.action);
			if (getFieldText(text) === getFieldText(search.text))
				return { state: { ...state, find: { ...search, text } } };
			const found = { ...state, cursor: 0, top: 0, find: { text, typing: true } };
			return { state: scrollIntoView(found, context) };
		}
		case 'escape':
			return { state: scrollIntoView({ ...state, find: undefined, cursor: 0, top: 0 }, context) };
		case 'toggle':
			return { state: scrollIntoView(rest, context) };
		case 'move':
			return { state: scrollIntoView(movePlanPointer(rest, key.to, context), context) };
		default:
			return { state };
	}
}
