import { handleLine } from '../../../source/reporters/line-mode/handle-line.ts';
import type { PendingInput } from '../../../source/reporters/line-mode/line-commands.ts';
import { renderModelChanges } from '../../../source/reporters/line-mode/render-screen.ts';
import type {
	QuestionScreen,
	WizardScreen,
	WizardViewModel,
} from '../../../source/wizard/wizard-view-model.ts';
import { getScreenModel, MODEL_TIME } from '../../screens/screen-models.ts';

/** The named model with a changed screen. */
export function createModel<K extends WizardScreen['kind']>(
	name: string,
	kind: K,
	change: Partial<Extract<WizardScreen, { kind: K }>>,
): WizardViewModel {
	const model = getScreenModel(name);
	if (model.screen.kind !== kind) throw new Error(`${name} is no ${kind}`);
	return { ...model, screen: { ...model.screen, ...change } as WizardScreen };
}

export const createQuestionModel = (
	name: string,
	change: Partial<QuestionScreen> = {},
): WizardViewModel => createModel(name, 'question', change);

/** Renders a model that follows another one, seconds after the last output. */
export function renderModel(model: WizardViewModel, before?: WizardViewModel, seconds = 0): string {
	return renderModelChanges(model, before, {
		now: MODEL_TIME,
		last: MODEL_TIME - seconds * 1000,
	}).join('\n');
}

/** Handles a typed line. */
export const handleSampleLine = (
	model: WizardViewModel,
	line: string,
	options: { pending?: PendingInput; validate?: (value: unknown) => string | undefined } = {},
) => handleLine(model, line, { validate: () => undefined, now: MODEL_TIME, ...options });
