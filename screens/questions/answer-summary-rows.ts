import type { AnswerSummaryLine, AnswerSummaryStep } from '../../source/wizard/wizard-model.ts';
import { getCellWidth, padText, type TextPiece } from '../parts/styled-text.tsx';
import type { Theme } from '../parts/theme.ts';

/** The latest answers of the current step. */
export function answerSummaryRows(
	answerSummary: readonly AnswerSummaryStep[],
	at: { step: string; key: string },
	size: { width: number; rows: number },
	theme: Theme,
): TextPiece[][] {
	const lines = answerSummary.find(({ id }) => id === at.step)?.lines ?? [];
	const answered = lines.filter(
		({ key, confirmed, group }) => confirmed && key !== at.key && group === undefined,
	);
	const shown = size.rows <= 0 ? [] : answered.slice(-size.rows);
	const longest = shown.reduce((most, { label }) => Math.max(most, getCellWidth(label)), 0);
	const labelWidth = Math.min(longest, Math.floor(size.width * 0.45));
	return shown.map((line) => rowOf(line, labelWidth, theme));
}

function rowOf(
	{ label, value, source }: AnswerSummaryLine,
	labelWidth: number,
	theme: Theme,
): TextPiece[] {
	return [
		{ text: `${theme.glyphs.done} `, role: 'done' },
		`${padText(label, labelWidth, theme)}  `,
		value === '' ? { text: 'blank', role: 'dim' } : value,
		...(source === 'given' ? [] : [{ text: `  ${source}`, role: 'dim' as const }]),
	];
}
