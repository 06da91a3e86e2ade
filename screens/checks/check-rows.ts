import type { CheckItem, ChecksScreen } from '../../source/wizard/wizard-view-model.ts';
import {
	blankBlock,
	createLabelledRows,
	getLabelColumnWidth,
	type RowBlock,
} from '../parts/scroll-pane.tsx';
import { isShellCommand, shellCommandFits, wrapShellCommand } from '../parts/shell-command.ts';
import {
	formatElapsedSeconds,
	getRowWidth,
	padOrTruncateText,
	type RowPieces,
	type TextPiece,
	wrapSingleLine,
	wrapTextToRows,
} from '../parts/styled-text.tsx';
import type { TextRole, Theme } from '../parts/theme.ts';

/** Id of the row that continues; no check has this id. */
export const CONTINUE_ROW_ID = '>on';
/** Id of the row into which passed checks are folded. */
export const PASSED_ROW_ID = '>passed';

export interface ChecksState {
	/** The row with the pointer; undefined until it moves. */
	focus?: string;
	showPassed: boolean;
	/** The last key had no effect, because checks are running. */
	refused?: boolean;
	/** An opened check: in full, or only its fix. */
	opened?: { id: string; as: 'whole' | 'fix'; top: number };
}

export const initialChecksState: ChecksState = { showPassed: false };

/** Counts the checks by result. */
export function countChecks(checks: readonly CheckItem[]) {
	const isHeld = ({ blockedBy, result }: CheckItem) =>
		blockedBy !== undefined && result !== 'pass' && result !== 'running';
	const free = checks.filter((check) => !isHeld(check));
	const failed = (severity: CheckItem['severity']) =>
		free.filter((check) => check.result === 'fail' && check.severity === severity).length;
	return {
		blockers: failed('blocker'),
		warnings: failed('warning'),
		infos: failed('info'),
		unknown: free.filter(({ result }) => result === 'unknown').length,
		/** Skipped because another check failed. */
		held: checks.length - free.length,
		passed: checks.filter(({ result }) => result === 'pass').length,
	};
}

/** The rows that can have the pointer, in order. */
export function getFocusableRowIds(screen: ChecksScreen, showPassed: boolean): string[] {
	const ids = (done: boolean) =>
		screen.checks.filter(({ result }) => (result === 'pass') === done).map(({ id }) => id);
	const passed = ids(true);
	return [
		...ids(false),
		...(passed.length > 0 ? [PASSED_ROW_ID] : []),
		...(showPassed ? passed : []),
		...(screen.canContinue ? [CONTINUE_ROW_ID] : []),
	];
}

/**
 * The row with the pointer. Until it moves, this is the worst check, so that Enter cannot skip it;
 * "Continue" only when all checks passed.
 */
export function getFocusedChecksRowId(
	screen: ChecksScreen,
	state: ChecksState,
): string | undefined {
	const ids = getFocusableRowIds(screen, state.showPassed);
	if (state.focus !== undefined && ids.includes(state.focus)) return state.focus;
	const bad = screen.checks.some(({ result }) => result !== 'pass');
	return screen.canContinue && !bad ? CONTINUE_ROW_ID : ids[0];
}

interface Drawing {
	width: number;
	theme: Theme;
	spinner: string;
	showPassed: boolean;
}

/** The sign of a check; its shape carries the same information as its color. */
function getCheckSign(check: CheckItem, theme: Theme, spinner: string): Exclude<TextPiece, string> {
	const { glyphs } = theme;
	if (check.result === 'running') return { text: spinner, role: 'accent' };
	if (check.result === 'pass') return { text: glyphs.done, role: 'done' };
	if (check.blockedBy !== undefined) return { text: glyphs.open, role: 'dim' };
	if (check.result === 'unknown') return { text: glyphs.unknown, role: 'warning' };
	return check.severity === 'blocker'
		? { text: glyphs.failed, role: 'failure' }
		: { text: glyphs.warning, role: 'warning' };
}

function foundOf(check: CheckItem): string {
	if (check.result === 'running') return check.found === '' ? check.title : check.found;
	if (check.blockedBy === undefined) return check.found;
	return `skipped: depends on ${check.blockedBy}`;
}

function fixRows(fix: string, width: number): RowPieces[] {
	const indent = '    ';
	const room = width - indent.length - 5;
	const lines = isShellCommand(fix) ? wrapShellCommand(fix, room) : wrapSingleLine(fix, room);
	return lines.map((line, at) => [
		indent,
		{ text: at === 0 ? 'fix  ' : '     ', role: 'dim' },
		line,
	]);
}

function checkBlock(check: CheckItem, column: number, drawing: Drawing): RowBlock {
	const { width, theme, spinner } = drawing;
	const calm = check.blockedBy !== undefined || check.result === 'running';
	const labelRole: TextRole = calm ? 'dim' : 'strong';
	const rows = createLabelledRows({
		sign: getCheckSign(check, theme, spinner),
		label: check.id,
		labelRole,
		text: foundOf(check),
		...(calm && { role: 'dim' as const }),
		column,
		width,
	});
	const { fix } = check;
	return {
		id: check.id,
		rows: fix === undefined || calm ? rows : [...rows, ...fixRows(fix, width)],
	};
}

const idColumn = (checks: readonly CheckItem[], width: number): number =>
	getLabelColumnWidth(
		checks.map(({ id }) => id),
		width,
		0.36,
	);

function passedBlocks(passed: readonly CheckItem[], others: number, drawing: Drawing): RowBlock[] {
	if (passed.length === 0) return [];
	const { width, theme, spinner, showPassed } = drawing;
	const words = `${passed.length}${others > 0 ? ' more' : ''} passed`;
	const folded: RowBlock = {
		id: PASSED_ROW_ID,
		rows: [
			[
				{ text: theme.glyphs.done, role: 'done' },
				` ${words}   `,
				{ text: showPassed ? 'v to hide' : 'v to show', role: 'dim' },
			],
		],
	};
	if (!showPassed) return [folded];
	const column = idColumn(passed, width);
	return [
		folded,
		...passed.map((check): RowBlock => {
			const text = `${padOrTruncateText(check.id, column, theme)}  `;
			return {
				id: check.id,
				rows: [
					[getCheckSign(check, theme, spinner), ' ', text, { text: check.found, role: 'dim' }],
				],
			};
		}),
	];
}

/** The list of checks: failed ones in full, passed ones folded into one row or listed. */
export function createCheckBlocks(screen: ChecksScreen, drawing: Drawing): RowBlock[] {
	const passed = screen.checks.filter(({ result }) => result === 'pass');
	const others = screen.checks.filter(({ result }) => result !== 'pass');
	const column = idColumn(others, drawing.width);
	const blocks = others.map((check) => checkBlock(check, column, drawing));
	const rest = passedBlocks(passed, others.length, drawing);
	const gap = blocks.length > 0 && rest.length > 0 ? [blankBlock] : [];
	return [...blocks, ...gap, ...rest];
}

const severities = {
	blocker: 'blocker: nothing is installed while it fails',
	warning: 'warning: does not block the installation',
	info: 'note',
} as const;

const results = {
	pass: 'passed',
	fail: 'failed',
	unknown: 'unknown: could not be checked, which is not a failure',
	running: 'running',
} as const;

/** A fix on its own rows, so that it can be copied alone. */
function fixAlone(fix: string, width: number, theme: Theme): RowPieces[] {
	if (shellCommandFits(fix, width)) return wrapShellCommand(fix, width).map((line) => [line]);
	if (!isShellCommand(fix)) return wrapTextToRows(fix, width);
	const note = `${theme.glyphs.warning} One word is wider than the window. Widen the window before copying.`;
	return [...wrapTextToRows(fix, width), [], ...wrapTextToRows(note, width, { role: 'warning' })];
}

/** All details of a check. */
function wholeRows(check: CheckItem, width: number, theme: Theme): RowPieces[] {
	const fact = (label: string, text: string): RowPieces[] =>
		createLabelledRows({ label, labelRole: 'dim', text, column: 8, width });
	const held = check.blockedBy;
	const sign = getCheckSign(check, theme, theme.glyphs.current);
	return [
		...wrapTextToRows(check.title, width, {
			mark: `${sign.text} `,
			markRole: sign.role,
			role: 'strong',
		}),
		[],
		...fact('check', check.id),
		...fact('kind', severities[check.severity]),
		...fact('result', held === undefined ? results[check.result] : `skipped: depends on ${held}`),
		...(check.found === '' ? [] : fact('found', check.found)),
		...(check.fix === undefined
			? []
			: [[], [{ text: 'fix', role: 'dim' as const }], ...fixAlone(check.fix, width, theme)]),
	];
}

/** The rows of an opened check. */
export const createCheckDetailRows = (
	check: CheckItem,
	mode: 'whole' | 'fix',
	width: number,
	theme: Theme,
): RowPieces[] =>
	mode === 'fix' && check.fix !== undefined
		? fixAlone(check.fix, width, theme)
		: wholeRows(check, width, theme);

const many = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** Lays out parts that must not be cut, wrapping between them. */
function flowPieces(pieces: readonly TextPiece[], width: number): RowPieces[] {
	const between = '   ';
	const rows: TextPiece[][] = [];
	let used = 0;
	for (const part of pieces) {
		const size = getRowWidth([part]);
		const row = rows.at(-1);
		if (row === undefined || used + between.length + size > width) {
			rows.push([part]);
			used = size;
		} else {
			row.push(between, part);
			used += between.length + size;
		}
	}
	return rows;
}

/** "41 checks  ✗ 1 blocker  ▲ 2 warnings  …" and the elapsed time. */
export function createChecksHeaderRows(
	screen: ChecksScreen,
	{ theme, spinner, now, width }: { theme: Theme; spinner: string; now: number; width: number },
): RowPieces[] {
	const { glyphs } = theme;
	const { blockers, warnings, infos, unknown, held, passed } = countChecks(screen.checks);
	const part = (count: number, text: string, role: TextRole): TextPiece[] =>
		count > 0 ? [{ text, role }] : [];
	const seconds = screen.seconds ?? (now - screen.since) / 1000;
	return flowPieces(
		[
			{
				text: screen.checks.length === 0 ? 'Checks' : many(screen.checks.length, 'check'),
				role: 'strong',
			},
			...part(blockers, `${glyphs.failed} ${many(blockers, 'blocker')}`, 'failure'),
			...part(warnings, `${glyphs.warning} ${many(warnings, 'warning')}`, 'warning'),
			...part(infos, `${glyphs.warning} ${many(infos, 'note')}`, 'warning'),
			...part(unknown, `${glyphs.unknown} ${unknown} unknown`, 'warning'),
			...part(held, `${glyphs.open} ${held} skipped`, 'dim'),
			...part(passed, `${glyphs.done} ${passed} passed`, 'done'),
			...part(screen.running, `${spinner} ${screen.running} running`, 'accent'),
			{ text: formatElapsedSeconds(seconds), role: 'dim' },
		],
		width,
	);
}

/** A sentence behind a sign. */
const signed = (sign: string, words: string, role: TextRole, width: number): RowPieces[] =>
	wrapTextToRows(words, width, { mark: `  ${sign} `, role });

/** Pending checks, and whether the operator can continue. */
export function createChecksFooterRows(
	screen: ChecksScreen,
	{
		theme,
		width,
		pointed,
		refused = false,
	}: { theme: Theme; width: number; pointed: boolean; refused?: boolean },
): RowPieces[] {
	const { glyphs } = theme;
	const waits: RowPieces[] =
		screen.waiting > 0
			? signed(glyphs.open, `${many(screen.waiting, 'check')} pending more answers`, 'dim', width)
			: [];
	if (screen.canContinue) {
		const pointer: TextPiece = pointed ? { text: glyphs.pointer, role: 'accent' } : ' ';
		return [...waits, [pointer, ' ', { text: 'Continue', role: 'strong' }]];
	}
	if (refused && screen.running > 0) {
		const words = 'The checks are still running. Continue when they have finished.';
		return [...waits, ...signed(glyphs.warning, words, 'warning', width)];
	}
	const { blockers } = countChecks(screen.checks);
	if (blockers > 0) {
		const what = blockers === 1 ? 'the blocker' : `the ${blockers} blockers`;
		const words = `Fix ${what} to continue. Press r to check again.`;
		return [...waits, ...signed(glyphs.failed, words, 'failure', width)];
	}
	const words = screen.running > 0 ? 'Waiting for the checks to finish.' : 'Cannot continue yet.';
	return [...waits, ...signed(glyphs.open, words, 'dim', width)];
}
