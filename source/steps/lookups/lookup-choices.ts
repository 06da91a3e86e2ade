import type { LookupItems } from '../../aws/lookups/lookup-requests.ts';
import { formatCount } from '../../engine/format.ts';
import type { LookupChoice } from '../../engine/lookup.ts';
import type { Answers } from '../../engine/question.ts';
import type { ValueRule } from '../rules/value-rule.ts';

/** A text answer, or `""` if it is missing: lookups work with the answers given so far. */
export function getTextAnswerOrEmpty(answers: Answers, key: string): string {
	const value = getKnownAnswer(answers, key);
	return typeof value === 'string' ? value : '';
}

/** Any answer, or undefined. Unlike reading the property, this never throws for a missing answer. */
export function getKnownAnswer(answers: Answers, key: string): unknown {
	return Object.getOwnPropertyDescriptor(answers, key)?.value;
}

/** Joins the details of a choice; `""` and undefined are omitted. */
export function joinDetails(...all: readonly (string | undefined)[]): string {
	return all.filter((one) => one !== undefined && one !== '').join(', ');
}

/** A date such as `2018-01-15`; `""` without one. */
export function formatDay(date: Date | undefined): string {
	return date === undefined ? '' : date.toISOString().slice(0, 10);
}

/** `1 record`, `3 records`; `""` if unknown. */
export function formatNounCount(number: number | undefined, noun: string): string {
	return number === undefined ? '' : formatCount(number, noun);
}

/** Choices from a lookup result; the last one has a note if AWS has more results. */
export function createChoices<T>(
	{ items, more }: LookupItems<T>,
	toChoice: (item: T) => LookupChoice,
	compare: (a: T, b: T) => number,
): LookupChoice[] {
	const found = sortSelectableFirst([...items].sort(compare).map(toChoice));
	const last = found.pop();
	if (last === undefined) return [];
	const note = `only the first ${items.length} are listed; you can enter another value`;
	return [...found, more ? { ...last, hint: joinDetails(last.hint, note) } : last];
}

/** Puts selectable choices first; otherwise keeps the order. */
export function sortSelectableFirst(found: readonly LookupChoice[]): LookupChoice[] {
	const [good, bad] = [true, false].map((takable) =>
		found.filter(({ refusal }) => (refusal === undefined) === takable),
	);
	return [...(good ?? []), ...(bad ?? [])];
}

/** Marks choices that the rule of the question rejects as unavailable, with the reason. */
export function applyRuleToChoices(
	{ schema }: ValueRule,
	found: readonly LookupChoice[],
): LookupChoice[] {
	const judged = found.map((one) => {
		const parsed = schema.safeParse(one.value);
		if (one.refusal !== undefined || parsed.success) return one;
		return { ...one, refusal: parsed.error.issues[0]?.message ?? 'does not match the rule' };
	});
	return sortSelectableFirst(judged);
}

/** A comparator by several keys, in order; lower values come first. */
export function compareBy<T>(...measures: readonly ((item: T) => number | string)[]) {
	return (a: T, b: T): number => {
		for (const measure of measures) {
			const [left, right] = [measure(a), measure(b)];
			if (left < right) return -1;
			if (left > right) return 1;
		}
		return 0;
	};
}
