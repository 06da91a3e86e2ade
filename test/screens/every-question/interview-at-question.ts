import {
	buildQuestionTree,
	type CatalogueQuestion,
} from '../../../source/engine/answers/question-tree.ts';
import { collectReadAnswerKeys } from '../../../source/engine/answers/resolve-and-check-answers.ts';
import { getTargetOrDefault } from '../../../source/targets/registry.ts';
import {
	emptyInterview,
	getApplicableQuestions,
	getOptionalSettingsPageId,
	goToPage,
	type InterviewDefinition,
	type InterviewState,
	resolveInterviewAnswers,
} from '../../../source/wizard/interview.ts';

const { catalogue, steps } = getTargetOrDefault('ptfe-ami');
const { branches, questions } = buildQuestionTree(catalogue);

export const interviewContext: InterviewDefinition = {
	catalogue,
	derivationContext: { session: 'every' },
	checkedSteps: ['preflight'],
	needs: {},
};

export const lookupKeys = new Set(
	steps.flatMap(({ lookups = [] }) => lookups.map(({ key }) => key)),
);

/** A valid value: the question's example or its first choice. */
export function getValidValue({ key, kind, example, options }: CatalogueQuestion): unknown {
	const value = example ?? (kind === 'yesno' ? true : options?.[0]?.value);
	if (value === undefined) throw new Error(`${key} has neither an example nor choices`);
	return value;
}

/** Goes to a question with everything before it answered. */
export function createInterviewAt(key: string): InterviewState {
	const question = questions.get(key);
	if (question === undefined) throw new Error(`unknown question ${key}`);
	const above = branches.get(key) ?? [];
	const forks = above.map((branch) => [branch.key, branch.option]);
	// A fork can have its own condition.
	const ways = [question, ...above.flatMap((branch) => questions.get(branch.key) ?? [])];
	const base = answered(Object.fromEntries(forks), key);
	const { answers: known } = resolveInterviewAnswers(base, interviewContext);
	const reads = ways.flatMap((one) => [
		...collectReadAnswerKeys(known, (answers) => one.when?.(answers)),
	]);
	for (const more of [{}, ...reads.flatMap(otherValues)]) {
		const asking = answered({ ...base.given, ...more }, key);
		const asked = getApplicableQuestions(
			catalogue,
			resolveInterviewAnswers(asking, interviewContext).answers,
		);
		const place = asked.findIndex((one) => one.key === key);
		if (place < 0) continue;
		const passed = asked.slice(0, place).map((one) => one.key);
		return goToPage(
			{ ...asking, passed },
			interviewContext,
			key,
			getOptionalSettingsPageId(question.step),
		);
	}
	throw new Error(`found no answers for which ${key} is asked`);
}

/** Adds a valid value for every missing answer except one. */
function answered(given: InterviewState['given'], except: string): InterviewState {
	const asking = { ...emptyInterview, given };
	const { missing } = resolveInterviewAnswers(asking, interviewContext);
	const next = questions.get(missing.find(({ key }) => key !== except)?.key ?? '');
	if (next === undefined) return asking;
	return answered({ ...given, [next.key]: getValidValue(next) }, except);
}

function otherValues(key: string): InterviewState['given'][] {
	const question = questions.get(key);
	if (question === undefined) return [];
	const choices = (question.options ?? []).map(({ value }) => value);
	const values = question.kind === 'yesno' ? [true, false] : [...choices, question.example];
	return values.flatMap((value) => (value === undefined ? [] : [{ [key]: value }]));
}
