import type { CheckLine, ChecksScreen } from '../../source/engine/guide/model.ts';
import type { Piece } from '../parts/text.tsx';
import { pad, wrapLines } from '../parts/text.tsx';
import type { Role, Theme } from '../parts/theme.ts';
import { type Block, gap, type Row } from '../review/blocks.ts';
import { columnFor, labelled } from '../review/labelled.ts';
import { isCommand, shellLines } from './command.ts';
import { PASSED } from './state.ts';

interface Drawing {
	width: number;
	theme: Theme;
	spinner: string;
	showPassed: boolean;
}

/** The sign of a check; its shape carries the same information as its color. */
export function signOf(check: CheckLine, theme: Theme, spinner: string): Piece {
	const { glyphs } = theme;
	if (check.result === 'running') return { text: spinner, role: 'accent' };
	if (check.result === 'pass') return { text: glyphs.done, role: 'done' };
	if (check.blockedBy !== undefined) return { text: glyphs.open, role: 'dim' };
	if (check.result === 'unknown') return { text: glyphs.unknown, role: 'warning' };
	return check.severity === 'blocker'
		? { text: glyphs.failed, role: 'failure' }
		: { text: glyphs.warning, role: 'warning' };
}

function foundOf(check: CheckLine): string {
	if (check.result === 'running') return check.found === '' ? check.title : check.found;
	if (check.blockedBy === undefined) return check.found;
	return `skipped: depends on ${check.blockedBy}`;
}

function fixRows(fix: string, width: number): Row[] {
	const indent = '    ';
	const room = width - indent.length - 5;
	const lines = isCommand(fix) ? shellLines(fix, room) : wrapLines(fix, room);
	return lines.map(
		(line, at): Row => [indent, { text: at === 0 ? 'fix  ' : '     ', role: 'dim' }, line],
	);
}

function checkBlock(check: CheckLine, column: number, drawing: Drawing): Block {
	const { width, theme, spinner } = drawing;
	const calm = check.blockedBy !== undefined || check.result === 'running';
	const labelRole: Role = calm ? 'dim' : 'strong';
	const rows = labelled({
		sign: signOf(check, theme, spinner),
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

function passedBlocks(passed: readonly CheckLine[], others: number, drawing: Drawing): Block[] {
	if (passed.length === 0) return [];
	const { width, theme, spinner, showPassed } = drawing;
	const words = `${passed.length}${others > 0 ? ' more' : ''} passed`;
	const folded: Block = {
		id: PASSED,
		rows: [
			[
				{ text: theme.glyphs.done, role: 'done' },
				` ${words}   `,
				{ text: showPassed ? 'v to hide' : 'v to show', role: 'dim' },
			],
		],
	};
	if (!showPassed) return [folded];
	const column = columnFor(
		passed.map(({ id }) => id),
		width,
		0.36,
	);
	return [
		folded,
		...passed.map((check): Block => {
			const text = `${pad(check.id, column, theme)}  `;
			return {
				id: check.id,
				rows: [[signOf(check, theme, spinner), ' ', text, { text: check.found, role: 'dim' }]],
			};
		}),
	];
}

/** The list of checks: failed ones in full, passed ones folded into one row or listed. */
export function checkBlocks(screen: ChecksScreen, drawing: Drawing): Block[] {
	const passed = screen.checks.filter(({ result }) => result === 'pass');
	const others = screen.checks.filter(({ result }) => result !== 'pass');
	const column = columnFor(
		others.map(({ id }) => id),
		drawing.width,
		0.36,
	);
	const blocks = others.map((check) => checkBlock(check, column, drawing));
	const rest = passedBlocks(passed, others.length, drawing);
	return blocks.length > 0 && rest.length > 0 ? [...blocks, gap, ...rest] : [...blocks, ...rest];
}
