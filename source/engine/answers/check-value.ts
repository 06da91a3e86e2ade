import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { Place } from '../errors.ts';
import { textsWithin, unwritableProblem } from '../text-problem.ts';
import { issueClause } from './issue-words.ts';
import { ruleOf, schemaOf } from './kinds.ts';
import type { CatalogueQuestion } from './outline.ts';
import { itemKey, type Problem, shownValue } from './problem.ts';
import { secretProblem, secretRule } from './secret-reference.ts';

/** A value as its schema normalises it, or what is wrong with it. */
export type Found = { value: unknown } | { problems: Problem[] };

/** One value against its question; places of list items and map entries where there are some. */
export function checkValue(
	question: CatalogueQuestion,
	value: unknown,
	places: ReadonlyMap<string, Place> = new Map(),
): Found {
	const { key, kind } = question;
	const place = places.get(key);
	if (kind === 'secret') {
		const message = secretProblem(value);
		if (message !== undefined) return { problems: [{ key, place, message, rule: secretRule }] };
	}
	const texts = textProblems(question, value, places);
	// A text that cannot be held as it is would break the schema in less telling words.
	if (texts.length > 0) return { problems: texts };
	const parsed = schemaOf(question).safeParse(value, { error: issueClause });
	if (parsed.success) return { value: parsed.data };
	const problems = parsed.error.issues
		.flatMap(flatIssues)
		.map((issue) => issueProblem(question, value, issue, places));
	// One value may break several checks of its schema in the same words.
	const distinct = problems.filter(
		(problem, index) => problems.findIndex((other) => isDeepStrictEqual(other, problem)) === index,
	);
	return { problems: distinct };
}

function textProblems(
	question: CatalogueQuestion,
	value: unknown,
	places: ReadonlyMap<string, Place>,
): Problem[] {
	const { key, kind, textProblem } = question;
	return textsWithin(value).flatMap(({ path, text }) => {
		const message = unwritableProblem(text) ?? textProblem?.(text, path);
		if (message === undefined) return [];
		const at = kind === 'secret' ? key : itemKey(key, path);
		return [{ key: at, place: places.get(at) ?? places.get(key), message }];
	});
}

interface FlatIssue {
	path: readonly PropertyKey[];
	message: string;
}

/** Issues with more to tell inside: unknown keys one by one, and the reason a name is refused. */
function flatIssues(issue: z.core.$ZodIssue): FlatIssue[] {
	if (issue.code === 'unrecognized_keys') {
		const message = 'is not a known key';
		return issue.keys.map((name) => ({ path: [...issue.path, name], message }));
	}
	if (issue.code === 'invalid_key') {
		return issue.issues.map(({ message }) => ({ path: issue.path, message }));
	}
	if (issue.code === 'invalid_union') {
		// Where only one form goes wrong further inside, that is the one that was meant.
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
	places: ReadonlyMap<string, Place>,
): Problem {
	const { key, kind } = question;
	const at = itemKey(key, path);
	// An issue about something that is not there is placed at the nearest thing that is.
	const parents = path.map((_, index) => itemKey(key, path.slice(0, path.length - index)));
	const place = [...parents, key].map((parent) => places.get(parent)).find((found) => found);
	const problem: Problem = { key: at, place, message: message.replace(/\.$/, '') };
	if (path.length === 0 || kind === 'list') problem.rule = ruleOf(question);
	const item = path.reduce<unknown>(
		(inner, part) =>
			typeof inner === 'object' && inner !== null ? Reflect.get(inner, part) : undefined,
		value,
	);
	const plain = ['string', 'number', 'boolean'].includes(typeof item);
	// A map may hold a password in the wrong place, and a script may hold anything.
	if (plain && kind !== 'map' && kind !== 'multiline' && kind !== 'secret') {
		problem.value = shownValue(item);
	}
	return problem;
}
