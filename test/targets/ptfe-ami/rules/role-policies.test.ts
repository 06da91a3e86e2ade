import { expect, test } from 'vitest';
import {
	findPolicyDocumentProblems,
	rolePoliciesRule,
} from '../../../../source/targets/ptfe-ami/rules/role-policies.ts';

const statement = { Effect: 'Allow', Action: ['s3:GetObject'], Resource: '*' };
const document = { Version: '2012-10-17', Statement: [statement] };

test.each([
	[{}],
	[{ extra: { file: 'policies/extra.json' } }],
	[{ extra: document }],
	[{ extra: { Version: '2012-10-17', Statement: statement } }],
	[
		{
			extra: {
				...document,
				Statement: [{ Effect: 'Deny', NotAction: 'iam:*', NotResource: ['*'], Sid: 'x' }],
			},
		},
	],
])('accepts %j', (policies) => {
	expect(rolePoliciesRule.schema.safeParse(policies)).toEqual({ success: true, data: policies });
});

test.each<[unknown, (string | number)[], string]>([
	[{ 'a b': document }, ['a b'], 'not a valid policy name'],
	[{ a: 'text' }, ['a'], 'not a policy document'],
	[{ a: { file: '' } }, ['a', 'file'], 'path'],
	[{ a: { file: 'x', Version: '2012-10-17' } }, ['a', 'Version'], 'combined with file'],
	[{ a: { Statement: [statement] } }, ['a', 'Version'], '2012-10-17'],
	[{ a: { ...document, Statement: [] } }, ['a', 'Statement'], 'at least one'],
	[{ a: { ...document, statement: [] } }, ['a', 'statement'], 'Version, Id, Statement'],
	[
		{ a: { ...document, Statement: [{ ...statement, Effect: 'allow' }] } },
		['a', 'Statement', 0],
		'Effect',
	],
	[
		{ a: { ...document, Statement: [{ ...statement, Principal: '*' }] } },
		['a', 'Statement', 0, 'Principal'],
		'role itself',
	],
	[
		{ a: { ...document, Statement: [{ ...statement, Actions: '*' }] } },
		['a', 'Statement', 0, 'Actions'],
		'not a statement element',
	],
	[
		{ a: { ...document, Statement: [statement, { Effect: 'Allow', Resource: '*' }] } },
		['a', 'Statement', 1],
		'Action',
	],
	[
		{ a: { ...document, Statement: [{ ...statement, Resource: [] }] } },
		['a', 'Statement', 0, 'Resource'],
		'string',
	],
	[
		{ a: { ...document, Statement: [{ ...statement, Resource: 'x'.repeat(10_240) }] } },
		['a'],
		'10240',
	],
])('rejects %j', (policies, path, words) => {
	const issues = rolePoliciesRule.schema.safeParse(policies).error?.issues ?? [];
	expect(issues.map((issue) => issue.path)).toContainEqual(path);
	expect(issues.map(({ message }) => message).join('; ')).toContain(words);
});

test('validates the content of a policy file', () => {
	expect(findPolicyDocumentProblems(document)).toEqual([]);
	expect(findPolicyDocumentProblems([document])).toEqual([
		{ path: [], message: 'is not a policy document' },
	]);
});
