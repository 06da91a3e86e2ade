import type { Choice, QuestionScreen } from '../../source/wizard/wizard-model.ts';
import { formatFieldLine } from './field-values.ts';

// No looked-up value starts with a zero byte, so these two cannot collide.
export const CUSTOM_VALUE = '\u0000type';
export const BLANK_VALUE = '\u0000blank';

/** The looked-up values, the current value, and the ways to enter another or none. */
export function createLookupChoices(screen: QuestionScreen): Choice[] {
	const { lookup, value, source, optional } = screen;
	const found = lookup?.choices ?? [];
	const standing = formatFieldLine(value);
	const known = standing === '' || found.some((choice) => choice.value === standing);
	const words = source === 'given' ? 'previous answer' : 'default';
	return [
		...(known ? [] : [{ value: standing, label: standing, hint: words }]),
		...found,
		{ value: CUSTOM_VALUE, label: 'Enter a custom value', hint: 'not listed' },
		...(optional ? [{ value: BLANK_VALUE, label: 'Leave blank' }] : []),
	];
}
