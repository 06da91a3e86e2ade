import { type Asking, type AskingFrame, resolvedOf } from '../../engine/guide/asking.ts';
import type { DetailItem, DetailsScreen } from '../../engine/guide/model.ts';
import { askedQuestions, isFolded } from '../../engine/guide/stops.ts';
import { valueWords } from './value-words.ts';

/** Optional settings of a step, by group in the order of the catalogue. */
export function detailsScreen(asking: Asking, frame: AskingFrame, step: string): DetailsScreen {
	const { answers, sources } = resolvedOf(asking, frame);
	const groups = new Map<string, DetailItem[]>();
	for (const question of askedQuestions(frame.catalogue, answers)) {
		if (question.step !== step || !isFolded(question, answers)) continue;
		const { key, label, help, group = '' } = question;
		const item: DetailItem = {
			key,
			label,
			value: valueWords(question, answers[key]),
			isDefault: sources[key] !== 'file',
			help,
		};
		groups.set(group, [...(groups.get(group) ?? []), item]);
	}
	const title = frame.catalogue.steps.find(({ id }) => id === step)?.title ?? step;
	return {
		kind: 'details',
		step,
		title,
		groups: [...groups].map(([name, items]) => ({ title: name, items })),
	};
}
