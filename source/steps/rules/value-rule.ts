import { z } from 'zod';

/**
 * What one value must be, ready to be spread into a Question. Messages of the schema are
 * clauses that read on after the key (`settings.fqdn  holds an upper-case letter`).
 */
export interface ValueRule {
	schema: z.ZodType;
	/** The rule in a few words. */
	rule: string;
}

/** Says what is wrong with a value, as a clause, or nothing. */
export type Problem<T> = (value: T) => string | undefined;

export interface TextRuleFacts {
	rule: string;
	/** As much of the rule as a pattern can say; editors get it with the file's schema. */
	pattern: RegExp;
	/** The clause when the pattern does not fit. */
	wrong: string;
	/** What the pattern cannot say. Called first, for the more telling words. */
	problem?: Problem<string>;
}

/** The problem with a value under `facts`: the telling words first, then the pattern. */
export function textProblem(facts: TextRuleFacts): Problem<string> {
	return (value) => facts.problem?.(value) ?? (facts.pattern.test(value) ? undefined : facts.wrong);
}

function textSchema(problem: Problem<string>, pattern: string): z.ZodType<string> {
	return z
		.string()
		.superRefine((value, context) => {
			const message = problem(value);
			if (message !== undefined) context.addIssue({ code: 'custom', message });
		})
		.meta({ pattern });
}

/** A rule for a text that must be given. */
export function textRule(facts: TextRuleFacts): ValueRule {
	return { schema: textSchema(textProblem(facts), facts.pattern.source), rule: facts.rule };
}

/** The same rule where `""` is a value of its own (nothing, none, the default of AWS). */
export function orEmpty(facts: TextRuleFacts): ValueRule {
	const problem = textProblem(facts);
	return {
		schema: textSchema(
			(value) => (value === '' ? undefined : problem(value)),
			`^$|${facts.pattern.source}`,
		),
		rule: `${facts.rule}; or empty`,
	};
}

export interface ListRuleFacts {
	of: TextRuleFacts;
	/** The rule of the whole list, in a few words. */
	rule: string;
	min?: number;
	max?: number;
	/** What is wrong with the whole list. Not called when it is empty and that is allowed. */
	problem?: Problem<readonly string[]>;
}

/** A list of distinct texts under one rule; each wrong item is told by its position. */
export function listRule(facts: ListRuleFacts): ValueRule {
	const { min = 0, max = Number.POSITIVE_INFINITY } = facts;
	const item = textSchema(textProblem(facts.of), facts.of.pattern.source);
	const schema = z.array(item).superRefine((items, context) => {
		const twice = items.findIndex((one, index) => items.indexOf(one) !== index);
		const message =
			countProblem(items.length, min, max) ??
			(items.length === 0 ? undefined : facts.problem?.(items));
		if (message !== undefined) context.addIssue({ code: 'custom', message });
		if (twice !== -1) {
			context.addIssue({ code: 'custom', path: [twice], message: 'is in the list twice' });
		}
	});
	return { schema, rule: facts.rule };
}

function countProblem(count: number, min: number, max: number): string | undefined {
	if (count >= min && count <= max) return undefined;
	const wanted =
		min === max
			? `exactly ${min} are needed`
			: count < min
				? `at least ${min} are needed`
				: `at most ${max} are allowed`;
	return `has ${count} ${count === 1 ? 'item' : 'items'}, ${wanted}`;
}

/** A whole number between two bounds, both included. `unit` follows the number in the words. */
export function wholeNumber(min: number, max: number, unit = ''): ValueRule {
	return {
		schema: z
			.int()
			.min(min, { error: `is below ${min}` })
			.max(max, { error: `is above ${max}` }),
		rule: `a whole number from ${min} to ${max}${unit === '' ? '' : ` ${unit}`}`,
	};
}

/** One of a few whole numbers. */
export function oneOfNumbers(numbers: readonly number[]): ValueRule {
	const schema = z.literal([...numbers], { error: 'is none of the numbers that are taken' });
	return { schema, rule: `one of ${numbers.join(', ')}` };
}

/** true or false. */
export const yesNo: ValueRule = { schema: z.boolean(), rule: 'true or false' };
