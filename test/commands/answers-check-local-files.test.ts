import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { runCommandLine } from '../../source/commands/run-command-line.ts';
import { readValidAnswers } from '../e2e/helpers/sample-answers.ts';
import { createDirectoryForEachTest } from '../helpers/temporary-directory.ts';
import { captureCommand } from './capture-command.ts';

const folder = createDirectoryForEachTest();
const file = join(folder, 'acme.yaml');
const check = (...flags: string[]) =>
	captureCommand(() => runCommandLine(['answers', 'check', file, ...flags]));

beforeEach(() => {
	vi.stubEnv('TFE_DB_PASSWORD', undefined);
	writeFileSync(
		file,
		`${readValidAnswers()}
instance:
  ssh: { config: nowhere/ssh_config }
rekey:
  custodians:
    people: { ann: keys/ann.asc, ben: '' }
`,
	);
	return () => vi.unstubAllEnvs();
});

it('reports each file and variable that this computer lacks, with its position', async () => {
	const { code, err } = await check();
	expect(code).toBe(3);
	expect(err).toMatch(
		/acme\.yaml:20:16 {2}settings\.db_password {2}the environment variable TFE_DB_PASSWORD is not set/,
	);
	expect(err).toMatch(
		/acme\.yaml:\d+:\d+ {2}instance\.ssh\.config {2}\S+ssh_config does not exist/,
	);
	expect(err).toMatch(
		/acme\.yaml:\d+:\d+ {2}rekey\.custodians\.people\.ann {2}\S+keys\/ann\.asc does not exist/,
	);
	expect(err).toContain(`tfe-wizard answers check --skip-local-checks ${file}`);
});

it('reports them in JSON', async () => {
	const { code, out } = await check('--output', 'json');
	expect(code).toBe(3);
	expect(JSON.parse(out)).toMatchObject({
		ok: false,
		problems: [
			{ key: 'settings.db_password' },
			{ key: 'instance.ssh.config' },
			{ key: 'rekey.custodians.people.ann' },
		],
	});
});

it('skips them with --skip-local-checks', async () => {
	expect(await check('--skip-local-checks')).toMatchObject({ code: 0, err: '' });
});

it('does not check Terraform unless the file names it', async () => {
	vi.stubEnv('PATH', folder);
	writeFileSync(file, readValidAnswers());
	vi.stubEnv('TFE_DB_PASSWORD', 'long-enough-1');
	expect(await check()).toMatchObject({ code: 0 });
	writeFileSync(
		file,
		readValidAnswers().replace('terraform:', 'terraform:\n  binary: terraform-none'),
	);
	const { code, err } = await check();
	expect(code).toBe(3);
	expect(err).toContain('terraform.binary  the program terraform-none was not found on PATH');
});

it('names the forms of a reference when a secret is missing', async () => {
	writeFileSync(file, readValidAnswers().replace(/db_password: .*/, 'db_password:'));
	const { code, err } = await check();
	expect(code).toBe(3);
	expect(err).toContain(
		'settings.db_password  has no value; expected { env: NAME }, { file: PATH }',
	);
	expect(err).not.toContain('8 to 128 letters');
});
