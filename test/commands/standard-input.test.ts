import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';

const cli = fileURLToPath(new URL('../../source/cli.ts', import.meta.url));
const production = new URL('../fixtures/tfvars/production-2018.tfvars', import.meta.url);
const home = createTemporaryDirectory();

/** Runs the source, because standard input belongs to the whole process. */
function run(input: string, ...argv: string[]) {
	const env = { PATH: process.env.PATH, HOME: home, TFE_WIZARD_HOME: home };
	const options = { input, env, cwd: home, encoding: 'utf8' } as const;
	const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...argv], options);
	return { code: status, out: stdout, err: stderr };
}

it('answers check - reports problems of standard input with line and column', () => {
	const { code, err } = run('version: 1\nregoin: us-west-2\n', 'answers', 'check', '-');
	expect(code).toBe(3);
	expect(err).toContain('standard input has 1 problem.');
	expect(err).toContain('standard input:2:1  regoin');
	expect(err).toContain('then run the same command again');
	expect(err).not.toMatch(/answers check -|--answers -/);
});

it('names standard input when answers are missing', () => {
	const { code, err } = run('version: 1\n', 'install', '--answers', '-');
	expect(code).toBe(3);
	expect(err).toMatch(/required answers are missing from standard input/);
	expect(err).toContain('Add them to standard input');
	expect(err).not.toContain('--answers -');
});

it('answers import - converts standard input and warns with line numbers', () => {
	const text = `aws_access_key = "canary"\n${readFileSync(production, 'utf8')}`;
	const { code, out, err } = run(text, 'answers', 'import', '-');
	expect(code).toBe(0);
	expect(out).toContain('region: us-west-2');
	expect(err).toContain('standard input:1  aws_access_key  unknown: not imported');
	expect(`${out}${err}`).not.toContain('canary');
});

it('the wizard does not read answers from the terminal it reads keys from', () => {
	const { code, err } = run('', '--lines', '--answers', '-');
	expect(code).toBe(2);
	expect(err).toContain('cannot read the answers from there (--answers -)');
	expect(err).toContain('tfe-wizard install --answers - (no prompts)');
});
