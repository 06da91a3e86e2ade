import type { CheckLine } from '../../source/engine/guide/model.ts';
import { type Piece, wrapLines } from '../parts/text.tsx';
import type { Theme } from '../parts/theme.ts';
import type { Row } from '../review/blocks.ts';
import { labelled } from '../review/labelled.ts';
import { signOf } from './blocks.ts';
import { fitsShell, isCommand, shellLines } from './command.ts';

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
function fixAlone(fix: string, width: number, theme: Theme): Row[] {
	const plain = (line: string): Row => [line];
	if (!isCommand(fix)) return wrapLines(fix, width).map(plain);
	if (fitsShell(fix, width)) return shellLines(fix, width).map(plain);
	const note = `${theme.glyphs.warning} One word is wider than the window. Widen the window before copying.`;
	return [
		...wrapLines(fix, width).map(plain),
		[],
		...wrapLines(note, width).map((text): Row => [{ text, role: 'warning' }]),
	];
}

/** All details of a check. */
function wholeRows(check: CheckLine, width: number, theme: Theme): Row[] {
	const title: Piece = { text: check.title, role: 'strong' };
	const fact = (label: string, text: string): Row[] =>
		labelled({ label, labelRole: 'dim', text, column: 8, width });
	const held = check.blockedBy;
	return [
		...wrapLines(check.title, width - 2).map(
			(text, at): Row =>
				at === 0
					? [signOf(check, theme, theme.glyphs.current), ' ', { ...title, text }]
					: ['  ', { ...title, text }],
		),
		[],
		...fact('check', check.id),
		...fact('kind', severities[check.severity]),
		...fact('result', held === undefined ? results[check.result] : `skipped: depends on ${held}`),
		...(check.found === '' ? [] : fact('found', check.found)),
		...(check.fix === undefined
			? []
			: [[], [{ text: 'fix', role: 'dim' }] satisfies Row, ...fixAlone(check.fix, width, theme)]),
	];
}

/** The rows of an opened check. */
export function openedRows(
	check: CheckLine,
	as: 'whole' | 'fix',
	width: number,
	theme: Theme,
): Row[] {
	return as === 'fix' && check.fix !== undefined
		? fixAlone(check.fix, width, theme)
		: wholeRows(check, width, theme);
}
