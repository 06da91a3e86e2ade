import type { KeyPress } from '../parts/keyboard.ts';
import { toTextEditAction } from '../parts/text-edit.ts';
import type { PlanKeyAction, PlanPointerMove, PlanState } from './plan-types.ts';

const moves: readonly PlanPointerMove[] = ['up', 'down', 'pageUp', 'pageDown', 'top', 'end'];

/** Maps a key press to its meaning; undefined when it has none here. */
export function toPlanKeyAction(press: KeyPress, state: PlanState): PlanKeyAction | undefined {
	if (press.is('interrupt', 'suspend')) return undefined;
	if (press.is('escape')) return { type: 'escape' };
	if (state.confirm !== undefined || state.find?.typing) return typed(press);
	const move = moves.find((id) => press.is(id));
	if (move !== undefined) return { type: 'move', to: move };
	if (press.is('plan.open')) return { type: press.key.return ? 'toggle' : 'open' };
	if (press.is('plan.close')) return { type: 'close' };
	if (press.is('plan.details')) return { type: 'details' };
	if (press.is('plan.find')) return { type: 'find' };
	if (press.is('plan.save')) return { type: 'save' };
	if (press.is('plan.apply')) return { type: 'apply' };
	return press.is('back') ? { type: 'back' } : undefined;
}

function typed(press: KeyPress): PlanKeyAction | undefined {
	if (press.is('enter')) return { type: 'toggle' };
	// Only arrows and page keys move: letters, Home and End belong to the text.
	const { upArrow, downArrow, pageUp, pageDown } = press.key;
	if (upArrow) return { type: 'move', to: 'up' };
	if (downArrow) return { type: 'move', to: 'down' };
	if (pageUp) return { type: 'move', to: 'pageUp' };
	if (pageDown) return { type: 'move', to: 'pageDown' };
	const action = toTextEditAction(press);
	return action === undefined ? undefined : { type: 'text', action };
}
