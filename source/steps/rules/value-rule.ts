import { z } from 'zod';
import { formatCount } from '../../engine/format.ts';
import type { Question } from '../../engine/question.ts';

/**
 * The rule for one value, to be spread into a Question. Schema messages are clauses that follow the
 * key (`settings.fqdn  contains uppercase letters`).
 */
export interface ValueRule {
	kind: Question['kind'];
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

/** `; use X` when X satisfies the rule. A suggestion that would be rejected is omitted. */
export function suggestIfValid(facts: TextRuleOptions, value: string): string {
	return createProblemFinder(facts)(value) === undefined ? `; use ${value}` : '';
}

/** Strings without a problem. `pattern` is the part of the rule for editors, if it has one. */
export function createTextSchema(
	findProblem: ProblemFinder<string>,
	pattern?: string,
): z.ZodType<string> {
	const schema = z.string().superRefine((value, context) => {
		const message = findProblem(value);
		if (message !== undefined) context.addIssue({ code: 'custom', message });
	});
	return pattern === undefined ? schema : schema.meta({ pattern });
}

/** A problem within a value: where (path below it) and what. */
export interface NestedProblem {
	path: (string | number)[];
	message: string;
}

/** A map of JSON values; `findProblems` returns all problems of one entry, with paths below it. */
export function createMapRule(
	rule: string,
	findProblems: (name: string, value: unknown) => readonly NestedProblem[],
): ValueRule {
	const schema = z.record(z.string(), z.unknown()).superRefine((entries, context) => {
		for (const [name, value] of Object.entries(entries)) {
			for (const { path, message } of findProblems(name, value)) {
				context.addIssue({ code: 'custom', path: [name, ...path], message });
			}
		}
	});
	return { kind: 'map', schema, rule };
}

/** A rule for a required string. */
export function createTextRule(options: TextRuleOptions): ValueRule {
	return {
		kind: 'text',
		schema: createTextSchema(createProblemFinder(options), options.pattern.source),
		rule: options.rule,
	};
}

/** The same rule, but `""` is allowed (none, or the AWS default). */
export function createOptionalTextRule(options: TextRuleOptions): ValueRule {
	const problem = createProblemFinder(options);
	return {
		kind: 'text',
		schema: createTextSchema(
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
	const item = createTextSchema(createProblemFinder(options.of), options.of.pattern.source);
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
	return { kind: 'list', schema, rule: options.rule };
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
		kind: 'number',
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
	return { kind: 'number', schema, rule: `one of ${numbers.join(', ')}` };
}

/** true or false. */
export const booleanRule: ValueRule = { kind: 'yesno', schema: z.boolean(), rule: 'true or false' };

/** true or false, with a default; the example shows the other value. */
export function createBooleanRuleWithDefault(defaultValue: boolean) {
	return { ...booleanRule, default: defaultValue, example: !defaultValue };
}
