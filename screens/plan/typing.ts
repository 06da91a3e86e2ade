import { textOf, textReducer } from '../parts/text-edit.ts';
import type { PlanGround, PlanKey, PlanState, PlanTurn } from './plan-state.ts';
import { inView, move } from './window.ts';

/** Keys while the confirmation is typed. */
export function confirming(
	state: PlanState,
	confirm: NonNullable<PlanState['confirm']>,
	key: PlanKey,
	ground: PlanGround,
): PlanTurn {
	switch (key.type) {
		case 'text':
			return { state: { ...state, confirm: { text: textReducer(confirm.text, key.action) } } };
		case 'escape':
			return { state: { ...state, confirm: undefined } };
		case 'move':
			// The rows can still be scrolled.
			return { state: inView(move(state, key.to, ground), ground) };
		case 'toggle': {
			const typed = textOf(confirm.text);
			if (typed === ground.confirm)
				return { state: { ...state, confirm: undefined }, send: { type: 'apply' } };
			const problem = typed === '' ? 'No confirmation entered' : 'The confirmation does not match';
			return {
				state: { ...state, confirm: { ...confirm, problem: `${problem}. Nothing was applied.` } },
			};
		}
		default:
			return { state };
	}
}

/** Keys while a search query is typed; the rows follow each letter. */
export function finding(
	state: PlanState,
	find: NonNullable<PlanState['find']>,
	key: PlanKey,
	ground: PlanGround,
): PlanTurn {
	const nothing = find.text.text.length === 0;
	const rest: PlanState = { ...state, find: nothing ? undefined : { ...find, typing: false } };
	switch (key.type) {
		case 'text': {
			const text = textReducer(find.text, key.action);
			if (textOf(text) === textOf(find.text))
				return { state: { ...state, find: { ...find, text } } };
			const found = { ...state, cursor: 0, top: 0, find: { text, typing: true } };
			return { state: inView(found, ground) };
		}
		case 'escape':
			return { state: inView({ ...state, find: undefined, cursor: 0, top: 0 }, ground) };
		case 'toggle':
			return { state: inView(rest, ground) };
		case 'move':
			return { state: inView(move(rest, key.to, ground), ground) };
		default:
			return { state };
	}
}
