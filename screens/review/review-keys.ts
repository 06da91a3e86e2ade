import type { ReviewScreen, WizardAction } from '../../source/wizard/wizard-model.ts';
import type { KeyPress } from '../parts/keyboard.ts';
import { toPointerMove } from './movement-keys.ts';
import type { ReviewContent } from './review-content.ts';
import { getBlockIds, getFocusedBlockId, moveFocus } from './scroll-blocks.ts';

export interface ReviewState {
	focus?: string;
	/** Why the last key had no effect. */
	notice?: string;
}

interface ReviewKeyResult {
	state: ReviewState;
	action?: WizardAction;
}

/** Handles a key; undefined when it has no meaning here. */
export function handleReviewKey(
	press: KeyPress,
	screen: ReviewScreen,
	content: ReviewContent,
	state: ReviewState,
	pageSize: number,
): ReviewKeyResult | undefined {
	const ids = getBlockIds(content.blocks);
	const focus = getFocusedBlockId(ids, state.focus);
	const stay = (notice: string): ReviewKeyResult => ({ state: { ...state, notice } });
	const move = toPointerMove(press);
	if (move !== undefined) {
		const to = moveFocus(ids, focus, move, pageSize);
		return { state: to === undefined ? {} : { focus: to } };
	}
	if (press.is('review.begin')) {
		const { problems } = screen;
		if (problems.length === 0) return { state: {}, action: { type: 'on' } };
		return {
			state: { focus: 'problem:0', notice: 'Cannot start yet. Press Enter to fix this problem.' },
		};
	}
	if (press.is('review.edit')) {
		const key = content.keys.get(focus ?? '');
		if (key !== undefined) return { state, action: { type: 'go', key } };
		return stay('This row cannot be edited. Press y to start; answers are listed below.');
	}
	if (press.is('back', 'escape')) return { state, action: { type: 'back' } };
	return undefined;
}
