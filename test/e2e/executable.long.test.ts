import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findAllOnPath } from '../../source/engine/find-program-files.ts';
import { version } from '../../source/version.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { build } from './helpers/build.ts';
import { createPathWithoutNode } from './helpers/path-without-node.ts';
import { runProgram } from './helpers/run-program.ts';
import { runWizard } from './helpers/run-wizard.ts';

const script = fileURLToPath(new URL('../../scripts/package-executable.ts', import.meta.url));

// The tests run in order: one executable, whose first start extracts the program.
const folder = createTemporaryDirectory();
const home = join(folder, 'home');
const executable = join(folder, 'packages', `tfe-wizard-${process.platform}-${process.arch}`);
const environment = { PATH: createPathWithoutNode(folder), XDG_CACHE_HOME: join(folder, 'cache') };
const program = join(environment.XDG_CACHE_HOME, 'tfe-wizard/program');

const tfeWizard = (argv: readonly string[], env: NodeJS.ProcessEnv = {}) =>
	runProgram(executable, argv, { cwd: folder, env: { ...environment, ...env } });

beforeAll(async () => {
	await build();
	for (const created of [home, environment.XDG_CACHE_HOME]) mkdirSync(created, { mode: 0o700 });
	const packed = await runProgram(process.execPath, [script, dirname(executable)], { cwd: folder });
	expect(packed.code, packed.err).toBe(0);
});

afterAll(async () => {
	await runWizard(['practice', '--stop', '--home', home]);
});

describe.runIf(process.platform === 'linux')('the executable, without Node.js on PATH', () => {
	it('prints its version when two first starts extract it at the same time', async () => {
		expect(findAllOnPath('node', environment)).toEqual([]);
		const both = await Promise.all([tfeWizard(['--version']), tfeWizard(['--version'])]);
		for (const ended of both)
			expect(ended).toMatchObject({ code: 0, out: `tfe-wizard ${version}\n`, err: '' });
		expect(readdirSync(program)).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/)]);
		expect(statSync(program).mode & 0o777).toBe(0o700);
	});

	it('prints the same help and answers template as the program in dist/', async () => {
		for (const argv of [['--help'], ['answers', 'template']]) {
			const { out } = await runWizard(argv);
			expect(await tfeWizard(argv)).toMatchObject({ code: 0, out, err: '' });
		}
	});

	it('runs a practice install', async () => {
		const ended = await tfeWizard(['practice', '--until', 'network', '--home', home]);
		expect(ended.code, ended.out + ended.err).toBe(0);
		expect(ended.out).toMatch(/^PRACTICE .*preflight/m);
	});

	it('runs its other programs in the environment of the practice instance', async () => {
		const [digest = ''] = readdirSync(program);
		const script = join(program, digest, 'dist/emulated-vault.js');
		// Without XDG_CACHE_HOME and with another HOME, the cache directory is a different one.
		const elsewhere = { HOME: join(folder, 'instance'), XDG_CACHE_HOME: '' };
		const environment = { ...elsewhere, VAULT_ADDR: 'http://127.0.0.1:1' };
		const ended = await tfeWizard([script, 'status'], environment);
		expect(ended).toMatchObject({ code: 2, out: '' });
		expect(existsSync(elsewhere.HOME)).toBe(false);
		expect(ended.err).toMatch(/^GET "http:\/\/127\.0\.0\.1:1\/v1\/sys\/seal-status"/);
	});

	it('is not started from a directory that other users can write to', async () => {
		const open = join(folder, 'open');
		mkdirSync(open);
		chmodSync(open, 0o777);
		const ended = await tfeWizard(['--version'], { XDG_CACHE_HOME: open });
		expect(ended).toMatchObject({ code: 6, out: '' });
		expect(ended.err).toMatch(/Other users can replace the program in .*\/open\/tfe-wizard\//);
		expect(ended.err).toContain('Set XDG_CACHE_HOME');
	});
});
