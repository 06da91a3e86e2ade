import { buildQuestionTree, getQuestionRule } from '../engine/answers/question-tree.ts';
import type { Question, VariableAlias } from '../engine/question.ts';
import { formatAnswer } from './format-answer.ts';
import {
	getPages,
	type InterviewContext,
	type InterviewState,
	resolveInterviewAnswers,
} from './interview.ts';
import type { Choice, LookupView, QuestionScreen } from './wizard-model.ts';

/** A rejected value and the reason. */
export interface RejectedValue {
	key: string;
	value: unknown;
	problem: string;
}

/** Creates the screen of a question. */
export function createQuestionScreen(
	interview: InterviewState,
	frame: InterviewContext,
	key: string,
	{
		lookup,
		refused,
		practice,
	}: { lookup?: LookupView; refused?: RejectedValue; practice: boolean },
): QuestionScreen {
	const question = buildQuestionTree(frame.catalogue).questions.get(key);
	if (question === undefined) throw new Error(`no question ${key}`);
	const { answers, sources } = resolveInterviewAnswers(interview, frame);
	const stops = getPages(interview, frame).filter(
		(stop) => stop.kind === 'question' && stop.step === question.step,
	);
	const index = stops.findIndex(({ id }) => id === key);
	const suggested = key in interview.suggested && !(key in interview.given);
	const source = sources[key] === 'file' ? (suggested ? 'default' : 'given') : sources[key];
	const words = suggested
		? practice
			? 'from the practice cloud'
			: 'from the answers file'
		: defaultWords(question, source);
	const rule = getQuestionRule(question);
	const because = interview.because[key];
	return {
		kind: 'question',
		step: question.step,
		key,
		label: question.label,
		help: question.help,
		...(rule === undefined ? {} : { rule }),
		...(question.example === undefined ? {} : { example: exampleWords(question) }),
		...(question.variableAlias === undefined
			? {}
			: { variableAlias: formatAlias(question.variableAlias) }),
		valueKind: question.kind,
		value: refused?.key === key ? refused.value : answers[key],
		source: source ?? 'none',
		...(words === undefined ? {} : { defaultWords: words }),
		optional: question.optional === true,
		options: optionsOf(question),
		...(lookup === undefined ? {} : { lookup }),
		detail: index < 0,
		number: index < 0 ? 1 : index + 1,
		of: index < 0 ? 1 : stops.length,
		...(refused?.key === key ? { problem: refused.problem } : {}),
		...(because === undefined ? {} : { because }),
	};
}

function defaultWords(question: Question, source: string | undefined): string | undefined {
	return source === 'derived' ? question.derived : undefined;
}

function exampleWords(question: Question): string {
	const { example } = question;
	return typeof example === 'string' || typeof example === 'number'
		? String(example)
		: question.kind === 'list'
			? formatAnswer(question, example)
			: JSON.stringify(example);
}

function formatAlias({ label, name, changed }: VariableAlias): string {
	return `${label}: ${name}${changed === undefined ? '' : `; ${changed}`}`;
}

function optionsOf(question: Question): Choice[] {
	if (question.kind === 'yesno') {
		return [
			{ value: 'true', label: 'Yes' },
			{ value: 'false', label: 'No' },
		];
	}
	return (question.options ?? []).map(({ value, label, hint, warning }) => ({
		value,
		label,
		...(hint === undefined ? {} : { hint }),
		...(warning === undefined ? {} : { warning }),
	}));
}
