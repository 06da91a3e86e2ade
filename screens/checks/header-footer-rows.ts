import type { ChecksScreen } from '../../source/wizard/wizard-model.ts';
import {
	formatElapsedSeconds,
	getCellWidth,
	type TextPiece,
	wrapSingleLine,
} from '../parts/styled-text.tsx';
import type { TextRole, Theme } from '../parts/theme.ts';
import type { TextRow } from '../review/scroll-blocks.ts';
import { countChecks } from './checks-state.ts';

const many = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** Lays out parts that must not be cut, wrapping between them. */
function flowPieces(pieces: readonly TextPiece[], width: number): TextRow[] {
	const between = '   ';
	const rows: TextPiece[][] = [];
	let used = 0;
	for (const part of pieces) {
		const size = getCellWidth(typeof part === 'string' ? part : part.text);
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
export function checksHeaderRows(
	screen: ChecksScreen,
	{ theme, spinner, now, width }: { theme: Theme; spinner: string; now: number; width: number },
): TextRow[] {
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
function signed(sign: string, words: string, role: TextRole, width: number): TextRow[] {
	return wrapSingleLine(words, width - 4).map(
		(text, at): TextRow => [{ text: `  ${at === 0 ? sign : ' '} ${text}`, role }],
	);
}

/** Pending checks, and whether the operator can continue. */
export function checksFooterRows(
	screen: ChecksScreen,
	{ theme, width, pointed }: { theme: Theme; width: number; pointed: boolean },
): TextRow[] {
	const { glyphs } = theme;
	const waits: TextRow[] =
		screen.waiting > 0
			? signed(glyphs.open, `${many(screen.waiting, 'check')} pending more answers`, 'dim', width)
			: [];
	if (screen.canGoOn) {
		const pointer: TextPiece = pointed ? { text: glyphs.pointer, role: 'accent' } : ' ';
		return [...waits, [pointer, ' ', { text: 'Continue', role: 'strong' }]];
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
