import type { QuestionScreen, WizardController } from '../../source/wizard/wizard-model.ts';

/** Props of every question field. */
export interface FieldProps {
	screen: QuestionScreen;
	guide: WizardController;
	width: number;
	height: number;
}

/** The problem to show: of the current value, or the one reported for the stored value. */
export function getVisibleProblem(
	{ screen, guide }: Pick<FieldProps, 'screen' | 'guide'>,
	value: unknown,
	rejected: boolean,
): string | undefined {
	if (!rejected && screen.problem === undefined) return undefined;
	const own = guide.problemOf(value);
	if (own !== undefined) return own;
	// Only the guide knows rules across answers; its problem stands until the value changes.
	return JSON.stringify(value) === JSON.stringify(screen.value) ? screen.problem : undefined;
}
