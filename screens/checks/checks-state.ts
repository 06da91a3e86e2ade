import type { CheckItem, ChecksScreen } from '../../source/wizard/wizard-model.ts';

/** Id of the row that continues; no check has this id. */
export const CONTINUE_ROW_ID = '>on';
/** Id of the row into which passed checks are folded. */
export const PASSED_ROW_ID = '>passed';

export interface ChecksState {
	/** The row with the pointer; undefined until it moves. */
	focus?: string;
	showPassed: boolean;
	/** An opened check: in full, or only its fix. */
	opened?: { id: string; as: 'whole' | 'fix'; top: number };
}

export const initialChecksState: ChecksState = { showPassed: false };

interface CheckCounts {
	blockers: number;
	warnings: number;
	infos: number;
	unknown: number;
	/** Skipped because another check failed. */
	held: number;
	passed: number;
}

/** Counts the checks by result. */
export function countChecks(checks: readonly CheckItem[]): CheckCounts {
	const count = (test: (check: CheckItem) => boolean) => checks.filter(test).length;
	const failed = (severity: CheckItem['severity']) => (check: CheckItem) =>
		check.result === 'fail' && check.severity === severity;
	const held = (check: CheckItem) =>
		check.blockedBy !== undefined && check.result !== 'pass' && check.result !== 'running';
	return {
		blockers: count((check) => failed('blocker')(check) && !held(check)),
		warnings: count((check) => failed('warning')(check) && !held(check)),
		infos: count((check) => failed('info')(check) && !held(check)),
		unknown: count((check) => check.result === 'unknown' && !held(check)),
		held: count(held),
		passed: count(({ result }) => result === 'pass'),
	};
}

/** The rows that can have the pointer, in order. */
export function getFocusableIds(screen: ChecksScreen, showPassed: boolean): string[] {
	const passed = screen.checks.filter(({ result }) => result === 'pass').map(({ id }) => id);
	const others = screen.checks.filter(({ result }) => result !== 'pass').map(({ id }) => id);
	return [
		...others,
		...(passed.length > 0 ? [PASSED_ROW_ID] : []),
		...(showPassed ? passed : []),
		...(screen.canGoOn ? [CONTINUE_ROW_ID] : []),
	];
}

/**
 * The row with the pointer. Until it moves, this is the worst check, so that Enter cannot skip it;
 * "Continue" only when all checks passed.
 */
export function getFocusedCheckId(screen: ChecksScreen, state: ChecksState): string | undefined {
	const ids = getFocusableIds(screen, state.showPassed);
	if (state.focus !== undefined && ids.includes(state.focus)) return state.focus;
	const bad = screen.checks.some(({ result }) => result !== 'pass');
	return screen.canGoOn && !bad ? CONTINUE_ROW_ID : ids[0];
}
