import type { GuideModel } from '../../source/engine/guide/model.ts';
import { begin } from './models/begin.ts';
import { ceremonies } from './models/ceremony.ts';
import { checks } from './models/checks.ts';
import { details } from './models/details.ts';
import { ends } from './models/ends.ts';
import { plans } from './models/plans.ts';
import { questions } from './models/questions.ts';
import { reviews } from './models/reviews.ts';
import { runs } from './models/runs.ts';

export { NOW } from './models/common.ts';

/** Every screen in its relevant states, drawn at `NOW`: for frames, pictures and line mode. */
export const models: Record<string, GuideModel> = {
	...begin,
	...questions,
	...details,
	...checks,
	...reviews,
	...plans,
	...ceremonies,
	...runs,
	...ends,
};

/** The model of that name. */
export function modelNamed(name: string): GuideModel {
	const model = models[name];
	if (model === undefined) throw new Error(`unknown model ${name}`);
	return model;
}
