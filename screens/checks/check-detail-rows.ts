import type { CheckItem } from '../../source/wizard/wizard-model.ts';
import { type TextPiece, wrapSingleLine } from '../parts/styled-text.tsx';
import type { Theme } from '../parts/theme.ts';
import { createLabelledRows } from '../review/labelled-rows.ts';
import type { TextRow } from '../review/scroll-blocks.ts';
import { getCheckSign } from './check-list-blocks.ts';
import { isShellCommand, shellCommandFits, wrapShellCommand } from './shell-command.ts';

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
function fixAlone(fix: string, width: number, theme: Theme): TextRow[] {
	const plain = (line: string): TextRow => [line];
	if (!isShellCommand(fix)) return wrapSingleLine(fix, width).map(plain);
	if (shellCommandFits(fix, width)) return wrapShellCommand(fix, width).map(plain);
	const note = `${theme.glyphs.warning} One word is wider than the window. Widen the window before copying.`;
	return [
		...wrapSingleLine(fix, width).map(plain),
		[],
		...wrapSingleLine(note, width).map((text): TextRow => [{ text, role: 'warning' }]),
	];
}

/** All details of a check. */
function wholeRows(check: CheckItem, width: number, theme: Theme): TextRow[] {
	const title: TextPiece = { text: check.title, role: 'strong' };
	const fact = (label: string, text: string): TextRow[] =>
		createLabelledRows({ label, labelRole: 'dim', text, column: 8, width });
	const held = check.blockedBy;
	return [
		...wrapSingleLine(check.title, width - 2).map(
			(text, at): TextRow =>
				at === 0
					? [getCheckSign(check, theme, theme.glyphs.current), ' ', { ...title, text }]
					: ['  ', { ...title, text }],
		),
		[],
		...fact('check', check.id),
		...fact('kind', severities[check.severity]),
		...fact('result', held === undefined ? results[check.result] : `skipped: depends on ${held}`),
		...(check.found === '' ? [] : fact('found', check.found)),
		...(check.fix === undefined
			? []
			: [
					[],
					[{ text: 'fix', role: 'dim' }] satisfies TextRow,
					...fixAlone(check.fix, width, theme),
				]),
	];
}

/** The rows of an opened check. */
export function checkDetailRows(
	check: CheckItem,
	mode: 'whole' | 'fix',
	width: number,
	theme: Theme,
): TextRow[] {
	return mode === 'fix' && check.fix !== undefined
		? fixAlone(check.fix, width, theme)
		: wholeRows(check, width, theme);
}
