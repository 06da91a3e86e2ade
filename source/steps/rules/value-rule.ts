import { z } from 'zod';
import { formatCount } from '../../engine/format-counts.ts';

/**
 * The rule for one value, to be spread into a Question. Schema messages are clauses that follow the
 * key (`settings.fqdn  contains uppercase letters`).
 */
export interface ValueRule {
	schema: z.ZodType;
	/** The rule for messages. */
	rule: string;
}

/** Returns the problem of a value as a clause, or undefined. */
export type ProblemFinder<T> = (value: T) => string | undefined;

export interface TextRuleOptions {
	rule: string;
	/** The part of the rule that a pattern can express; editors get it from the JSON schema. */
	pattern: RegExp;
	/** The message if the pattern does not match. */
	wrong: string;
	/** Finds problems with a more specific message. Called before the pattern is tested. */
	problem?: ProblemFinder<string>;
}

/** The problem of a value: the specific message first, then the pattern. */
function createProblemFinder(facts: TextRuleOptions): ProblemFinder<string> {
	return (value) => facts.problem?.(value) ?? (facts.pattern.test(value) ? undefined : facts.wrong);
}

function textSchema(problem: ProblemFinder<string>, pattern: string): z.ZodType<string> {
	return z
		.string()
		.superRefine((value, context) => {
			const message = problem(value);
			if (message !== undefined) context.addIssue({ code: 'custom', message });
		})
		.meta({ pattern });
}

/** A rule for a required string. */
export function createTextRule(options: TextRuleOptions): ValueRule {
	return {
		schema: textSchema(createProblemFinder(options), options.pattern.source),
		rule: options.rule,
	};
}

/** The same rule, but `""` is allowed (none, or the AWS default). */
export function createOptionalTextRule(options: TextRuleOptions): ValueRule {
	const problem = createProblemFinder(options);
	return {
		schema: textSchema(
			(value) => (value === '' ? undefined : problem(value)),
			`^$|${options.pattern.source}`,
		),
		rule: `${options.rule}; or empty`,
	};
}

interface ListRuleOptions {
	of: TextRuleOptions;
	/** The rule of the whole list, for messages. */
	rule: string;
	min?: number;
	max?: number;
	/** Finds a problem of the whole list. Not called for an empty list that is allowed. */
	problem?: ProblemFinder<readonly string[]>;
}

/** A list of distinct strings with the same rule; each invalid item is reported by position. */
export function createListRule(options: ListRuleOptions): ValueRule {
	const { min = 0, max = Number.POSITIVE_INFINITY } = options;
	const item = textSchema(createProblemFinder(options.of), options.of.pattern.source);
	const schema = z.array(item).superRefine((items, context) => {
		const twice = items.findIndex((one, index) => items.indexOf(one) !== index);
		const message =
			countProblem(items.length, min, max) ??
			(items.length === 0 ? undefined : options.problem?.(items));
		if (message !== undefined) context.addIssue({ code: 'custom', message });
		if (twice !== -1) {
			context.addIssue({ code: 'custom', path: [twice], message: 'is listed twice' });
		}
	});
	return { schema, rule: options.rule };
}

function countProblem(count: number, min: number, max: number): string | undefined {
	if (count >= min && count <= max) return undefined;
	const wanted =
		min === max
			? `exactly ${min} are required`
			: count < min
				? `at least ${min} are required`
				: `at most ${max} are allowed`;
	return `has ${formatCount(count, 'item')}; ${wanted}`;
}

/** A whole number between two bounds, both included. `unit` follows the number in messages. */
export function createIntegerRule(min: number, max: number, unit = ''): ValueRule {
	return {
		schema: z
			.int()
			.min(min, { error: `must be between ${min} and ${max}` })
			.max(max, { error: `must be between ${min} and ${max}` }),
		rule: `a whole number from ${min} to ${max}${unit === '' ? '' : ` ${unit}`}`,
	};
}

/** One of a few whole numbers. */
export function createNumberChoiceRule(numbers: readonly number[]): ValueRule {
	const schema = z.literal([...numbers], { error: 'is not one of the allowed values' });
	return { schema, rule: `one of ${numbers.join(', ')}` };
}

/** true or false. */
export const booleanRule: ValueRule = { schema: z.boolean(), rule: 'true or false' };
