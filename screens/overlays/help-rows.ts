import type { WizardScreen } from '../../source/wizard/wizard-model.ts';
import { formatKey } from '../parts/format-key.ts';
import { getScopeKeyBindings, type KeyScope } from '../parts/keyboard.ts';
import { getCellWidth, type TextPiece, wrapSingleLine } from '../parts/styled-text.tsx';
import type { Theme } from '../parts/theme.ts';
import { questionHelpLines } from '../questions/question-help.ts';

/** The help of the question, then every key that works in this scope. */
export function createHelpRows(
	screen: WizardScreen,
	scope: KeyScope,
	width: number,
	theme: Theme,
): TextPiece[][] {
	const about =
		screen.kind === 'question'
			? [
					...wrapSingleLine(screen.label, width).map((text): TextPiece[] => [
						{ text, role: 'strong' },
					]),
					...questionHelpLines(screen, width).map((text): TextPiece[] => [text]),
					[],
				]
			: [];
	const keys = getScopeKeyBindings(scope)
		.filter(({ id }) => id !== 'move')
		.map((binding) => ({ keys: formatKey(binding, theme), label: binding.label }));
	const column = keys.reduce((most, key) => Math.max(most, getCellWidth(key.keys)), 0);
	return [
		...about,
		[{ text: 'Keys', role: 'strong' }],
		...keys.map(({ keys: shown, label }): TextPiece[] => [
			{ text: shown.padEnd(column), role: 'accent' },
			`  ${label}`,
		]),
	];
}
