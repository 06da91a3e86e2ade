import type { Action, ReviewScreen } from '../../source/engine/guide/model.ts';
import type { Press } from '../parts/keys.ts';
import { idsOf, moved, pointed } from './blocks.ts';
import type { Content } from './content.ts';
import { moveOf } from './moves.ts';

export interface ReviewState {
	focus?: string;
	/** Why the last key had no effect. */
	notice?: string;
}

export interface ReviewOutcome {
	state: ReviewState;
	action?: Action;
}

/** Handles a key; undefined when it has no meaning here. */
export function reviewPressed(
	press: Press,
	screen: ReviewScreen,
	content: Content,
	state: ReviewState,
	page: number,
): ReviewOutcome | undefined {
	const ids = idsOf(content.blocks);
	const focus = pointed(ids, state.focus);
	const stay = (notice: string): ReviewOutcome => ({ state: { ...state, notice } });
	const move = moveOf(press);
	if (move !== undefined) {
		const to = moved(ids, focus, move, page);
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
