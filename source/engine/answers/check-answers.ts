import { isDeepStrictEqual } from 'node:util';
import type { SourceLocation } from '../errors.ts';
import type { Answers, DerivationContext, QuestionCatalogue } from '../question.ts';
import { type AnswersProblem, joinKeyPath, sortProblems } from './answers-problem.ts';
import { checkValue } from './check-value.ts';
import { findClosestKey } from './closest-match.ts';
import {
	buildQuestionTree,
	type CatalogueQuestion,
	type QuestionTree,
	type VariantCondition,
} from './question-tree.ts';
import { type ResolvedAnswers, resolveAnswers, trackAnswerReads } from './resolve-answers.ts';

/** Answers to check: a parsed file, or those of a session, which have no positions. */
interface GivenAnswers {
	answers: Answers;
	places?: ReadonlyMap<string, SourceLocation>;
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
	const outline = buildQuestionTree(catalogue);
	const problems = [...(given.problems ?? [])];
	if (given.broken === true) {
		const nothing = { answers: {}, sources: {}, missing: [], uncertain: new Set<string>() };
		return { answers: {}, problems: sortProblems(problems), resolved: nothing };
	}
	const answers: Record<string, unknown> = {};
	for (const [key, value] of Object.entries(given.answers)) {
		if (value === undefined) continue;
		const question = outline.questions.get(key);
		const found =
			question === undefined
				? { problems: [unknownKey(key, outline)] }
				: checkValue(question, value, places);
		if ('value' in found) answers[key] = found.value;
		else problems.push(...found.problems);
	}
	const resolved = resolveAnswers(answers, catalogue, facts, refusedKeys(problems, outline));
	problems.push(
		...unaskedProblems(answers, resolved, outline, places),
		...derivedProblems(resolved, outline),
		...ruleProblems(resolved, catalogue, places),
	);
	const missing = resolved.missing.filter(({ key }) => !resolved.uncertain.has(key));
	return { answers, problems: sortProblems(problems), resolved: { ...resolved, missing } };
}

function unknownKey(key: string, outline: QuestionTree): AnswersProblem {
	const cut = key.lastIndexOf('.');
	const parent = cut === -1 ? '' : key.slice(0, cut);
	const name = key.slice(cut + 1);
	const nearest = findClosestKey(parent, name, outline);
	return { key: joinKeyPath(parent, name), message: 'is not a known key', nearest };
}

/** The questions with problems, including those that misspelt keys were meant for. */
function refusedKeys(problems: readonly AnswersProblem[], outline: QuestionTree): Set<string> {
	const named = problems.flatMap(({ key, nearest }) => [key, nearest ?? '']);
	const isAbout = (key: string, question: CatalogueQuestion): boolean => {
		if (key === question.key) return true;
		if (!key.startsWith(question.key)) return false;
		const rest = key.slice(question.key.length);
		// Other questions are below a variant; only its option keys belong to it.
		return question.kind === 'variant' ? /^\.[^.]*$/.test(rest) : /^[.[]/.test(rest);
	};
	const refused = [...outline.questions.values()].filter((question) =>
		named.some((key) => isAbout(key, question)),
	);
	return new Set(refused.map(({ key }) => key));
}

function unaskedProblems(
	given: Answers,
	resolved: ResolvedAnswers,
	outline: QuestionTree,
	places: ReadonlyMap<string, SourceLocation>,
): AnswersProblem[] {
	return Object.entries(given).flatMap(([key, value]) => {
		const question = outline.questions.get(key);
		if (question === undefined || key in resolved.answers || resolved.uncertain.has(key)) return [];
		const branches = outline.branches.get(key) ?? [];
		const branch = branches.find(({ key: fork, option }) => resolved.answers[fork] !== option);
		// A default value has no effect, as in a template that was filled in completely.
		if (branch === undefined && isDeepStrictEqual(value, question.default)) return [];
		const message = branch === undefined ? whenClause(question) : branchClause(branch, resolved);
		return [{ key, place: places.get(key), message }];
	});
}

function whenClause({ asked }: CatalogueQuestion): string {
	if (asked === undefined) return 'does not apply with these answers; remove it';
	return `applies only ${/^(when|if|with|for|unless|after) /.test(asked) ? '' : 'when '}${asked}`;
}

function branchClause({ key, option }: VariantCondition, { answers }: ResolvedAnswers): string {
	const taken = answers[key];
	const is = typeof taken === 'string' ? `is ${taken}` : 'has no answer';
	return `applies only when ${key} is ${option}, but ${key} ${is}`;
}

/** A derived value may violate the rule of its question, and must then be set explicitly. */
function derivedProblems(resolved: ResolvedAnswers, outline: QuestionTree): AnswersProblem[] {
	return Object.entries(resolved.answers).flatMap(([key, value]) => {
		const question = outline.questions.get(key);
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

function ruleProblems(
	resolved: ResolvedAnswers,
	catalogue: QuestionCatalogue,
	places: ReadonlyMap<string, SourceLocation>,
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
