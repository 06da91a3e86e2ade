import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { SourceLocation } from '../errors.ts';
import { collectNestedTexts, findUnwritableTextProblem } from '../text-validation.ts';
import { type AnswersProblem, formatDisplayValue, formatItemPath } from './answers-problem.ts';
import { formatZodIssue } from './format-zod-issue.ts';
import { getQuestionRule, getQuestionSchema } from './question-schema.ts';
import type { CatalogueQuestion } from './question-tree.ts';
import { findSecretReferenceProblem, secretReferenceRuleText } from './secret-reference.ts';

/** A normalised value, or the problems of an invalid one. */
type ValueCheckResult = { value: unknown } | { problems: AnswersProblem[] };

/** Checks one value against its question. `places` may include list items and map entries. */
export function checkValue(
	question: CatalogueQuestion,
	value: unknown,
	places: ReadonlyMap<string, SourceLocation> = new Map(),
): ValueCheckResult {
	const { key, kind } = question;
	const place = places.get(key);
	if (kind === 'secret') {
		const message = findSecretReferenceProblem(value);
		if (message !== undefined)
			return { problems: [{ key, place, message, rule: secretReferenceRuleText }] };
	}
	const texts = textProblems(question, value, places);
	// The schema would report such text with a less helpful message.
	if (texts.length > 0) return { problems: texts };
	const parsed = getQuestionSchema(question).safeParse(value, { error: formatZodIssue });
	if (parsed.success) return { value: parsed.data };
	const problems = parsed.error.issues
		.flatMap(flatIssues)
		.map((issue) => issueProblem(question, value, issue, places));
	// Several failed checks of a schema may have the same message.
	const distinct = problems.filter(
		(problem, index) => problems.findIndex((other) => isDeepStrictEqual(other, problem)) === index,
	);
	return { problems: distinct };
}

function textProblems(
	question: CatalogueQuestion,
	value: unknown,
	places: ReadonlyMap<string, SourceLocation>,
): AnswersProblem[] {
	const { key, kind, textProblem } = question;
	return collectNestedTexts(value).flatMap(({ path, text }) => {
		const message = findUnwritableTextProblem(text) ?? textProblem?.(text, path);
		if (message === undefined) return [];
		const at = kind === 'secret' ? key : formatItemPath(key, path);
		return [{ key: at, place: places.get(at) ?? places.get(key), message }];
	});
}

interface FlatIssue {
	path: readonly PropertyKey[];
	message: string;
}

/** Expands nested issues: unknown keys one by one, and the reason why a key is rejected. */
function flatIssues(issue: z.core.$ZodIssue): FlatIssue[] {
	if (issue.code === 'unrecognized_keys') {
		const message = 'is not a known key';
		return issue.keys.map((name) => ({ path: [...issue.path, name], message }));
	}
	if (issue.code === 'invalid_key') {
		return issue.issues.map(({ message }) => ({ path: issue.path, message }));
	}
	if (issue.code === 'invalid_union') {
		// If only one alternative fails at a nested path, it is the one that was intended.
		const deep = issue.errors.filter((inner) => inner.every(({ path }) => path.length > 0));
		if (deep.length === 1 && deep[0] !== undefined) {
			return deep[0].map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
		}
	}
	return [issue];
}

function issueProblem(
	question: CatalogueQuestion,
	value: unknown,
	{ path, message }: FlatIssue,
	places: ReadonlyMap<string, SourceLocation>,
): AnswersProblem {
	const { key, kind } = question;
	const at = formatItemPath(key, path);
	// An issue about a missing value is located at its nearest existing parent.
	const parents = path.map((_, index) => formatItemPath(key, path.slice(0, path.length - index)));
	const place = [...parents, key].map((parent) => places.get(parent)).find((found) => found);
	const problem: AnswersProblem = { key: at, place, message: message.replace(/\.$/, '') };
	if (path.length === 0 || kind === 'list') problem.rule = getQuestionRule(question);
	const item = path.reduce<unknown>(
		(inner, part) =>
			typeof inner === 'object' && inner !== null ? Reflect.get(inner, part) : undefined,
		value,
	);
	const plain = ['string', 'number', 'boolean'].includes(typeof item);
	// A map may contain a misplaced password, and a script may contain anything.
	if (plain && kind !== 'map' && kind !== 'multiline' && kind !== 'secret') {
		problem.value = formatDisplayValue(item);
	}
	return problem;
}
