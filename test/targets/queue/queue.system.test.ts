import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { createTemporaryDirectory } from '../../helpers/temporary-directory.ts';

const run = promisify(execFile);
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const home = createTemporaryDirectory();

/** Runs the program from its sources, with the targets of this directory. */
function wizard(...words: string[]) {
	return run(
		process.execPath,
		['--import', here('register.ts'), here('../../../source/cli.ts'), ...words, '--home', home],
		{ encoding: 'utf8' },
	);
}

afterAll(() => wizard('practice', '--stop', '--session', 'queue').catch(() => {}));

it('installs a target that no file outside of its directory knows', async () => {
	const answers = here('answers.yaml');
	const check = await wizard('answers', 'check', answers);
	expect(check.stdout).toContain('is complete: 5 answers given');
	const { stdout } = await wizard(
		...['practice', '--keep', '--session', 'queue', '--answers', answers, '--output', 'json'],
	);
	const events = stdout
		.split('\n')
		.filter(Boolean)
		.map((line) => JSON.parse(line));
	expect(events.map(({ type }) => type)).toContain('run.done');
	expect(events.filter(({ type }) => type === 'step.done').map(({ step }) => step)).toEqual([
		'preflight',
		'queue',
	]);
	const tfvars = readFileSync(`${home}/sessions/queue/workspace/queue/terraform.tfvars`, 'utf8');
	expect(tfvars).toContain('name           = "jobs"');
	expect(tfvars).toContain('retention_days = 3');
	const status = await wizard('status', '--session', 'queue', '--output', 'json');
	expect(JSON.parse(status.stdout)).toMatchObject({
		standing: 'finished',
		installed: { outputs: { queue_url: expect.stringContaining('/jobs') } },
	});
});

it('reports problems by the questions of the target that the file names', async () => {
	const failed = await wizard('answers', 'check', here('invalid.yaml')).catch((thrown) => thrown);
	expect(failed.code).toBe(3);
	expect(failed.stderr).toMatch(/invalid\.yaml:6:\d+ +queue\.retention_days/);
	expect(failed.stderr).toMatch(/invalid\.yaml:7:\d+ +settings/);
});
