import type { ChecksScreen } from '../../source/engine/guide/model.ts';
import { cells, duration, type Piece, wrapLines } from '../parts/text.tsx';
import type { Role, Theme } from '../parts/theme.ts';
import type { Row } from '../review/blocks.ts';
import { tally } from './state.ts';

const many = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** Lays out parts that must not be cut, wrapping between them. */
export function flow(parts: readonly Piece[], width: number): Row[] {
	const between = '   ';
	const rows: Piece[][] = [];
	let used = 0;
	for (const part of parts) {
		const size = cells(typeof part === 'string' ? part : part.text);
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
export function headRows(
	screen: ChecksScreen,
	{ theme, spinner, now, width }: { theme: Theme; spinner: string; now: number; width: number },
): Row[] {
	const { glyphs } = theme;
	const { blockers, warnings, infos, unknown, held, passed } = tally(screen.checks);
	const part = (count: number, text: string, role: Role): Piece[] =>
		count > 0 ? [{ text, role }] : [];
	const seconds = screen.seconds ?? (now - screen.since) / 1000;
	return flow(
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
			{ text: duration(seconds), role: 'dim' },
		],
		width,
	);
}

/** A sentence behind a sign. */
function signed(sign: string, words: string, role: Role, width: number): Row[] {
	return wrapLines(words, width - 4).map(
		(text, at): Row => [{ text: `  ${at === 0 ? sign : ' '} ${text}`, role }],
	);
}

/** Pending checks, and whether the operator can continue. */
export function footRows(
	screen: ChecksScreen,
	{ theme, width, pointed }: { theme: Theme; width: number; pointed: boolean },
): Row[] {
	const { glyphs } = theme;
	const waits: Row[] =
		screen.waiting > 0
			? signed(glyphs.open, `${many(screen.waiting, 'check')} pending more answers`, 'dim', width)
			: [];
	if (screen.canGoOn) {
		const pointer: Piece = pointed ? { text: glyphs.pointer, role: 'accent' } : ' ';
		return [...waits, [pointer, ' ', { text: 'Continue', role: 'strong' }]];
	}
	const { blockers } = tally(screen.checks);
	if (blockers > 0) {
		const what = blockers === 1 ? 'the blocker' : `the ${blockers} blockers`;
		const words = `Fix ${what} to continue. Press r to check again.`;
		return [...waits, ...signed(glyphs.failed, words, 'failure', width)];
	}
	const words = screen.running > 0 ? 'Waiting for the checks to finish.' : 'Cannot continue yet.';
	return [...waits, ...signed(glyphs.open, words, 'dim', width)];
}
