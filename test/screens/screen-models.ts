import type { WizardViewModel } from '../../source/wizard/wizard-view-model.ts';
import { ceremonyModels } from './models/ceremony.ts';
import { checksModels } from './models/checks.ts';
import { detailsModels } from './models/details.ts';
import { outcomeModels } from './models/outcomes.ts';
import { planModels } from './models/plans.ts';
import { progressModels } from './models/progress.ts';
import { questionModels } from './models/questions.ts';
import { reviewModels } from './models/reviews.ts';
import { welcomeModels } from './models/welcome.ts';

export { MODEL_TIME } from './models/create-screen-model.ts';

/** Every screen in its relevant states, drawn at `NOW`: for frames, pictures and line mode. */
export const screenModels: Record<string, WizardViewModel> = {
	...welcomeModels,
	...questionModels,
	...detailsModels,
	...checksModels,
	...reviewModels,
	...planModels,
	...ceremonyModels,
	...progressModels,
	...outcomeModels,
};

/** The model of that name. */
export function getScreenModel(name: string): WizardViewModel {
	const model = screenModels[name];
	if (model === undefined) throw new Error(`unknown model ${name}`);
	return model;
}
