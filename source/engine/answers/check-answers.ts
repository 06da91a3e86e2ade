import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { SourceLocation } from '../errors.ts';
import { formatCount } from '../format.ts';
import type { Answers, DerivationContext, QuestionCatalogue } from '../question.ts';
import { collectNestedTexts, findUnwritableTextProblem } from '../text-validation.ts';
import {
	addDefaultAndDerivedAnswers,
	type ResolvedAnswers,
	trackAnswerReads,
} from './add-default-and-derived-answers.ts';
import {
	type AnswersProblem,
	describeValueType,
	formatDisplayValue,
	formatItemPath,
	joinKeyPath,
	sortProblems,
} from './answers-problem.ts';
import {
	buildQuestionTree,
	type CatalogueQuestion,
	findClosestKey,
	getQuestionRule,
	getQuestionSchema,
	type QuestionTree,
} from './question-tree.ts';
import { findSecretReferenceProblem, secretReferenceRuleText } from './secret-reference.ts';

type Places = ReadonlyMap<string, SourceLocation>;

/** Answers to check: a parsed file, or those of a session, which have no positions. */
interface GivenAnswers {
	answers: Answers;
	places?: Places;
	problems?: readonly AnswersProblem[];
	broken?: boolean;
}

interface CheckedAnswers {
	/** The valid answers, normalised by their schemas. */
	answers: Answers;
	/** Problems of parsing and checking, in file order. */
	problems: readonly AnswersProblem[];
	/** The answers of the run. `missing` excludes answers that depend on a rejected one. */
	resolved: ResolvedAnswers;
}

/**
 * Checks given answers in one pass: each value against its schema, whether it applies, derived values
 * and rules across answers. Missing answers are not a problem here, because they may be asked later:
 * see `resolved.missing`.
 */
export function checkAnswers(
	given: GivenAnswers,
	catalogue: QuestionCatalogue,
	facts: DerivationContext,
): CheckedAnswers {
	const places = given.places ?? new Map();
	const tree = buildQuestionTree(catalogue);
	const problems = [...(given.problems ?? [])];
	if (given.broken === true) {
		const nothing = { answers: {}, sources: {}, missing: [], uncertain: new Set<string>() };
		return { answers: {}, problems: sortProblems(problems), resolved: nothing };
	}
	const answers: Record<string, unknown> = {};
	for (const [key, value] of Object.entries(given.answers)) {
		if (value === undefined) continue;
		const question = tree.questions.get(key);
		const found =
			question === undefined
				? { problems: [createUnknownKeyProblem(key, tree)] }
				: checkValue(question, value, places);
		if ('value' in found) answers[key] = found.value;
		else problems.push(...found.problems);
	}
	const resolved = addDefaultAndDerivedAnswers(
		answers,
		catalogue,
		facts,
		listRejectedKeys(problems, tree),
	);
	problems.push(
		...findUnaskedProblems(answers, resolved, tree, places),
		...findDerivedProblems(resolved, tree),
		...findRuleProblems(resolved, catalogue, places),
	);
	const missing = resolved.missing.filter(({ key }) => !resolved.uncertain.has(key));
	return { answers, problems: sortProblems(problems), resolved: { ...resolved, missing } };
}

function createUnknownKeyProblem(key: string, tree: QuestionTree): AnswersProblem {
	const cut = key.lastIndexOf('.');
	const parent = cut === -1 ? '' : key.slice(0, cut);
	const name = key.slice(cut + 1);
	const nearest = findClosestKey(parent, name, tree);
	return { key: joinKeyPath(parent, name), message: 'is not a known key', nearest };
}

/** The questions with problems, including those that misspelt keys were meant for. */
function listRejectedKeys(problems: readonly AnswersProblem[], tree: QuestionTree): Set<string> {
	const named = problems.flatMap(({ key, nearest }) => [key, nearest ?? '']);
	const isAbout = (key: string, question: CatalogueQuestion): boolean => {
		if (key === question.key) return true;
		if (!key.startsWith(question.key)) return false;
		const rest = key.slice(question.key.length);
		// Other questions are below a variant; only its option keys belong to it.
		return question.kind === 'variant' ? /^\.[^.]*$/.test(rest) : /^[.[]/.test(rest);
	};
	const refused = [...tree.questions.values()].filter((question) =>
		named.some((key) => isAbout(key, question)),
	);
	return new Set(refused.map(({ key }) => key));
}

function findUnaskedProblems(
	given: Answers,
	resolved: ResolvedAnswers,
	tree: QuestionTree,
	places: Places,
): AnswersProblem[] {
	return Object.entries(given).flatMap(([key, value]) => {
		const question = tree.questions.get(key);
		if (question === undefined || key in resolved.answers || resolved.uncertain.has(key)) return [];
		const branches = tree.branches.get(key) ?? [];
		const branch = branches.find(
			({ key: variant, option }) => resolved.answers[variant] !== option,
		);
		const { asked } = question;
		let message = 'does not apply with these answers; remove it';
		if (branch !== undefined) {
			const selected = resolved.answers[branch.key];
			const is = typeof selected === 'string' ? `is ${selected}` : 'has no answer';
			message = `applies only when ${branch.key} is ${branch.option}, but ${branch.key} ${is}`;
		} else if (isDeepStrictEqual(value, question.default)) {
			// A default value has no effect, as in a template that was filled in completely.
			return [];
		} else if (asked !== undefined) {
			message = `applies only ${/^(when|if|with|for|unless|after) /.test(asked) ? '' : 'when '}${asked}`;
		}
		return [{ key, place: places.get(key), message }];
	});
}

/** A derived value may violate the rule of its question, and must then be set explicitly. */
function findDerivedProblems(resolved: ResolvedAnswers, tree: QuestionTree): AnswersProblem[] {
	return Object.entries(resolved.answers).flatMap(([key, value]) => {
		const question = tree.questions.get(key);
		if (question === undefined || resolved.sources[key] !== 'derived') return [];
		if (resolved.uncertain.has(key)) return [];
		const found = checkValue(question, value);
		if ('value' in found) return [];
		return found.problems.map((problem) => ({
			...problem,
			message: `derived from other answers, the value ${problem.message}; set it explicitly`,
		}));
	});
}

function findRuleProblems(
	resolved: ResolvedAnswers,
	catalogue: QuestionCatalogue,
	places: Places,
): AnswersProblem[] {
	return catalogue.rules.flatMap((rule) => {
		const message = rule.check(resolved.answers);
		if (message === undefined) return [];
		const reads = trackAnswerReads(resolved.answers, (watched) => rule.check(watched));
		if ([...rule.keys, ...reads].some((key) => resolved.uncertain.has(key))) return [];
		const key = rule.keys.find((one) => places.has(one)) ?? rule.keys[0] ?? '';
		return [{ key, place: places.get(key), message: message.replace(/\.$/, ''), rule: rule.text }];
	});
}

/** Checks one value against its question. `places` may include list items and map entries. */
export function checkValue(
	question: CatalogueQuestion,
	value: unknown,
	places: Places = new Map(),
): { value: unknown } | { problems: AnswersProblem[] } {
	const { key, kind, textProblem } = question;
	const place = places.get(key);
	const message = kind === 'secret' ? findSecretReferenceProblem(value) : undefined;
	if (message !== undefined)
		return { problems: [{ key, place, message, rule: secretReferenceRuleText }] };
	const texts = collectNestedTexts(value).flatMap(({ path, text }) => {
		const wrong = findUnwritableTextProblem(text) ?? textProblem?.(text, path);
		if (wrong === undefined) return [];
		const at = kind === 'secret' ? key : formatItemPath(key, path);
		return [{ key: at, place: places.get(at) ?? place, message: wrong }];
	});
	// The schema would report such text with a less helpful message.
	if (texts.length > 0) return { problems: texts };
	const parsed = getQuestionSchema(question).safeParse(value, { error: formatZodIssue });
	if (parsed.success) return { value: parsed.data };
	const problems = parsed.error.issues
		.flatMap(flattenIssue)
		.map((issue) => createIssueProblem(question, value, issue, places));
	// Several failed checks of a schema may have the same message.
	const distinct = problems.filter(
		(problem, index) => problems.findIndex((other) => isDeepStrictEqual(other, problem)) === index,
	);
	return { problems: distinct };
}

type FlatIssue = Pick<z.core.$ZodIssue, 'path' | 'message'>;

/** Expands nested issues: unknown keys one by one, and the reason why a key is rejected. */
function flattenIssue(issue: z.core.$ZodIssue): FlatIssue[] {
	if (issue.code === 'unrecognized_keys') {
		const message = 'is not a known key';
		return issue.keys.map((name) => ({ path: [...issue.path, name], message }));
	}
	if (issue.code === 'invalid_key')
		return issue.issues.map(({ message }) => ({ path: issue.path, message }));
	if (issue.code === 'invalid_union') {
		// If only one alternative fails at a nested path, it is the one that was intended.
		const deep = issue.errors.filter((inner) => inner.every(({ path }) => path.length > 0));
		if (deep.length === 1 && deep[0] !== undefined)
			return deep[0].map(({ path, message }) => ({ path: [...issue.path, ...path], message }));
	}
	return [issue];
}

function createIssueProblem(
	question: CatalogueQuestion,
	value: unknown,
	{ path, message }: FlatIssue,
	places: Places,
): AnswersProblem {
	const { key, kind } = question;
	// An issue about a missing value is located at its nearest existing parent.
	const parents = path.map((_, index) => formatItemPath(key, path.slice(0, path.length - index)));
	const place = [...parents, key].map((parent) => places.get(parent)).find((found) => found);
	const problem: AnswersProblem = {
		...{ key: formatItemPath(key, path), place, message: message.replace(/\.$/, '') },
		...(path.length === 0 || kind === 'list' ? { rule: getQuestionRule(question) } : {}),
	};
	const item = path.reduce<unknown>(
		(inner, part) =>
			typeof inner === 'object' && inner !== null ? Reflect.get(inner, part) : undefined,
		value,
	);
	const plain = ['string', 'number', 'boolean'].includes(typeof item);
	// A map may contain a misplaced password, and a script may contain anything.
	if (plain && kind !== 'map' && kind !== 'multiline' && kind !== 'secret')
		problem.value = formatDisplayValue(item);
	return problem;
}

/** The message for a zod issue whose schema has no message, as a clause that follows the key. */
function formatZodIssue(issue: z.core.$ZodRawIssue): string {
	switch (issue.code) {
		case 'invalid_type':
			return formatTypeIssue(issue.expected, issue.input);
		case 'too_small':
			return formatSizeIssue(issue, Number(issue.minimum), 'at least');
		case 'too_big':
			return formatSizeIssue(issue, Number(issue.maximum), 'at most');
		case 'invalid_value':
			return `is not ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map((one) => (one === '' ? '""' : String(one))).join(', ')}`;
		case 'unrecognized_keys':
			return `has unknown keys: ${issue.keys.join(', ')}`;
		case 'invalid_key':
			return 'is not an allowed name';
		case 'invalid_union':
			return 'does not match any allowed form';
		default:
			return 'is not valid';
	}
}

function formatTypeIssue(expected: string, input: unknown): string {
	if (input === undefined) return 'is missing';
	if (input === null) return 'has no value';
	if (expected === 'int' && typeof input === 'number') return 'is not a whole number';
	const is = `is ${describeValueType(input)}`;
	if (expected === 'string' && (typeof input === 'number' || typeof input === 'boolean'))
		return `${is}; write it in quotes`;
	const names: Readonly<Record<string, string>> = {
		...{ string: 'text', number: 'a number', int: 'a whole number', boolean: 'true or false' },
		...{ array: 'a list', object: 'a mapping', record: 'a mapping' },
	};
	return `${is}, not ${names[expected] ?? expected}`;
}

function formatSizeIssue(
	{ origin, exact }: { origin: string; exact?: boolean },
	limit: number,
	side: 'at least' | 'at most',
): string {
	const bound = exact === true ? 'exactly' : side;
	if (origin !== 'string' && origin !== 'array') return `must be ${bound} ${limit}`;
	if (bound === 'at least' && limit === 1) return 'is empty';
	return `must have ${bound} ${formatCount(limit, origin === 'string' ? 'character' : 'item')}`;
}
