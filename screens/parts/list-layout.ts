import type { Choice } from '../../source/wizard/wizard-model.ts';
import { getCellWidth } from './styled-text.tsx';

/** Blanks between a label and its hint. */
export const HINT_GAP = 2;
/** Width of the pointer before a label. */
export const LIST_POINTER_WIDTH = 2;
/** Rows for the full text of the selected choice when its row is cut. */
export const FULL_CHOICE_ROWS = 3;

/** The text beside a label. */
export const getChoiceHint = ({ hint, refusal }: Choice): string =>
	refusal === undefined ? (hint ?? '') : `unavailable: ${refusal}`;

/** Width of the label column, which aligns the hints. */
export function getLabelWidth(choices: readonly Choice[], width: number): number {
	const longest = choices.reduce((most, { label }) => Math.max(most, getCellWidth(label)), 0);
	const aside = choices.some((choice) => getChoiceHint(choice) !== '');
	return Math.min(longest, Math.max(8, aside ? Math.floor(width * 0.6) : width));
}

/** Whether a choice does not fit its row. */
export function isChoiceTruncated(choice: Choice, labelWidth: number, width: number): boolean {
	const aside = getChoiceHint(choice);
	if (getCellWidth(choice.label) > labelWidth) return true;
	return aside !== '' && labelWidth + HINT_GAP + getCellWidth(aside) > width;
}

/** Number of visible choices; some rows are needed when choices are cut or hidden. */
export function getVisibleChoiceCount(
	choices: readonly Choice[],
	height: number,
	width: number,
): number {
	const labelWidth = getLabelWidth(choices, width - LIST_POINTER_WIDTH);
	const cut = choices.some((choice) =>
		isChoiceTruncated(choice, labelWidth, width - LIST_POINTER_WIDTH),
	);
	const whole = cut && height >= FULL_CHOICE_ROWS + 2 ? FULL_CHOICE_ROWS : 0;
	const more = choices.length > height - whole ? 1 : 0;
	return Math.max(1, height - whole - more);
}
