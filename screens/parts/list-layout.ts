import type { Choice } from '../../source/engine/guide/model.ts';
import { cells } from './text.tsx';

/** Blanks between a label and its hint. */
export const GAP = 2;
/** Width of the pointer before a label. */
export const POINTER = 2;
/** Rows for the full text of the selected choice when its row is cut. */
export const WHOLE_ROWS = 3;

/** The text beside a label. */
export const asideOf = ({ hint, refusal }: Choice): string =>
	refusal === undefined ? (hint ?? '') : `unavailable: ${refusal}`;

/** Width of the label column, which aligns the hints. */
export function labelWidthOf(choices: readonly Choice[], width: number): number {
	const longest = choices.reduce((most, { label }) => Math.max(most, cells(label)), 0);
	const aside = choices.some((choice) => asideOf(choice) !== '');
	return Math.min(longest, Math.max(8, aside ? Math.floor(width * 0.6) : width));
}

/** Whether a choice does not fit its row. */
export function isCut(choice: Choice, labelWidth: number, width: number): boolean {
	const aside = asideOf(choice);
	if (cells(choice.label) > labelWidth) return true;
	return aside !== '' && labelWidth + GAP + cells(aside) > width;
}

/** Number of visible choices; some rows are needed when choices are cut or hidden. */
export function listRows(choices: readonly Choice[], height: number, width: number): number {
	const labelWidth = labelWidthOf(choices, width - POINTER);
	const cut = choices.some((choice) => isCut(choice, labelWidth, width - POINTER));
	const whole = cut && height >= WHOLE_ROWS + 2 ? WHOLE_ROWS : 0;
	const more = choices.length > height - whole ? 1 : 0;
	return Math.max(1, height - whole - more);
}
