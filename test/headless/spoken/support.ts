import type { GuideModel, QuestionScreen, Screen } from '../../../source/engine/guide/model.ts';
import { hear } from '../../../source/headless/spoken/hear.ts';
import type { Talk } from '../../../source/headless/spoken/heard.ts';
import { narrate } from '../../../source/headless/spoken/narrate.ts';
import { modelNamed, NOW } from '../../screens/models.ts';

/** The named model with a changed screen. */
export function changed<K extends Screen['kind']>(
	name: string,
	kind: K,
	change: Partial<Extract<Screen, { kind: K }>>,
): GuideModel {
	const model = modelNamed(name);
	if (model.screen.kind !== kind) throw new Error(`${name} is no ${kind}`);
	return { ...model, screen: { ...model.screen, ...change } as Screen };
}

export const question = (name: string, change: Partial<QuestionScreen> = {}): GuideModel =>
	changed(name, 'question', change);

/** Renders a model that follows another one, seconds after the last output. */
export function said(model: GuideModel, before?: GuideModel, seconds = 0): string {
	return narrate(model, before, { now: NOW, last: NOW - seconds * 1000 }).join('\n');
}

/** Handles a typed line. */
export const heard = (
	model: GuideModel,
	line: string,
	options: { talk?: Talk; problemOf?: (value: unknown) => string | undefined } = {},
) => hear(model, line, { problemOf: () => undefined, now: NOW, ...options });
