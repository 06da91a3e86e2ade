import { formatAnswer } from './format-answer.ts';
import {
	type InterviewContext,
	type InterviewState,
	resolveInterviewAnswers,
} from './interview.ts';
import { getAskedQuestions, isFoldedQuestion } from './pages.ts';
import type { DetailItem, DetailsScreen } from './wizard-model.ts';

/** Optional settings of a step, by group in the order of the catalogue. */
export function createDetailsScreen(
	interview: InterviewState,
	frame: InterviewContext,
	step: string,
): DetailsScreen {
	const { answers, sources } = resolveInterviewAnswers(interview, frame);
	const groups = new Map<string, DetailItem[]>();
	for (const question of getAskedQuestions(frame.catalogue, answers)) {
		if (question.step !== step || !isFoldedQuestion(question, answers)) continue;
		const { key, label, help, group = '' } = question;
		const item: DetailItem = {
			key,
			label,
			value: formatAnswer(question, answers[key]),
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
