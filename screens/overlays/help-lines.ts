import type { Screen } from '../../source/engine/guide/model.ts';
import { keyText } from '../parts/key-text.ts';
import { bindingsOf, type Place } from '../parts/keys.ts';
import { cells, type Piece, wrapLines } from '../parts/text.tsx';
import type { Theme } from '../parts/theme.ts';
import { helpLines } from '../questions/help-text.ts';

/** The help of the question, then every key that works in this scope. */
export function helpRows(screen: Screen, place: Place, width: number, theme: Theme): Piece[][] {
	const about =
		screen.kind === 'question'
			? [
					...wrapLines(screen.label, width).map((text): Piece[] => [{ text, role: 'strong' }]),
					...helpLines(screen, width).map((text): Piece[] => [text]),
					[],
				]
			: [];
	const keys = bindingsOf(place)
		.filter(({ id }) => id !== 'move')
		.map((binding) => ({ keys: keyText(binding, theme), label: binding.label }));
	const column = keys.reduce((most, key) => Math.max(most, cells(key.keys)), 0);
	return [
		...about,
		[{ text: 'Keys', role: 'strong' }],
		...keys.map(({ keys: shown, label }): Piece[] => [
			{ text: shown.padEnd(column), role: 'accent' },
			`  ${label}`,
		]),
	];
}
