import type { ChecksScreen, WizardAction } from '../../source/wizard/wizard-model.ts';
import type { KeyPress } from '../parts/keyboard.ts';
import { toPointerMove } from '../review/movement-keys.ts';
import { moveFocus } from '../review/scroll-blocks.ts';
import {
	type ChecksState,
	CONTINUE_ROW_ID,
	getFocusableIds,
	getFocusedCheckId,
	PASSED_ROW_ID,
} from './checks-state.ts';

/** The result of a key press. */
interface ChecksKeyResult {
	state: ChecksState;
	action?: WizardAction;
}

const isCheck = (id: string | undefined): id is string =>
	id !== undefined && id !== CONTINUE_ROW_ID && id !== PASSED_ROW_ID;

/**
 * Handles a key of the list of checks; undefined when it has no meaning here. `page` is a page in
 * checks.
 */
export function handleChecksKey(
	press: KeyPress,
	screen: ChecksScreen,
	state: ChecksState,
	pageSize: number,
): ChecksKeyResult | undefined {
	const at = getFocusedCheckId(screen, state);
	const move = toPointerMove(press);
	if (move !== undefined) {
		return {
			state: {
				...state,
				focus: moveFocus(getFocusableIds(screen, state.showPassed), at, move, pageSize),
			},
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

function opened(at: string | undefined, screen: ChecksScreen, state: ChecksState): ChecksKeyResult {
	if (at === CONTINUE_ROW_ID && screen.canGoOn) return { state, action: { type: 'on' } };
	if (at === PASSED_ROW_ID)
		return { state: { ...state, focus: PASSED_ROW_ID, showPassed: !state.showPassed } };
	if (!isCheck(at)) return { state };
	return { state: { ...state, focus: at, opened: { id: at, as: 'whole', top: 0 } } };
}

/** The keys to name for the current row, most likely first because footers are short. */
export function getChecksFooterKeys(
	screen: ChecksScreen,
	state: ChecksState,
	opened: boolean,
): string[] {
	if (opened) return ['move', 'overlay.close', 'help', 'interrupt'];
	const at = getFocusedCheckId(screen, state);
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
