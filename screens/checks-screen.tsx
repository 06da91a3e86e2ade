import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import type { ChecksScreen, WizardAction } from '../source/wizard/wizard-view-model.ts';
import {
	type ChecksState,
	CONTINUE_ROW_ID,
	createCheckBlocks,
	createCheckDetailRows,
	createChecksFooterRows,
	createChecksHeaderRows,
	getFocusableRowIds,
	getFocusedChecksRowId,
	initialChecksState,
	PASSED_ROW_ID,
} from './checks/check-rows.ts';
import { useSpinner } from './parts/clock.ts';
import { useRegisterFooterKeys } from './parts/footer.tsx';
import { type KeyPress, useKeyHandler } from './parts/key-handlers.tsx';
import {
	BlockPane,
	getFocusAfterMove,
	getPaneBodyHeight,
	getScrollTopAfterMove,
	ScrolledRows,
	toNavigationMove,
} from './parts/scroll-pane.tsx';
import { type ScreenProps, useBodySize } from './parts/terminal-and-body-size.ts';
import { useTheme } from './parts/theme.ts';

/** The checks, worst first; every failed one with its finding and its fix. */
export function ChecksView({ screen, controller }: ScreenProps<ChecksScreen>): ReactNode {
	const theme = useTheme();
	const { width, height } = useBodySize();
	const [state, setState] = useState(initialChecksState);
	const { now, spinner } = useSpinner(screen.running > 0);

	const shown = screen.checks.find(({ id }) => id === state.opened?.id);
	const opened =
		shown && state.opened
			? { ...state.opened, rows: createCheckDetailRows(shown, state.opened.as, width, theme) }
			: undefined;
	useRegisterFooterKeys(getChecksFooterKeys(screen, state, opened !== undefined));
	const at = getFocusedChecksRowId(screen, state);
	const head = createChecksHeaderRows(screen, { theme, spinner, now, width });
	const { refused = false } = state;
	const pointed = at === CONTINUE_ROW_ID;
	const foot = createChecksFooterRows(screen, { theme, width, pointed, refused });
	const room = getPaneBodyHeight({ head, foot, height });

	const onOpened = (press: KeyPress, rows: number, top: number): boolean => {
		const move = toNavigationMove(press);
		if (move !== undefined && state.opened !== undefined) {
			const to = getScrollTopAfterMove(top, move, rows, height);
			setState({ ...state, opened: { ...state.opened, top: to } });
			return true;
		}
		const waiting = screen.running > 0 && press.is('checks.on');
		if (!waiting && !press.is('back', 'escape', 'enter', 'checks.fix')) {
			return press.is('checks.on', 'checks.recheck', 'checks.recheckOne', 'checks.passed');
		}
		const { opened: _, ...rest } = state;
		setState({ ...rest, refused: waiting });
		return true;
	};
	useKeyHandler((press) => {
		if (opened !== undefined) return onOpened(press, opened.rows.length, opened.top);
		const outcome = handleChecksKey(press, screen, state, Math.floor(room / 2));
		if (outcome === undefined) return false;
		setState({ ...outcome.state, refused: outcome.refused === true });
		if (outcome.action !== undefined) controller.act(outcome.action);
		return true;
	});

	if (opened !== undefined) {
		return (
			<Box flexDirection="column">
				<ScrolledRows rows={opened.rows} width={width} height={height} top={opened.top} />
			</Box>
		);
	}
	const blocks = createCheckBlocks(screen, {
		width: width - 2,
		theme,
		spinner,
		showPassed: state.showPassed,
	});
	return (
		<BlockPane
			{...{ head, foot, blocks, width, height }}
			focus={at}
			// Until the pointer moves, the worst checks must stay visible.
			fromTop={state.focus === undefined}
		/>
	);
}

/** The result of a key press. */
interface ChecksKeyResult {
	state: ChecksState;
	action?: WizardAction;
	/** The key has no effect yet. */
	refused?: boolean;
}

const isCheck = (id: string | undefined): id is string =>
	id !== undefined && id !== CONTINUE_ROW_ID && id !== PASSED_ROW_ID;

/**
 * Handles a key of the list of checks; undefined when it has no meaning here. `page` is a page in
 * checks.
 */
function handleChecksKey(
	press: KeyPress,
	screen: ChecksScreen,
	state: ChecksState,
	pageSize: number,
): ChecksKeyResult | undefined {
	const at = getFocusedChecksRowId(screen, state);
	const move = toNavigationMove(press);
	if (move !== undefined) {
		const ids = getFocusableRowIds(screen, state.showPassed);
		return { state: { ...state, focus: getFocusAfterMove(ids, at, move, pageSize) } };
	}
	if (press.is('checks.open')) return opened(at, screen, state);
	if (press.is('checks.on'))
		return screen.canContinue ? { state, action: { type: 'on' } } : { state, refused: true };
	if (press.is('checks.recheck')) return { state, action: { type: 'recheck' } };
	if (press.is('checks.recheckOne')) {
		return isCheck(at) ? { state, action: { type: 'recheck', id: at } } : { state, refused: true };
	}
	if (press.is('checks.passed')) return { state: { ...state, showPassed: !state.showPassed } };
	if (press.is('checks.fix')) {
		if (!isCheck(at)) return { state, refused: true };
		const fix = screen.checks.find(({ id }) => id === at)?.fix;
		const as = fix === undefined ? 'whole' : 'fix';
		return { state: { ...state, focus: at, opened: { id: at, as, top: 0 } } };
	}
	if (press.is('back', 'escape')) return { state, action: { type: 'back' } };
	return undefined;
}

function opened(at: string | undefined, screen: ChecksScreen, state: ChecksState): ChecksKeyResult {
	if (at === CONTINUE_ROW_ID && screen.canContinue) return { state, action: { type: 'on' } };
	if (at === PASSED_ROW_ID)
		return { state: { ...state, focus: PASSED_ROW_ID, showPassed: !state.showPassed } };
	if (!isCheck(at)) return { state, refused: true };
	return { state: { ...state, focus: at, opened: { id: at, as: 'whole', top: 0 } } };
}

/** The keys to name for the current row, most likely first because footers are short. */
export function getChecksFooterKeys(
	screen: ChecksScreen,
	state: ChecksState,
	opened: boolean,
): string[] {
	if (opened) return ['move', 'overlay.close', 'help', 'interrupt'];
	const at = getFocusedChecksRowId(screen, state);
	const fix = screen.checks.some((check) => check.id === at && check.fix !== undefined);
	return [
		'move',
		'checks.open',
		...(screen.canContinue ? ['checks.on'] : []),
		...(fix ? ['checks.fix'] : []),
		'checks.recheck',
		'back',
		...(isCheck(at) ? ['checks.recheckOne'] : []),
		'go',
		'help',
		'interrupt',
	];
}
