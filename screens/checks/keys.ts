import type { Action, ChecksScreen } from '../../source/engine/guide/model.ts';
import type { Press } from '../parts/keys.ts';
import { moved } from '../review/blocks.ts';
import { moveOf } from '../review/moves.ts';
import { type ChecksState, focusable, ON, PASSED, standing } from './state.ts';

/** The result of a key press. */
export interface Outcome {
	state: ChecksState;
	action?: Action;
}

const isCheck = (id: string | undefined): id is string =>
	id !== undefined && id !== ON && id !== PASSED;

/**
 * Handles a key of the list of checks; undefined when it has no meaning here. `page` is a page in
 * checks.
 */
export function pressed(
	press: Press,
	screen: ChecksScreen,
	state: ChecksState,
	page: number,
): Outcome | undefined {
	const at = standing(screen, state);
	const move = moveOf(press);
	if (move !== undefined) {
		return {
			state: { ...state, focus: moved(focusable(screen, state.showPassed), at, move, page) },
		};
	}
	if (press.is('checks.open')) return opened(at, screen, state);
	if (press.is('checks.on')) return screen.canGoOn ? { state, action: { type: 'on' } } : { state };
	if (press.is('checks.recheck')) return { state, action: { type: 'recheck' } };
	if (press.is('checks.recheckOne')) {
		return isCheck(at) ? { state, action: { type: 'recheck', id: at } } : { state };
	}
	if (press.is('checks.passed')) return { state: { ...state, showPassed: !state.showPassed } };
	if (press.is('checks.fix') && isCheck(at)) {
		const fix = screen.checks.find(({ id }) => id === at)?.fix;
		const as = fix === undefined ? 'whole' : 'fix';
		return { state: { ...state, focus: at, opened: { id: at, as, top: 0 } } };
	}
	if (press.is('back', 'escape')) return { state, action: { type: 'back' } };
	return undefined;
}

function opened(at: string | undefined, screen: ChecksScreen, state: ChecksState): Outcome {
	if (at === ON && screen.canGoOn) return { state, action: { type: 'on' } };
	if (at === PASSED) return { state: { ...state, focus: PASSED, showPassed: !state.showPassed } };
	if (!isCheck(at)) return { state };
	return { state: { ...state, focus: at, opened: { id: at, as: 'whole', top: 0 } } };
}

/** The keys to name for the current row, most likely first because footers are short. */
export function footerKeys(screen: ChecksScreen, state: ChecksState, opened: boolean): string[] {
	if (opened) return ['move', 'overlay.close', 'help', 'interrupt'];
	const at = standing(screen, state);
	const fix = screen.checks.some((check) => check.id === at && check.fix !== undefined);
	return [
		'move',
		'checks.open',
		...(screen.canGoOn ? ['checks.on'] : []),
		...(fix ? ['checks.fix'] : []),
		'checks.recheck',
		'back',
		...(isCheck(at) ? ['checks.recheckOne'] : []),
		'go',
		'help',
		'interrupt',
	];
}
