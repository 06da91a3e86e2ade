import type { CheckItem, ChecksScreen } from '../../source/wizard/wizard-model.ts';
import type { TextPiece } from '../parts/styled-text.tsx';
import { padText, wrapSingleLine } from '../parts/styled-text.tsx';
import type { TextRole, Theme } from '../parts/theme.ts';
import { createLabelledRows, getLabelColumnWidth } from '../review/labelled-rows.ts';
import { blankBlock, type RowBlock, type TextRow } from '../review/scroll-blocks.ts';
import { PASSED_ROW_ID } from './checks-state.ts';
import { isShellCommand, wrapShellCommand } from './shell-command.ts';

interface Drawing {
	width: number;
	theme: Theme;
	spinner: string;
	showPassed: boolean;
}

/** The sign of a check; its shape carries the same information as its color. */
export function getCheckSign(check: CheckItem, theme: Theme, spinner: string): TextPiece {
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

function fixRows(fix: string, width: number): TextRow[] {
	const indent = '    ';
	const room = width - indent.length - 5;
	const lines = isShellCommand(fix) ? wrapShellCommand(fix, room) : wrapSingleLine(fix, room);
	return lines.map(
		(line, at): TextRow => [indent, { text: at === 0 ? 'fix  ' : '     ', role: 'dim' }, line],
	);
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
	const column = getLabelColumnWidth(
		passed.map(({ id }) => id),
		width,
		0.36,
	);
	return [
		folded,
		...passed.map((check): RowBlock => {
			const text = `${padText(check.id, column, theme)}  `;
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
	const column = getLabelColumnWidth(
		others.map(({ id }) => id),
		drawing.width,
		0.36,
	);
	const blocks = others.map((check) => checkBlock(check, column, drawing));
	const rest = passedBlocks(passed, others.length, drawing);
	return blocks.length > 0 && rest.length > 0
		? [...blocks, blankBlock, ...rest]
		: [...blocks, ...rest];
}
