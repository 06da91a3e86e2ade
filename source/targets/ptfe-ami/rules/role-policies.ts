import { z } from 'zod';
import type { ValueRule } from '../../../steps/rules/value-rule.ts';
import { getTerraformTextProblem } from '../../../terraform/hcl-writer.ts';

export interface PolicyDocument {
	Version: '2012-10-17' | '2008-10-17';
	Id?: string;
	Statement: PolicyStatement | readonly PolicyStatement[];
}

type PolicyStatement = Readonly<Record<string, unknown>> & { Effect: 'Allow' | 'Deny' };

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

/** A problem within a value: where (path below it) and what. */
interface Breach {
	path: (string | number)[];
	message: string;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWords(value: unknown): boolean {
	const words = Array.isArray(value) ? value : [value];
	return words.length > 0 && words.every((word) => typeof word === 'string' && word !== '');
}

function statementBreaches(statement: unknown, path: (string | number)[]): Breach[] {
	if (!isObject(statement)) return [{ path, message: 'is not a policy statement' }];
	const breaches: Breach[] = [];
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
function unfaithful(value: unknown, path: (string | number)[] = []): Breach[] {
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
export function findPolicyDocumentProblems(document: unknown): Breach[] {
	if (!isObject(document)) return [{ path: [], message: 'is not a policy document' }];
	const unfit = unfaithful(document);
	if (unfit.length > 0) return unfit;
	const { Version, Statement, Id: _id, ...others } = document;
	const breaches: Breach[] = Object.keys(others).map((key) => ({
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

function policyBreaches(policy: unknown): Breach[] {
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
export const rolePoliciesRule: ValueRule = {
	rule: 'policy names, each with { file: PATH } or a document with Version and Statement',
	schema: z.record(z.string(), z.unknown()).superRefine((policies, context) => {
		for (const [name, policy] of Object.entries(policies)) {
			if (!/^[A-Za-z0-9+=,.@_-]{1,128}$/.test(name)) {
				const message = 'is not a valid policy name: 1 to 128 letters, digits and + = , . @ _ -';
				context.addIssue({ code: 'custom', path: [name], message });
			}
			for (const { path, message } of policyBreaches(policy)) {
				context.addIssue({ code: 'custom', path: [name, ...path], message });
			}
		}
	}),
};
