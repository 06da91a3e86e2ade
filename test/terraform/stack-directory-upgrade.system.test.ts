// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are HCL
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { formatHclAttributes } from '../../source/terraform/format-hcl.ts';
import { syncStackFiles } from '../../source/terraform/stack-directory.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';

const VARIABLES = {
	fqdn: 'tfe.example.com',
	subnet_ids: ['subnet-1', 'subnet-2'],
	db_size_gb: 80,
	startup_script: '#!/bin/sh\necho "$HOME"\t\\ é\n',
	tags: { Owner: 'platform', 'cost center': 'a/b' },
};

/** The files that version 0.1.0 rendered from the same answers, as in existing workspaces. */
const EARLIER = `fqdn           = "tfe.example.com"
subnet_ids     = ["subnet-1", "subnet-2"]
db_size_gb     = 80
startup_script = "#!/bin/sh\\necho \\"$HOME\\"\\t\\\\ é\\n"
tags = {
  Owner         = "platform"
  "cost center" = "a/b"
}
`;

const MAIN = Object.keys(VARIABLES)
	.map((name) => `variable "${name}" { type = any }\n`)
	.concat(`resource "terraform_data" "all" {\n  input = {\n`)
	.concat(Object.keys(VARIABLES).map((name) => `    ${name} = var.${name}\n`))
	.concat('  }\n}\n')
	.join('');

const MORE = { ...VARIABLES, startup_script: 'echo "${HOME}" ${1} %{ if }' };
/** The script that version 0.1.0 rendered with templates, which Terraform evaluates. */
const EARLIER_MORE = EARLIER.replace(/(?<=startup_script = ).*/, () => '"echo ${1}"');

async function terraform(folder: string, ...args: string[]) {
	const { PATH, HOME } = process.env;
	const ran = await execa('terraform', args, {
		cwd: folder,
		env: { PATH, HOME, CHECKPOINT_DISABLE: '1' },
		...{ extendEnv: false, stdin: 'ignore', reject: false },
	});
	return { exitCode: ran.exitCode, said: `${ran.stdout}\n${ran.stderr}` };
}

async function earlierWorkspace(text: string): Promise<string> {
	const folder = createTemporaryDirectory();
	syncStackFiles(folder, { 'main.tf': MAIN, 'terraform.tfvars': text });
	for (const command of [['init'], ['apply', '-auto-approve']]) {
		const { exitCode, said } = await terraform(folder, ...command, '-input=false', '-no-color');
		expect(exitCode, said).toBe(0);
	}
	return folder;
}

const render = (folder: string, variables: Parameters<typeof formatHclAttributes>[0]) =>
	syncStackFiles(
		folder,
		{ 'main.tf': MAIN, 'terraform.tfvars': formatHclAttributes(variables) },
		{ removeOthers: true },
	);
const variableFiles = (folder: string) =>
	readdirSync(folder).filter((name) => name.includes('tfvars'));

describe('a workspace of an earlier version', () => {
	it('is unchanged and plans no change when its values need no escapes', async () => {
		const folder = await earlierWorkspace(EARLIER);
		expect(render(folder, VARIABLES)).toEqual({ kept: [], written: [], removed: [] });
		const { exitCode, said } = await terraform(folder, 'plan', '-detailed-exitcode', '-no-color');
		expect(exitCode, said).toBe(0);
	});

	it('is updated from its answers if it was not edited', async () => {
		const folder = await earlierWorkspace(EARLIER_MORE);
		expect(render(folder, MORE)).toEqual({ kept: [], written: ['terraform.tfvars'], removed: [] });
		expect(variableFiles(folder)).toEqual(['terraform.tfvars']);
		const { exitCode, said } = await terraform(folder, 'apply', '-auto-approve', '-no-color');
		expect(exitCode, said).toBe(0);
		const state = JSON.parse(readFileSync(join(folder, 'terraform.tfstate'), 'utf8'));
		const { input } = state.resources[0].instances[0].attributes;
		expect(input.value.startup_script).toBe(MORE.startup_script);
	});

	it('keeps an edited file and adds no second one', async () => {
		const folder = await earlierWorkspace(EARLIER);
		const edited = `${EARLIER.replace('80', '90')}# mine\n`;
		writeFileSync(join(folder, 'terraform.tfvars'), edited);
		expect(render(folder, MORE)).toEqual({ kept: ['terraform.tfvars'], written: [], removed: [] });
		expect(readFileSync(join(folder, 'terraform.tfvars'), 'utf8')).toBe(edited);
		expect(variableFiles(folder)).toEqual(['terraform.tfvars']);
		expect(existsSync(join(folder, 'terraform.tfvars.json'))).toBe(false);
	});
});
