// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are policies
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../../../source/steps/step-context.ts';
import { renderRolePolicies } from '../../../../source/targets/ptfe-ami/rules/role-policies.ts';
import { createTemporaryDirectory } from '../../../helpers/temporary-directory.ts';
import { getError } from '../../../terraform/helpers.ts';

const STATEMENT = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const DOCUMENT = { Version: '2012-10-17', Statement: [STATEMENT] };
const folder = createTemporaryDirectory();

async function fileOf(policies: Readonly<Record<string, unknown>>): Promise<string> {
	const answers = { 'settings.instance_role_policies': policies };
	const cancel = { gentle: new AbortController().signal };
	const context = { answers, services: { baseFolder: folder }, cancel } as unknown as Context;
	return (await renderRolePolicies(context))['instance_role_policies.tf'] ?? '';
}

const labels = (text: string) =>
	[...text.matchAll(/^resource "aws_iam_role_policy" "(.+)" \{$/gm)].map(([, label]) => label);

describe('the resource names of policies', () => {
	it('depend only on the policy name', async () => {
		expect(labels(await fileOf({ 'a.b': DOCUMENT, '1c': DOCUMENT, d_e: DOCUMENT }))).toEqual([
			'extra_a_b',
			'extra__1c',
			'extra_d_e',
		]);
	});

	it('differ for policy names that differ only in characters Terraform does not allow', async () => {
		const found = labels(await fileOf({ 'a.b': DOCUMENT, a_b: DOCUMENT, 'a+b': DOCUMENT }));
		expect(new Set(found).size).toBe(3);
		expect(found).toContain('extra_a_b');
		expect(
			labels(await fileOf({ 'a+b': DOCUMENT, a_b: DOCUMENT, 'a.b': DOCUMENT })).sort(),
		).toEqual(found.sort());
	});
});

describe('a policy file', () => {
	const read = (text: string) => {
		writeFileSync(join(folder, 'policy.json'), text);
		return fileOf({ extra: { file: 'policy.json' } });
	};

	it('is written with its policy variables escaped', async () => {
		const text = await read(JSON.stringify({ ...DOCUMENT, Id: '${aws:username} %{ if }' }));
		expect(text).toContain('$${aws:username} %%{ if }');
	});

	it.each([
		['e\\u0301', 'extra: ', 'Statement.0.Resource contains U+0065 U+0301'],
		['\\ud83d', 'extra: ', 'Statement.0.Resource contains an unpaired surrogate'],
		['\\u0000', 'extra: ', 'Statement.0.Resource contains a null character'],
	])('with the text %s is rejected with its position', async (written, name, words) => {
		const text = JSON.stringify(DOCUMENT).replace('"*"', () => `"${written}"`);
		const { fault, facts } = await getError(read(text));
		expect(fault).toBe('answers');
		expect(facts.message).toContain(name);
		expect(facts.details?.join()).toContain(words);
	});

	it.each(['12345678901234567890', '1e400'])('with the number %s is rejected', async (number) => {
		const condition = `"Condition":{"NumericEquals":{"x":${number}}},"Effect"`;
		const text = JSON.stringify(DOCUMENT).replace('"Effect"', () => condition);
		const { facts } = await getError(read(text));
		expect(facts.details?.join()).toContain('Condition.NumericEquals.x has too many digits');
	});

	it('with excessive nesting is rejected', async () => {
		const deep = `{"Version":"2012-10-17","Statement":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
		const { facts } = await getError(read(deep));
		expect(facts.details?.join()).toContain('nested more than');
	});
});
