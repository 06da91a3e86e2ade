import type { Guide, QuestionScreen } from '../../source/engine/guide/model.ts';

/** What each kind of field is given. */
export interface FieldProps {
	screen: QuestionScreen;
	guide: Guide;
	width: number;
	height: number;
}

/** The problem to show: of the value on screen when it was refused, else of what stands there now. */
export function problemShown(
	{ screen, guide }: Pick<FieldProps, 'screen' | 'guide'>,
	value: unknown,
	refused: boolean,
): string | undefined {
	if (!refused && screen.problem === undefined) return undefined;
	const own = guide.problemOf(value);
	if (own !== undefined) return own;
	// Rules over several answers only the guide knows: its word holds until the value changes.
	return JSON.stringify(value) === JSON.stringify(screen.value) ? screen.problem : undefined;
}
