// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are shell code and policies
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { renderWorkspaceFiles } from '../../source/steps/stack/workspace-files.ts';
import type { Context } from '../../source/steps/step-context.ts';
import { renderRolePolicies } from '../../source/targets/ptfe-ami/rules/role-policies.ts';
import { syncStackFiles } from '../../source/terraform/stack-directory.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { init, said, templatesFolder, terraform } from './support.ts';

const SCRIPT = [
	'#!/bin/sh',
	'echo "${HOME}" ${1} $${x} $(date) `id` %{ if true }no%{ endif } %%{x} ~}',
	'curl -w \'%{http_code}\\n\' "a\\tb" <<EOF',
	'  ${file("/etc/passwd")}',
	'EOF',
	'# é 中 😀 \u00a0 \u202e \ufeff',
	'',
].join('\n');

const STATEMENT = {
	Effect: 'Allow',
	Action: 's3:GetObject',
	Resource: ['arn:aws:s3:::home/${aws:username}/*', '${file("/etc/passwd")}', '${1}', '%{ if x }'],
	Condition: { StringEquals: { 'aws:PrincipalTag/${x}': '"\\${*}$${y}' } },
};
const POLICIES = {
	'a.b': { Version: '2012-10-17', Statement: STATEMENT },
	a_b: { Version: '2012-10-17', Statement: [STATEMENT] },
};
const TAGS = { 'Cost Center:1/2': 'a=b+c@d', for: 'x', null: '' };

const VARIABLES = {
	fqdn: 'tfe.example.com',
	installation_id: '0123456789ab',
	ami_id: 'ami-58342c27',
	cert_id: 'arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555',
	bucket_name: 'tfe-example-data',
	instance_subnet_id: 'subnet-00000000000000001',
	elb_subnet_ids: ['subnet-0000000000000000a', 'subnet-0000000000000000b'],
	data_subnet_ids: ['subnet-00000000000000001', 'subnet-00000000000000002'],
	startup_script: SCRIPT,
	tags: TAGS,
};

/** As much of a run's context as rendering a stack reads. */
function contextOf(answers: Readonly<Record<string, unknown>>): Context {
	const cloud = { practice: false, stackFiles: () => ({}) };
	return {
		answers: { region: 'eu-west-1', account: '123456789012', ...answers },
		services: { templates: templatesFolder, baseFolder: '/', cloud },
		session: { name: 'test' },
	} as unknown as Context;
}

interface Planned {
	address: string;
	values: Record<string, unknown>;
}

/** The resources of a plan of the folder, with a provider that asks nobody. */
async function plannedWithMocks(folder: string): Promise<Planned[]> {
	await cp(join(templatesFolder, 'aws-standard/tests/mocks'), join(folder, 'mocks'), {
		recursive: true,
	});
	const test = 'mock_provider "aws" {\n  source = "./mocks"\n}\nrun "p" {\n  command = plan\n}\n';
	await writeFile(join(folder, 'literal.tftest.hcl'), test);
	const started = await init(folder);
	expect(started.exitCode, said(started)).toBe(0);
	const ran = await terraform(folder, ['test', '-json', '-verbose', '-no-color']);
	expect(ran.exitCode, said(ran)).toBe(0);
	const messages = ran.stdout
		.split('\n')
		.flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
	const plan = messages.find(({ type }) => type === 'test_plan')?.test_plan;
	return plan.resource_changes.map(
		(one: { address: string; change: { after: Planned['values'] } }) => ({
			address: one.address,
			values: one.change.after,
		}),
	);
}

it('plans scripts, policies and tags letter by letter as the answers have them', async () => {
	const folder = createTemporaryDirectory();
	const context = contextOf({ 'settings.instance_role_policies': POLICIES });
	const files = renderWorkspaceFiles(context, {
		stack: 'install',
		template: 'aws-standard',
		variables: VARIABLES,
		extra: await renderRolePolicies(context),
	});
	syncStackFiles(folder, files);
	const planned = await plannedWithMocks(folder);

	const template = planned.find(({ address }) => address === 'aws_launch_template.main');
	const userData = Buffer.from(String(template?.values.user_data), 'base64').toString('utf8');
	expect(userData).toContain(`<<'END_OF_STARTUP_SCRIPT'\n${SCRIPT}\nEND_OF_STARTUP_SCRIPT\n`);
	expect(template?.values.tags).toMatchObject(TAGS);

	const policies = planned.filter(({ address }) => address.startsWith('aws_iam_role_policy.extra'));
	expect(
		Object.fromEntries(
			policies.map(({ values }) => [values.name, JSON.parse(String(values.policy))]),
		),
	).toEqual(POLICIES);
});
