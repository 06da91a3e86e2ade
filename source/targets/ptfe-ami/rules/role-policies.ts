import { createHash } from 'node:crypto';
import { isAbsolute, join } from 'node:path';
import { WizardError } from '../../../engine/errors.ts';
import { readInputFileText } from '../../../engine/input-file.ts';
import { limits } from '../../../engine/limits.ts';
import type { LocalReference } from '../../../engine/question.ts';
import { createMapRule, type NestedProblem } from '../../../steps/rules/value-rule.ts';
import type { Context } from '../../../steps/step-context.ts';
import { formatHclString, getTerraformTextProblem } from '../../../terraform/format-hcl.ts';

/** Inline policies of a role may have 10,240 characters in total, without whitespace (IAM quota). */
export const MAX_ROLE_POLICY_CHARACTERS = 10_240;

const STATEMENT_KEYS = [
	'Sid',
	'Effect',
	'Action',
	'NotAction',
	'Resource',
	'NotResource',
	'Condition',
];

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWords(value: unknown): boolean {
	const words = Array.isArray(value) ? value : [value];
	return words.length > 0 && words.every((word) => typeof word === 'string' && word !== '');
}

function statementBreaches(statement: unknown, path: (string | number)[]): NestedProblem[] {
	if (!isObject(statement)) return [{ path, message: 'is not a policy statement' }];
	const breaches: NestedProblem[] = [];
	const say = (message: string, key?: string) =>
		breaches.push({ path: key === undefined ? path : [...path, key], message });
	for (const key of Object.keys(statement)) {
		if (key === 'Principal' || key === 'NotPrincipal') {
			say('is not allowed: the policy applies to the role itself', key);
		} else if (!STATEMENT_KEYS.includes(key)) {
			say(`is not a statement element; valid: ${STATEMENT_KEYS.join(', ')}`, key);
		}
	}
	if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
		say('must have an Effect of Allow or Deny');
	}
	for (const key of ['Action', 'Resource']) {
		const given = [key, `Not${key}`].filter((name) => name in statement);
		if (given.length !== 1) say(`must have either ${key} or Not${key}`);
		else if (!isWords(statement[given[0] ?? key]))
			say('must be a string or a list of strings', given[0]);
	}
	return breaches;
}

/** Deeper than any real policy, so that a hostile file cannot exhaust the call stack. */
const DEEPEST = 32;

/** Values that would not reach IAM unchanged: strings that Terraform alters, numbers too large. */
function unfaithful(value: unknown, path: (string | number)[] = []): NestedProblem[] {
	if (path.length > DEEPEST) {
		return [{ path: path.slice(0, 4), message: `is nested more than ${DEEPEST} levels deep` }];
	}
	const said = (message: string | undefined, at = path) =>
		message === undefined ? [] : [{ path: at, message }];
	if (typeof value === 'string') return said(getTerraformTextProblem(value));
	if (typeof value === 'number') return said(numberProblem(value));
	if (Array.isArray(value)) return value.flatMap((item, at) => unfaithful(item, [...path, at]));
	if (!isObject(value)) return [];
	return Object.entries(value).flatMap(([key, item]) => [
		...said(getTerraformTextProblem(key), [...path, key]),
		...unfaithful(item, [...path, key]),
	]);
}

function numberProblem(value: number): string | undefined {
	const exact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
	return exact ? undefined : 'has too many digits for a number; put it in quotes';
}

/**
 * All problems of a policy document for a role. Also used for the content of the files in
 * `settings.instance_role_policies`.
 */
export function findPolicyDocumentProblems(document: unknown): NestedProblem[] {
	if (!isObject(document)) return [{ path: [], message: 'is not a policy document' }];
	const unfit = unfaithful(document);
	if (unfit.length > 0) return unfit;
	const { Version, Statement, Id: _id, ...others } = document;
	const breaches: NestedProblem[] = Object.keys(others).map((key) => ({
		path: [key],
		message: 'is not a policy element; valid: Version, Id, Statement',
	}));
	if (Version !== '2012-10-17' && Version !== '2008-10-17') {
		breaches.push({ path: ['Version'], message: 'must be "2012-10-17", in quotes' });
	}
	const statements = Array.isArray(Statement) ? Statement : [Statement];
	if (Statement === undefined || statements.length === 0) {
		breaches.push({ path: ['Statement'], message: 'must contain at least one statement' });
	} else {
		for (const [index, statement] of statements.entries()) {
			const path = Array.isArray(Statement) ? ['Statement', index] : ['Statement'];
			breaches.push(...statementBreaches(statement, path));
		}
	}
	const length = JSON.stringify(document).length;
	if (length > MAX_ROLE_POLICY_CHARACTERS) {
		const message = `has ${length} characters; the limit is ${MAX_ROLE_POLICY_CHARACTERS}`;
		breaches.push({ path: [], message });
	}
	return breaches;
}

function policyBreaches(policy: unknown): NestedProblem[] {
	if (isObject(policy) && 'file' in policy) {
		const { file, ...others } = policy;
		const fits = typeof file === 'string' && file.trim() !== '' && !/[\n\r\0]/.test(file);
		return [
			...(fits ? [] : [{ path: ['file'], message: 'is not a file path' }]),
			...Object.keys(others).map((key) => ({
				path: [key],
				message: 'cannot be combined with file',
			})),
		];
	}
	return findPolicyDocumentProblems(policy);
}

/** Policy name to `{ file }` or a policy document. */
export const rolePoliciesRule = createMapRule(
	'policy names, each with { file: PATH } or a document with Version and Statement',
	(name, policy) => {
		const message = 'is not a valid policy name: 1 to 128 letters, digits and + = , . @ _ -';
		const isValidName = /^[A-Za-z0-9+=,.@_-]{1,128}$/.test(name);
		return [...(isValidName ? [] : [{ path: [], message }]), ...policyBreaches(policy)];
	},
);

const KEY = 'settings.instance_role_policies';

/**
 * `instance_role_policies.tf`: the additional policies of the answers, attached to the instance role.
 *
 * @throws WizardError `answers` when a policy file cannot be read or is not a valid policy.
 */
export async function renderRolePolicies(context: Context): Promise<Record<string, string>> {
	const given = context.answers[KEY];
	const policies = typeof given === 'object' && given !== null ? Object.entries(given) : [];
	if (policies.length === 0) return {};
	const labels = createResourceLabels(policies.map(([name]) => name));
	const documents = await Promise.all(
		policies.map(
			async ([name, policy]) => [name, await readPolicyDocument(context, name, policy)] as const,
		),
	);
	const blocks = documents.map(([name, given]) => {
		const document = JSON.stringify(given, undefined, 2);
		const label = labels.get(name);
		return [
			`resource "aws_iam_role_policy" "extra_${label}" {`,
			`  name   = ${formatHclString(name)}`,
			// The role name as in the template's output iam_role.
			'  role   = aws_iam_role.instance.name',
			`  policy = ${formatHclString(document)}`,
			'}',
			'',
		].join('\n');
	});
	return { 'instance_role_policies.tf': blocks.join('\n') };
}

/**
 * Resource names for policy names, which may contain characters that Terraform does not allow. A
 * digest makes them unique if they differ only in such characters (`a.b`, `a_b`).
 */
function createResourceLabels(names: readonly string[]): Map<string, string> {
	const plain = (name: string) =>
		name.replace(/[^A-Za-z0-9_-]/g, '_').replace(/^(?![A-Za-z_])/, '_');
	const shared = (name: string) => names.some((one) => one !== name && plain(one) === plain(name));
	return new Map(
		names.map((name) => {
			const label = plain(name);
			if (label === name || !shared(name)) return [name, label];
			const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
			return [name, `${label}_${digest}`];
		}),
	);
}

async function readPolicyDocument(
	context: Context,
	name: string,
	policy: unknown,
): Promise<unknown> {
	const { file } = policy as { file?: unknown };
	if (typeof file !== 'string') return policy;
	const path = isAbsolute(file) ? file : join(context.services.baseFolder, file);
	const read = await readPolicyFile(name, path, context.cancel.gentle);
	if ('document' in read) return read.document;
	throw createPolicyError(name, path, read.problems);
}

async function readPolicyFile(
	name: string,
	path: string,
	signal?: AbortSignal,
): Promise<{ document: unknown } | { problems: string[] }> {
	const text = await readInputFileText(path, {
		what: `the policy ${KEY}.${name}`,
		mostBytes: limits.policyBytes,
		expected: 'a JSON file with Version and Statement',
		signal,
	});
	let document: unknown;
	try {
		document = JSON.parse(text);
	} catch (thrown) {
		return { problems: [thrown instanceof Error ? thrown.message : String(thrown)] };
	}
	const breaches = findPolicyDocumentProblems(document);
	if (breaches.length === 0) return { document };
	return {
		problems: breaches.map(
			({ path: at, message }) => `${at.join('.') || 'the document'} ${message}`,
		),
	};
}

/** The policy files that the answer names, each checked as the installation would check it. */
export function listPolicyFiles(value: unknown): LocalReference[] {
	if (!isObject(value)) return [];
	return Object.entries(value).flatMap(([name, policy]) => {
		const file = isObject(policy) ? policy.file : undefined;
		if (typeof file !== 'string') return [];
		const inspect: LocalReference['inspect'] = async (path, signal) => {
			const read = await readPolicyFile(name, path, signal);
			return 'document' in read
				? undefined
				: `${path} is not a valid role policy: ${read.problems.join('; ')}`;
		};
		return [{ path: [name, 'file'], kind: 'file', name: file, inspect }];
	});
}

function createPolicyError(name: string, path: string, details: readonly string[]): WizardError {
	return new WizardError('answers', {
		message: `${KEY}.${name}: ${path} is not a valid role policy.`,
		details,
		expected: 'a JSON file with Version and Statement',
		next: [`Fix ${path}, then run the same command again.`],
	});
}
