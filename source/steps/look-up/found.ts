import type { Looked } from '../../aws/lookups/asking.ts';
import type { Found } from '../../engine/lookup.ts';
import type { Answers } from '../../engine/question.ts';
import type { ValueRule } from '../rules/value-rule.ts';

/** A text answer, or `""` where there is none yet: look-ups make do with what is known. */
export function known(answers: Answers, key: string): string {
	const value = knownValue(answers, key);
	return typeof value === 'string' ? value : '';
}

/** Any answer, or undefined; where reading one nobody has given throws, this does not. */
export function knownValue(answers: Answers, key: string): unknown {
	return Object.getOwnPropertyDescriptor(answers, key)?.value;
}

/** Facts beside a choice; those that are `""` or undefined are left out. */
export function facts(...all: readonly (string | undefined)[]): string {
	return all.filter((one) => one !== undefined && one !== '').join(', ');
}

/** The day alone, `2018-01-15`; `""` without one. */
export function day(date: Date | undefined): string {
	return date === undefined ? '' : date.toISOString().slice(0, 10);
}

/** `1 record`, `3 records`; `""` when it is not known. */
export function count(number: number | undefined, noun: string): string {
	return number === undefined ? '' : `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Choices from what was looked up, with a word on the last one when AWS has more. */
export function choices<T>(
	{ items, more }: Looked<T>,
	choice: (item: T) => Found,
	compare: (a: T, b: T) => number,
): Found[] {
	const found = takableFirst([...items].sort(compare).map(choice));
	const last = found.pop();
	if (last === undefined) return [];
	const note = `there are more than these ${items.length}; type another one`;
	return [...found, more ? { ...last, hint: facts(last.hint, note) } : last];
}

/** What can be taken first, otherwise as it was. */
export function takableFirst(found: readonly Found[]): Found[] {
	const [good, bad] = [true, false].map((takable) =>
		found.filter(({ refusal }) => (refusal === undefined) === takable),
	);
	return [...(good ?? []), ...(bad ?? [])];
}

/** Refuses what the question itself would not take, with the reason. */
export function underRule({ schema }: ValueRule, found: readonly Found[]): Found[] {
	const judged = found.map((one) => {
		const parsed = schema.safeParse(one.value);
		if (one.refusal !== undefined || parsed.success) return one;
		return { ...one, refusal: parsed.error.issues[0]?.message ?? 'does not fit the rule' };
	});
	return takableFirst(judged);
}

/** Compares by several measures: the first that tells decides. Less is better. */
export function by<T>(...measures: readonly ((item: T) => number | string)[]) {
	return (a: T, b: T): number => {
		for (const measure of measures) {
			const [left, right] = [measure(a), measure(b)];
			if (left < right) return -1;
			if (left > right) return 1;
		}
		return 0;
	};
}
