import type { Answers } from '../engine/question.ts';
import type { Session } from '../engine/session/session.ts';
import { formatAnswer } from './format-answer.ts';
import {
	getAskedQuestions,
	getDetailsPageId,
	type InterviewContext,
	type InterviewState,
	isFoldedQuestion,
	resolveInterviewAnswers,
} from './interview.ts';
import type { AnswerSummaryLine, AnswerSummaryStep, WizardHeader } from './wizard-model.ts';

/** All answers so far, by step. */
export function createAnswerSummary(
	interview: InterviewState,
	frame: InterviewContext,
): AnswerSummaryStep[] {
	const { answers, sources } = resolveInterviewAnswers(interview, frame);
	const asked = getAskedQuestions(frame.catalogue, answers);
	return frame.catalogue.steps.map(({ id, title }) => ({
		id,
		title,
		lines: asked
			.filter(({ step, key }) => step === id && answers[key] !== undefined)
			.map((question): AnswerSummaryLine => {
				const { key, label, group } = question;
				const folded = isFoldedQuestion(question, answers);
				return {
					key,
					label: shortLabel(label),
					value: formatAnswer(question, answers[key]),
					source: sources[key] === 'file' ? 'given' : (sources[key] ?? 'default'),
					confirmed: interview.passed.includes(folded ? getDetailsPageId(id) : key),
					...(folded && group !== undefined ? { group } : {}),
				};
			}),
	}));
}

/** Removes the final punctuation of a label, for display next to its answer. */
function shortLabel(label: string): string {
	return label.replace(/\s*[?:.]\s*$/, '');
}

/** Session, account and region for the header. */
export function createHeader(
	{ name, record }: Session,
	{ account, region }: Answers,
): WizardHeader {
	return {
		session: name,
		...(typeof account === 'string' ? { account } : {}),
		...(typeof region === 'string' ? { region } : {}),
		practice: record.practice,
	};
}
