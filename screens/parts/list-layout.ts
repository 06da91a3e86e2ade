import type { Choice } from '../../source/engine/guide/model.ts';
import { cells } from './text.tsx';

/** Blanks between a label and what is said beside it. */
export const GAP = 2;
/** Cells before a label. */
export const POINTER = 2;
/** Rows for the whole of what is pointed at, where its own row has to be cut. */
export const WHOLE_ROWS = 3;

/** What stands beside a label. */
export const asideOf = ({ hint, refusal }: Choice): string =>
	refusal === undefined ? (hint ?? '') : `unavailable: ${refusal}`;

/** Cells for the column of labels, so that hints stand below one another. */
export function labelWidthOf(choices: readonly Choice[], width: number): number {
	const longest = choices.reduce((most, { label }) => Math.max(most, cells(label)), 0);
	const aside = choices.some((choice) => asideOf(choice) !== '');
	return Math.min(longest, Math.max(8, aside ? Math.floor(width * 0.6) : width));
}

/** Whether a choice's row does not hold all of it. */
export function isCut(choice: Choice, labelWidth: number, width: number): boolean {
	const aside = asideOf(choice);
	if (cells(choice.label) > labelWidth) return true;
	return aside !== '' && labelWidth + GAP + cells(aside) > width;
}

/** How many choices show: less than there are rows when something is cut or left out. */
export function listRows(choices: readonly Choice[], height: number, width: number): number {
	const labelWidth = labelWidthOf(choices, width - POINTER);
	const cut = choices.some((choice) => isCut(choice, labelWidth, width - POINTER));
	const whole = cut && height >= WHOLE_ROWS + 2 ? WHOLE_ROWS : 0;
	const more = choices.length > height - whole ? 1 : 0;
	return Math.max(1, height - whole - more);
}
