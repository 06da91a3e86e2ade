import { diffAnswersOfStartedSteps, formatAnswerChanges } from '../engine/answers/diff-answers.ts';
import {
	findSecretsInAnswers,
	labelNamesToScanForSecrets,
} from '../engine/answers/find-registered-secrets.ts';
import { buildQuestionTree, getQuestionRuleText } from '../engine/answers/question-tree.ts';
import { checkAnswers } from '../engine/answers/resolve-and-check-answers.ts';
import { registerEnvironmentSecrets } from '../engine/answers/resolve-secret-reference.ts';
import { getInitialEnvironment } from '../engine/child-environment.ts';
import type { Answers, Question, ReplacedTerraformVariable } from '../engine/question.ts';
import type { SecretRegistry } from '../engine/secret-registry.ts';
import type { SessionRecord } from '../engine/session/session-record.ts';
import type { Step } from '../engine/step.ts';
import { hasStepEverCompleted } from '../runs/session-status.ts';
import { formatAnswer } from './format-answer.ts';
import {
	getApplicableQuestions,
	getPages,
	type InterviewDefinition,
	type InterviewState,
	isOnOptionalSettingsPage,
	resolveInterviewAnswers,
} from './interview.ts';
import type {
	Choice,
	LookupView,
	OptionalSetting,
	OptionalSettingsScreen,
	QuestionScreen,
	ReviewScreen,
} from './wizard-view-model.ts';

/** A rejected value and the reason. */
export interface RejectedValue {
	key: string;
	value: unknown;
	problem: string;
}

/** Creates the screen of a question. */
export function createQuestionScreen(
	interview: InterviewState,
	context: InterviewDefinition,
	key: string,
	{
		lookup,
		refused,
		practice,
	}: { lookup?: LookupView; refused?: RejectedValue; practice: boolean },
): QuestionScreen {
	const question = buildQuestionTree(context.catalogue).questions.get(key);
	if (question === undefined) throw new Error(`no question ${key}`);
	const { answers, sources } = resolveInterviewAnswers(interview, context);
	const stops = getPages(interview, context).filter(
		(stop) => stop.kind === 'question' && stop.step === question.step,
	);
	const index = stops.findIndex(({ id }) => id === key);
	const suggested = key in interview.suggested && !(key in interview.given);
	const source = sources[key] === 'file' ? (suggested ? 'default' : 'given') : sources[key];
	const defaultSource = suggested
		? practice
			? 'from the practice cloud'
			: 'from the answers file'
		: source === 'derived'
			? question.derived
			: undefined;
	const rule = getQuestionRuleText(question);
	const reopenedBy = interview.because[key];
	return {
		kind: 'question',
		step: question.step,
		key,
		label: question.label,
		help: question.help,
		rule,
		example: question.example === undefined ? undefined : exampleWords(question),
		variableAlias: question.variableAlias && formatAlias(question.variableAlias),
		valueKind: question.kind,
		value: refused?.key === key ? refused.value : answers[key],
		source: source ?? 'none',
		defaultSource,
		optional: question.optional === true,
		options: question.kind === 'yesno' ? yesAndNo : (question.options ?? []),
		lookup,
		detail: index < 0,
		number: index < 0 ? 1 : index + 1,
		of: index < 0 ? 1 : stops.length,
		...(refused?.key === key ? { problem: refused.problem } : {}),
		reopenedBy,
	};
}

function exampleWords(question: Question): string {
	const { example } = question;
	return typeof example === 'string' || typeof example === 'number'
		? String(example)
		: question.kind === 'list'
			? formatAnswer(question, example)
			: JSON.stringify(example);
}

function formatAlias({ label, name, changed }: ReplacedTerraformVariable): string {
	return `${label}: ${name}${changed === undefined ? '' : `; ${changed}`}`;
}

const yesAndNo: readonly Choice[] = [
	{ value: 'true', label: 'Yes' },
	{ value: 'false', label: 'No' },
];

/** Optional settings of a step, by group in the order of the catalogue. */
export function createOptionalSettingsScreen(
	interview: InterviewState,
	context: InterviewDefinition,
	step: string,
): OptionalSettingsScreen {
	const { answers, sources } = resolveInterviewAnswers(interview, context);
	const groups = new Map<string, OptionalSetting[]>();
	for (const question of getApplicableQuestions(context.catalogue, answers)) {
		if (question.step !== step || !isOnOptionalSettingsPage(question, answers)) continue;
		const { key, label, help, group = '' } = question;
		const item: OptionalSetting = {
			key,
			label,
			value: formatAnswer(question, answers[key]),
			isDefault: sources[key] !== 'file',
			help,
		};
		groups.set(group, [...(groups.get(group) ?? []), item]);
	}
	const title = context.catalogue.steps.find(({ id }) => id === step)?.title ?? step;
	return {
		kind: 'details',
		step,
		title,
		groups: [...groups].map(([name, items]) => ({ title: name, items })),
	};
}

/** What the review shows besides the answers. */
export interface ReviewOptions<S> {
	steps: readonly Step<S>[];
	/** How long a run takes, in words. */
	duration(run: { answers: Answers; practice: boolean; only?: readonly string[] }): string;
	/** Runs only these steps of an installed session. */
	only?: readonly string[] | undefined;
	context: { secrets: SecretRegistry };
}

/** All problems of the answers, including missing ones. */
export function findAnswerProblems(
	interview: InterviewState,
	context: InterviewDefinition,
	secrets: SecretRegistry,
): ReviewScreen['problems'] {
	const { answers } = resolveInterviewAnswers(interview, context);
	const checked = checkAnswers({ answers }, context.catalogue, context.derivationContext);
	return [
		...checked.problems.map(({ key, message, rule }) => ({
			key,
			text: `${message}${rule === undefined ? '' : ` (${rule})`}`,
		})),
		...findPlaintextSecretProblems(answers, context, secrets),
		...checked.resolved.missing.map(({ key }) => ({ key, text: 'is required' })),
	];
}

/** Finds answers that contain a secret: they would store it, and every output would mask them. */
export function findPlaintextSecretProblems(
	answers: Answers,
	{ catalogue, derivationContext }: InterviewDefinition,
	registry: SecretRegistry,
): { key: string; text: string }[] {
	registerEnvironmentSecrets(answers, {
		catalogue,
		environment: getInitialEnvironment(),
		registry,
	});
	const names = labelNamesToScanForSecrets({ session: derivationContext.session });
	return findSecretsInAnswers(answers, registry, names).map(({ key, message }) => ({
		key,
		text: message,
	}));
}

/** Creates the review screen, the last one before anything is changed. */
export function createReviewScreen<S>(
	interview: InterviewState,
	interviewContext: InterviewDefinition,
	{ steps, only, context, duration }: ReviewOptions<S>,
	record: SessionRecord,
): ReviewScreen {
	const { answers } = resolveInterviewAnswers(interview, interviewContext);
	const changes = diffAnswersOfStartedSteps(record, answers, interviewContext.catalogue);
	return {
		kind: 'review',
		intent: steps
			.filter(({ id }) => (only === undefined ? id !== 'preflight' : only.includes(id)))
			.map(({ id, title, intent }) => ({
				step: id,
				title,
				lines:
					changes.some(({ step }) => step === id) || !hasStepEverCompleted(record, id)
						? intent(answers)
						: IN_PLACE,
			}))
			.filter(({ lines }) => lines.length > 0),
		changes: formatAnswerChanges(changes),
		duration: duration({ answers, practice: record.practice, only }),
		problems: findAnswerProblems(interview, interviewContext, context.secrets),
	};
}

/** Text for a step that has succeeded before with the same answers. */
const IN_PLACE = ['already in place: check it and change only what differs'];
