import { isDeepStrictEqual } from 'node:util';
import {
	type AnswersProblem,
	formatItemPath,
	formatValueAsShortJson,
} from '../engine/answers/answers-problem.ts';
import { buildQuestionTree, type CatalogueQuestion } from '../engine/answers/question-tree.ts';
import {
	addDefaultAndDerivedAnswers,
	checkValue,
	collectReadAnswerKeys,
	isQuestionApplicable,
	type ResolvedAnswers,
} from '../engine/answers/resolve-and-check-answers.ts';
import type { Answers, DerivationSessionInfo, QuestionCatalogue } from '../engine/question.ts';
import { findSingleLineTextProblem } from '../engine/text-validation.ts';

/** The state of the questions in the wizard. Plain data, stored in the session between runs. */
export interface InterviewState {
	/** Answers given explicitly; secrets as references. */
	given: Answers;
	/** Values used as defaults: from a file with interactive steps, or of practice mode. */
	suggested: Answers;
	/** Ids of the completed pages. */
	passed: readonly string[];
	/** The changed keys that caused completed questions to be asked again. */
	because: Readonly<Record<string, readonly string[]>>;
	/** The page the operator navigated to; when not set, the first page that is not completed. */
	at?: string;
	/** The page to return to from a folded detail. */
	from?: string;
}

export const emptyInterview: InterviewState = { given: {}, suggested: {}, passed: [], because: {} };

/** The questions and their dependencies. */
export interface InterviewDefinition {
	catalogue: QuestionCatalogue;
	derivationContext: DerivationSessionInfo;
	/** Steps with checks that run after their questions are answered. */
	checkedSteps: readonly string[];
	/** Other answers that a question depends on: the inputs of its lookup. */
	needs: Readonly<Record<string, readonly string[]>>;
}

export function resolveInterviewAnswers(
	interview: InterviewState,
	{ catalogue, derivationContext }: InterviewDefinition,
): ResolvedAnswers {
	return addDefaultAndDerivedAnswers(
		{ ...interview.suggested, ...interview.given },
		catalogue,
		derivationContext,
	);
}

export function getPages(interview: InterviewState, context: InterviewDefinition): readonly Page[] {
	return buildPages(
		context.catalogue,
		resolveInterviewAnswers(interview, context).answers,
		context.checkedSteps,
	);
}

/** The current page. */
export function getCurrentPage(interview: InterviewState, context: InterviewDefinition): Page {
	const stops = getPages(interview, context);
	const gone = interview.at;
	if (gone !== undefined) {
		const there = stops.find(({ id }) => id === gone);
		if (there !== undefined) return there;
		const { answers } = resolveInterviewAnswers(interview, context);
		const detail = getApplicableQuestions(context.catalogue, answers).find(
			({ key }) => key === gone,
		);
		if (detail !== undefined) return { kind: 'question', id: gone, step: detail.step };
	}
	const open = stops.find(({ id }) => !interview.passed.includes(id));
	return open ?? (stops.at(-1) as Page);
}

/**
 * Converts a field value (text for a number, "true" for yes) to the value of the question, or returns
 * why it is invalid.
 */
export function parseFieldValue(
	interview: InterviewState,
	context: InterviewDefinition,
	key: string,
	typed: unknown,
): { value: unknown } | { problem: string } {
	const question = buildQuestionTree(context.catalogue).questions.get(key);
	if (question === undefined) return { problem: 'is not a question' };
	const value = fromField(question.kind, typed);
	if (value === undefined) {
		const blank = question.optional === true && question.default === undefined;
		return blank ? { value: undefined } : { problem: 'is required' };
	}
	if (typeof value === 'string' && question.kind !== 'multiline') {
		const problem = findSingleLineTextProblem(value);
		if (problem !== undefined) return { problem };
	}
	const found = checkValue(question, value);
	if ('problems' in found) {
		const problems = found.problems.map((one) => formatFieldProblem(question, value, one));
		return { problem: problems.join('; ') };
	}
	const problem = brokenRule(interview, context, key, found.value);
	return problem === undefined ? found : { problem };
}

/** A problem of an answer, which starts with the item or entry it is about. */
function formatFieldProblem(
	{ key, kind }: CatalogueQuestion,
	value: unknown,
	{ key: path, message }: AnswersProblem,
): string {
	if (kind === 'list' && Array.isArray(value)) {
		const index = value.findIndex((_, at) => formatItemPath(key, [at]) === path);
		if (index >= 0) return `${formatValueAsShortJson(value[index])} ${message}`;
	}
	if (kind === 'map' && path.startsWith(`${key}.`))
		return `${path.slice(key.length + 1)} ${message}`;
	return message;
}

/** The problems of single items of a list, by position. */
export function findItemProblems(
	{ catalogue }: InterviewDefinition,
	key: string,
	items: readonly string[],
): ReadonlyMap<number, string> {
	const question = buildQuestionTree(catalogue).questions.get(key);
	const found = question === undefined ? { value: items } : checkValue(question, items);
	const problems = 'problems' in found ? found.problems : [];
	return new Map(
		items.flatMap((_, at) => {
			const path = formatItemPath(key, [at]);
			const problem = problems.find((one) => one.key === path);
			return problem === undefined ? [] : [[at, problem.message] as const];
		}),
	);
}

function fromField(kind: string, typed: unknown): unknown {
	if (typeof typed !== 'string') return typed;
	if (kind === 'number') return /^-?\d+(\.\d+)?$/.test(typed.trim()) ? Number(typed) : typed;
	if (kind === 'yesno') return { true: true, false: false }[typed] ?? typed;
	if (kind === 'list') return typed.split(/[,\s]+/).filter((item) => item !== '');
	return typed;
}

/** The rule that this value violates, if all other answers of the rule come earlier. */
function brokenRule(
	interview: InterviewState,
	context: InterviewDefinition,
	key: string,
	value: unknown,
): string | undefined {
	const { catalogue } = context;
	const after = { ...interview, given: { ...interview.given, [key]: value } };
	const { answers } = resolveInterviewAnswers(after, context);
	const order = catalogue.questions.map((question) => question.key);
	for (const rule of catalogue.rules) {
		if (!rule.keys.includes(key)) continue;
		const isLast = rule.keys.every((other) => order.indexOf(other) <= order.indexOf(key));
		const message = isLast ? rule.check(answers) : undefined;
		if (message !== undefined) return message.replace(/\.$/, '');
	}
	return undefined;
}

/** Sets an answer that `readValue` accepted; only dependent questions are asked again. */
export function setAnswerAndReopenDependents(
	interview: InterviewState,
	context: InterviewDefinition,
	key: string,
	value: unknown,
): InterviewState {
	const { [key]: _, ...others } = interview.given;
	const { [key]: __, ...suggestions } = interview.suggested;
	const blank = value === undefined;
	const now = resolveInterviewAnswers(interview, context);
	// An accepted default keeps following the answers it is derived from.
	const accepted =
		!blank && now.sources[key] !== 'file' && isDeepStrictEqual(now.answers[key], value);
	const given = blank || accepted ? others : { ...others, [key]: value };
	const suggested = blank ? suggestions : interview.suggested;
	const { [key]: ___, ...because } = interview.because;
	const next: InterviewState = {
		given,
		suggested,
		passed: [...new Set([...interview.passed, key])],
		because,
		...(interview.from === undefined ? {} : { at: interview.from }),
	};
	return reopen(interview, next, context, key);
}

/** Resets a folded detail to its default. */
export function resetAnswer(
	interview: InterviewState,
	context: InterviewDefinition,
	key: string,
): InterviewState {
	const { [key]: _, ...given } = interview.given;
	const { [key]: __, ...suggested } = interview.suggested;
	return reopen(interview, { ...interview, given, suggested }, context, key);
}

function reopen(
	before: InterviewState,
	after: InterviewState,
	context: InterviewDefinition,
	key: string,
): InterviewState {
	const changed = changedKeys(before, after, context);
	if (changed.size === 0) return after;
	const dependants = findDependentQuestions(changed, before, after, context, key);
	const { catalogue } = context;
	const steps = new Set(
		catalogue.questions.filter((one) => changed.has(one.key)).map(({ step }) => step),
	);
	const again = new Set([...dependants, ...[...steps].map(getChecksPageId)]);
	const because = { ...after.because };
	for (const one of dependants) if (before.passed.includes(one)) because[one] = [...changed];
	return { ...after, passed: after.passed.filter((id) => !again.has(id)), because };
}

function changedKeys(
	before: InterviewState,
	after: InterviewState,
	context: InterviewDefinition,
): Set<string> {
	const [old, now] = [
		resolveInterviewAnswers(before, context).answers,
		resolveInterviewAnswers(after, context).answers,
	];
	const keys = new Set([...Object.keys(old), ...Object.keys(now)]);
	return new Set([...keys].filter((key) => !isDeepStrictEqual(old[key], now[key])));
}

/** Questions whose condition, default, choices or rules depend on a changed answer. */
function findDependentQuestions(
	changed: ReadonlySet<string>,
	before: InterviewState,
	after: InterviewState,
	context: InterviewDefinition,
	except: string,
): Set<string> {
	const { catalogue, derivationContext, needs } = context;
	const { branches } = buildQuestionTree(catalogue);
	const { answers } = resolveInterviewAnswers(after, context);
	const hit = (keys: Iterable<string>) => [...keys].some((key) => changed.has(key));
	const found = catalogue.questions.filter((question) => {
		const { key } = question;
		if (key === except) return false;
		// An explicit answer is no longer derived.
		const derives =
			key in after.given
				? []
				: collectReadAnswerKeys(answers, (a) => question.derive?.(a, derivationContext));
		return (
			hit((branches.get(key) ?? []).map((branch) => branch.key)) ||
			hit(collectReadAnswerKeys(answers, (a) => question.when?.(a))) ||
			hit(needs[key] ?? []) ||
			(hit(derives) && changed.has(key))
		);
	});
	return new Set([
		...found.map(({ key }) => key),
		...brokenBy(changed, before, answers, context, except),
	]);
}

/** For each violated rule, the question that was answered last. */
function brokenBy(
	changed: ReadonlySet<string>,
	before: InterviewState,
	answers: Answers,
	{ catalogue }: InterviewDefinition,
	except: string,
): string[] {
	const order = catalogue.questions.map(({ key }) => key);
	return catalogue.rules.flatMap((rule) => {
		if (!rule.keys.some((key) => changed.has(key)) || rule.check(answers) === undefined) return [];
		const others = rule.keys
			.filter((key) => key !== except && before.passed.includes(key))
			.sort((a, b) => order.indexOf(b) - order.indexOf(a));
		return others.slice(0, 1);
	});
}

/** Completes a page that is not a question: details or checks. */
export function markPagePassed(interview: InterviewState, id: string): InterviewState {
	const { at: _, from: __, ...rest } = interview;
	return { ...rest, passed: [...new Set([...interview.passed, id])] };
}

/** Navigates to any question or page. A folded detail returns to `from`. */
export function goToPage(
	interview: InterviewState,
	context: InterviewDefinition,
	id: string,
	from?: string,
): InterviewState {
	const { from: _, ...rest } = interview;
	const known = getPages(interview, context).some((stop) => stop.id === id);
	return known || from === undefined ? { ...rest, at: id } : { ...rest, at: id, from };
}

/** Goes one page back, or from a folded detail to the page it was opened from. */
export function goToPreviousPage(
	interview: InterviewState,
	context: InterviewDefinition,
): InterviewState {
	const { from, ...rest } = interview;
	if (from !== undefined) return { ...rest, at: from };
	const stops = getPages(interview, context);
	const here = getCurrentPage(interview, context).id;
	const index = stops.findIndex(({ id }) => id === here);
	const before = stops[Math.max(0, index - 1)];
	return before === undefined ? interview : { ...rest, at: before.id };
}

/** A page of the wizard: a question, folded details, checks or the review. */
export type Page =
	| { kind: 'question'; id: string; step: string }
	| { kind: 'details'; id: string; step: string }
	| { kind: 'checks'; id: string; step: string }
	| { kind: 'review'; id: string };

export const REVIEW_PAGE_ID = 'review!';
export const getOptionalSettingsPageId = (step: string): string => `${step}+`;
export const getChecksPageId = (step: string): string => `${step}!`;

/** Questions that apply with these answers, in catalogue order. */
export function getApplicableQuestions(
	catalogue: QuestionCatalogue,
	answers: Answers,
): CatalogueQuestion[] {
	const tree = buildQuestionTree(catalogue);
	return catalogue.questions.filter((question) => isQuestionApplicable(question, answers, tree));
}

/** Whether a question is on the details page of its group instead of its own page. */
export function isOnOptionalSettingsPage(question: CatalogueQuestion, answers: Answers): boolean {
	return question.group !== undefined && answers[question.key] !== undefined;
}

/**
 * All pages in order for the given answers. A grouped question without an answer gets its own page.
 *
 * @param checked Steps with checks that run after their questions are answered.
 */
function buildPages(
	catalogue: QuestionCatalogue,
	answers: Answers,
	checked: readonly string[],
): readonly Page[] {
	const asked = getApplicableQuestions(catalogue, answers);
	const stops = catalogue.steps.flatMap(({ id: step }): Page[] => {
		const own = asked.filter((question) => question.step === step);
		const folded = own.filter((question) => isOnOptionalSettingsPage(question, answers));
		return [
			...own
				.filter((question) => !folded.includes(question))
				.map(({ key }): Page => ({ kind: 'question', id: key, step })),
			...(folded.length === 0
				? []
				: [{ kind: 'details', id: getOptionalSettingsPageId(step), step } satisfies Page]),
			...(checked.includes(step)
				? [{ kind: 'checks', id: getChecksPageId(step), step } satisfies Page]
				: []),
		];
	});
	return [...stops, { kind: 'review', id: REVIEW_PAGE_ID }];
}
