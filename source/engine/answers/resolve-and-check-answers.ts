import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { WizardError } from '../errors.ts';
import type { Answers, DerivationSessionInfo, QuestionCatalogue } from '../question.ts';
import { collectNestedTexts, findUnwritableTextProblem } from '../text-validation.ts';
import {
	type AnswersProblem,
	formatItemPath,
	formatValueAsShortJson,
	formatZodIssue,
	joinKeyPath,
	sortProblemsByPosition,
} from './answers-problem.ts';
import type { ParsedAnswers } from './parse-answers.ts';
import {
	buildQuestionTree,
	type CatalogueQuestion,
	findClosestKey,
	getQuestionRuleText,
	getQuestionSchema,
	type QuestionTree,
} from './question-tree.ts';
import { findSecretReferenceProblem, secretReferenceRuleText } from './resolve-secret-reference.ts';

type AnswerSource = 'file' | 'default' | 'derived';

export interface ResolvedAnswers {
	/** All answers of questions that apply: given, derived or default. */
	answers: Answers;
	/** The source of each answer; `file` for any given answer. */
	sources: Readonly<Record<string, AnswerSource>>;
	/**
	 * Required questions that apply and have no answer, in catalogue order; derived ones only when
	 * nothing else is missing.
	 */
	missing: readonly { key: string; label: string }[];
	/** Keys whose answer or condition depends on a rejected answer. */
	uncertain: ReadonlySet<string>;
}

/** Whether a question applies: its variant conditions and its `when` are true. */
export function isQuestionApplicable(
	question: CatalogueQuestion,
	answers: Answers,
	{ branches }: QuestionTree,
): boolean {
	const conditions = branches.get(question.key) ?? [];
	const chosen = conditions.every(({ key, option }) => answers[key] === option);
	return chosen && (question.when?.(answers) ?? true);
}

/**
 * Adds defaults and derived values to given answers until nothing changes, because a derived value
 * may depend on later or other derived values. Given answers of questions that do not apply are
 * omitted.
 *
 * @param rejected Keys that were given but are invalid; see `uncertain`.
 * @throws WizardError `internal` when a `derive` fails or derived values are circular.
 */
export function addDefaultAndDerivedAnswers(
	given: Answers,
	catalogue: QuestionCatalogue,
	context: DerivationSessionInfo,
	rejected: ReadonlySet<string> = new Set(),
): ResolvedAnswers {
	const tree = buildQuestionTree(catalogue);
	const { questions } = catalogue;
	const answers: Record<string, unknown> = Object.fromEntries(
		Object.entries(given).filter(([key, value]) => tree.questions.has(key) && value !== undefined),
	);
	const sources: Record<string, AnswerSource> = {};
	/** Sets one answer. Returns whether it changed. */
	const update = (question: CatalogueQuestion): boolean => {
		const { key } = question;
		const before = answers[key];
		let source: AnswerSource = 'file';
		let value: unknown;
		if (isQuestionApplicable(question, answers, tree)) {
			value = given[key];
			if (value === undefined) [source, value] = ['derived', derive(question, answers, context)];
			if (value === undefined) [source, value] = ['default', question.default];
		}
		if (value === undefined) {
			delete answers[key];
			delete sources[key];
		} else {
			answers[key] = value;
			sources[key] = source;
		}
		return !isDeepStrictEqual(before, value);
	};
	let changed = questions.filter(update);
	for (let round = 0; changed.length > 0; round++) {
		if (round > questions.length) {
			const keys = changed.map(({ key }) => key).join(', ');
			const message = `The defaults of these questions depend on each other: ${keys}.`;
			throw new WizardError('internal', { message });
		}
		changed = questions.filter(update);
	}
	const lacking = questions.filter(
		(question) =>
			question.optional !== true &&
			answers[question.key] === undefined &&
			isQuestionApplicable(question, answers, tree),
	);
	// A derived answer is not reported as missing while one of its inputs may be missing.
	const underived = lacking.filter(({ derive }) => derive === undefined);
	const missing = underived.length > 0 ? underived : lacking;
	const reads = (question: CatalogueQuestion): string[] => [
		...(tree.branches.get(question.key) ?? []).map(({ key }) => key),
		...collectReadAnswerKeys(answers, (watched) => question.when?.(watched)),
		...collectReadAnswerKeys(answers, (watched) =>
			given[question.key] === undefined ? question.derive?.(watched, context) : undefined,
		),
	];
	return {
		answers,
		sources,
		missing: missing.map(({ key, label }) => ({ key, label })),
		uncertain: addDependentKeys(
			rejected,
			questions.map((question) => [question.key, reads(question)]),
		),
	};
}

/**
 * A rejected answer must not cause further problems: everything that depends on it, as tracked
 * through the reads of `derive` and `when`, is unknown too.
 */
function addDependentKeys(
	rejected: ReadonlySet<string>,
	reads: readonly [key: string, reads: readonly string[]][],
): Set<string> {
	const uncertain = new Set(rejected);
	for (let before = -1; before !== uncertain.size; ) {
		before = uncertain.size;
		for (const [key, read] of reads) if (read.some((one) => uncertain.has(one))) uncertain.add(key);
	}
	return uncertain;
}

function derive(
	question: CatalogueQuestion,
	answers: Answers,
	context: DerivationSessionInfo,
): unknown {
	try {
		return question.derive?.(answers, context);
	} catch (cause) {
		const message = `The default of ${question.key} could not be derived.`;
		throw new WizardError('internal', { message, details: [String(cause)], cause });
	}
}

/** The keys of the answers that a function reads. */
export function collectReadAnswerKeys(
	answers: Answers,
	read: (answers: Answers) => unknown,
): Set<string> {
	const reads = new Set<string>();
	const watched = new Proxy(answers, {
		get(target, key) {
			reads.add(String(key));
			return Reflect.get(target, key);
		},
		has(target, key) {
			reads.add(String(key));
			return Reflect.has(target, key);
		},
		ownKeys(target) {
			for (const key of Object.keys(target)) reads.add(key);
			return Reflect.ownKeys(target);
		},
	});
	read(watched);
	return reads;
}

type Places = ParsedAnswers['places'];

/** Answers to check: a parsed file, or those of a session, which have no positions. */
type GivenAnswers = Pick<ParsedAnswers, 'answers'> &
	Partial<Pick<ParsedAnswers, 'places' | 'problems' | 'broken'>>;

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
	facts: DerivationSessionInfo,
): CheckedAnswers {
	const places = given.places ?? new Map();
	const tree = buildQuestionTree(catalogue);
	const problems = [...(given.problems ?? [])];
	if (given.broken === true) {
		const nothing = { answers: {}, sources: {}, missing: [], uncertain: new Set<string>() };
		return { answers: {}, problems: sortProblemsByPosition(problems), resolved: nothing };
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
	return {
		answers,
		problems: sortProblemsByPosition(problems),
		resolved: { ...resolved, missing },
	};
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
		if (resolved.sources[key] !== 'derived' || resolved.uncertain.has(key)) return [];
		const found = question && checkValue(question, value);
		if (found === undefined || 'value' in found) return [];
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
		const reads = collectReadAnswerKeys(resolved.answers, (watched) => rule.check(watched));
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
		...(path.length === 0 || kind === 'list' ? { rule: getQuestionRuleText(question) } : {}),
	};
	const item = path.reduce<unknown>(
		(inner, part) =>
			typeof inner === 'object' && inner !== null ? Reflect.get(inner, part) : undefined,
		value,
	);
	const plain = ['string', 'number', 'boolean'].includes(typeof item);
	// A map may contain a misplaced password, and a script may contain anything.
	if (plain && kind !== 'map' && kind !== 'multiline' && kind !== 'secret')
		problem.value = formatValueAsShortJson(item);
	return problem;
}
