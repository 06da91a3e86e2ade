import { type CatalogueQuestion, outlineOf } from '../../../source/engine/answers/outline.ts';
import { readsOf } from '../../../source/engine/answers/resolve.ts';
import {
	type Asking,
	type AskingFrame,
	goTo,
	nothingAsked,
	resolvedOf,
} from '../../../source/engine/guide/asking.ts';
import { askedQuestions, detailsOf } from '../../../source/engine/guide/stops.ts';
import { getTarget } from '../../../source/targets/registry.ts';

const { catalogue, steps } = getTarget('ptfe-ami');
const { branches, questions } = outlineOf(catalogue);

export const frame: AskingFrame = {
	catalogue,
	facts: { session: 'every' },
	checked: ['preflight'],
	needs: {},
};

export const lookedUp = new Set(steps.flatMap(({ lookups = [] }) => lookups.map(({ key }) => key)));

/** A valid value: the question's example or its first choice. */
export function goodValue({ key, kind, example, options }: CatalogueQuestion): unknown {
	const value = example ?? (kind === 'yesno' ? true : options?.[0]?.value);
	if (value === undefined) throw new Error(`${key} has neither an example nor choices`);
	return value;
}

/** Goes to a question with everything before it answered. */
export function askingFor(key: string): Asking {
	const question = questions.get(key);
	if (question === undefined) throw new Error(`unknown question ${key}`);
	const above = branches.get(key) ?? [];
	const forks = above.map((branch) => [branch.key, branch.option]);
	// A fork can have its own condition.
	const ways = [question, ...above.flatMap((branch) => questions.get(branch.key) ?? [])];
	const base = answered(Object.fromEntries(forks), key);
	const { answers: known } = resolvedOf(base, frame);
	const reads = ways.flatMap((one) => [...readsOf(known, (answers) => one.when?.(answers))]);
	for (const more of [{}, ...reads.flatMap(otherValues)]) {
		const asking = answered({ ...base.given, ...more }, key);
		const asked = askedQuestions(catalogue, resolvedOf(asking, frame).answers);
		const place = asked.findIndex((one) => one.key === key);
		if (place < 0) continue;
		const passed = asked.slice(0, place).map((one) => one.key);
		return goTo({ ...asking, passed }, frame, key, detailsOf(question.step));
	}
	throw new Error(`found no answers for which ${key} is asked`);
}

/** Adds a valid value for every missing answer except one. */
function answered(given: Asking['given'], except: string): Asking {
	const asking = { ...nothingAsked, given };
	const { missing } = resolvedOf(asking, frame);
	const next = questions.get(missing.find(({ key }) => key !== except)?.key ?? '');
	if (next === undefined) return asking;
	return answered({ ...given, [next.key]: goodValue(next) }, except);
}

function otherValues(key: string): Asking['given'][] {
	const question = questions.get(key);
	if (question === undefined) return [];
	const choices = (question.options ?? []).map(({ value }) => value);
	const values = question.kind === 'yesno' ? [true, false] : [...choices, question.example];
	return values.flatMap((value) => (value === undefined ? [] : [{ [key]: value }]));
}
