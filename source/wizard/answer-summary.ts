import type { Answers } from '../engine/question.ts';
import type { Session } from '../engine/session/session.ts';
import { formatAnswer } from './format-answer.ts';
import {
	getApplicableQuestions,
	getOptionalSettingsPageId,
	type InterviewDefinition,
	type InterviewState,
	isOnOptionalSettingsPage,
	resolveInterviewAnswers,
} from './interview.ts';
import type { AnswerSummaryLine, AnswerSummaryStep, WizardHeader } from './wizard-view-model.ts';

/** All answers so far, by step. */
export function createAnswerSummary(
	interview: InterviewState,
	frame: InterviewDefinition,
): AnswerSummaryStep[] {
	const { answers, sources } = resolveInterviewAnswers(interview, frame);
	const asked = getApplicableQuestions(frame.catalogue, answers);
	return frame.catalogue.steps.map(({ id, title }) => ({
		id,
		title,
		lines: asked
			.filter(({ step, key }) => step === id && answers[key] !== undefined)
			.map((question): AnswerSummaryLine => {
				const { key, label, group } = question;
				const folded = isOnOptionalSettingsPage(question, answers);
				return {
					key,
					label: shortLabel(label),
					value: formatAnswer(question, answers[key]),
					source: sources[key] === 'file' ? 'given' : (sources[key] ?? 'default'),
					confirmed: interview.passed.includes(folded ? getOptionalSettingsPageId(id) : key),
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
export function createWizardHeader(
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
