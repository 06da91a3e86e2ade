import type { CheckLine, ChecksScreen } from '../../source/engine/guide/model.ts';

/** The id of the row that leads on. No check is called so. */
export const ON = '>on';
/** The id of the row the passed checks are folded into. */
export const PASSED = '>passed';

export interface ChecksState {
	/** Where the pointer was left; undefined while it was never moved. */
	focus?: string;
	showPassed: boolean;
	/** A check opened: all of it, or only its fix. */
	opened?: { id: string; as: 'whole' | 'fix'; top: number };
}

export const initialChecks: ChecksState = { showPassed: false };

export interface Tally {
	blockers: number;
	warnings: number;
	infos: number;
	unknown: number;
	/** Not made, for another check has failed. */
	held: number;
	passed: number;
}

/** How many ended how. */
export function tally(checks: readonly CheckLine[]): Tally {
	const count = (test: (check: CheckLine) => boolean) => checks.filter(test).length;
	const failed = (severity: CheckLine['severity']) => (check: CheckLine) =>
		check.result === 'fail' && check.severity === severity;
	const held = (check: CheckLine) =>
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

/** What the pointer can stand on, in order. */
export function focusable(screen: ChecksScreen, showPassed: boolean): string[] {
	const passed = screen.checks.filter(({ result }) => result === 'pass').map(({ id }) => id);
	const others = screen.checks.filter(({ result }) => result !== 'pass').map(({ id }) => id);
	return [
		...others,
		...(passed.length > 0 ? [PASSED] : []),
		...(showPassed ? passed : []),
		...(screen.canGoOn ? [ON] : []),
	];
}

/**
 * Where the pointer stands. Until it is moved: on what is bad, so that Enter cannot pass it by;
 * on "go on" only when nothing is.
 */
export function standing(screen: ChecksScreen, state: ChecksState): string | undefined {
	const ids = focusable(screen, state.showPassed);
	if (state.focus !== undefined && ids.includes(state.focus)) return state.focus;
	const bad = screen.checks.some(({ result }) => result !== 'pass');
	return screen.canGoOn && !bad ? ON : ids[0];
}
