import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../source/version.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { build } from './helpers/build.ts';
import { runProgram } from './helpers/run-program.ts';
import type { RunResult } from './helpers/run-wizard.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

// The tests run in order: one package, installed once.
const folder = createTemporaryDirectory();
const prefix = join(folder, 'prefix');
const home = join(folder, 'home');
const tarball = join(folder, 'packages', `tfe-wizard-${version}.tgz`);
const installed = join(prefix, 'lib/node_modules/tfe-wizard');
const environment = {
	// npm and the installed program start the node on PATH.
	PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
	// An empty cache, so that npm finds a package neither in a registry nor in its cache.
	npm_config_cache: join(folder, 'cache'),
	npm_config_offline: 'true',
};

const run = (program: string, ...argv: string[]) =>
	runProgram(program, argv, { cwd: folder, env: environment });
const tfeWizard = (...argv: string[]): Promise<RunResult> =>
	run(join(prefix, 'bin/tfe-wizard'), ...argv);

beforeAll(async () => {
	await build();
	mkdirSync(home, { mode: 0o700 });
	const script = join(root, 'scripts/package-npm.ts');
	const packed = await run(process.execPath, script, dirname(tarball));
	expect(packed.code, packed.err).toBe(0);
	const ended = await run('npm', 'install', '--global', '--prefix', prefix, tarball);
	expect(ended.code, ended.err).toBe(0);
});

afterAll(async () => {
	if (existsSync(installed)) await tfeWizard('practice', '--stop', '--home', home);
});

describe('the npm package', () => {
	it('is smaller than 2 MB and contains the license, the docs and no other package', () => {
		expect(statSync(tarball).size).toBeLessThan(2_000_000);
		const packed = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
		expect(packed).toMatchObject({ name: 'tfe-wizard', version, bin: manifest.bin });
		for (const field of ['dependencies', 'devDependencies', 'scripts', 'private'])
			expect(packed).not.toHaveProperty(field);
		expect(readdirSync(installed)).toEqual(
			expect.arrayContaining([
				...['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'THIRD_PARTY_NOTICES.md'],
				...['dist', 'docs', 'templates'],
			]),
		);
		expect(existsSync(join(installed, 'node_modules'))).toBe(false);
		expect(existsSync(join(installed, 'templates/aws-standard/compute.tf'))).toBe(true);
	});

	it('prints its version and the help', async () => {
		expect(await tfeWizard('--version')).toMatchObject({
			...{ code: 0, out: `tfe-wizard ${version}\n`, err: '' },
		});
		const help = await tfeWizard('--help');
		expect(help).toMatchObject({ code: 0, err: '' });
		expect(help.out).toContain('tfe-wizard practice');
	});

	it('runs a practice install outside of the source tree', async () => {
		const ended = await tfeWizard('practice', '--until', 'network', '--home', home);
		expect(ended.code, ended.out + ended.err).toBe(0);
		expect(ended.out).toMatch(/^PRACTICE .*preflight/m);
	});
});

describe('package.json', () => {
	it('can be published and names the repository', () => {
		expect(manifest).not.toHaveProperty('private');
		expect(manifest).toMatchObject({
			repository: { type: 'git', url: 'git+https://github.com/tfe-wizard/tfe-wizard.git' },
			homepage: expect.stringMatching(/^https:/),
			bugs: expect.stringMatching(/^https:/),
			author: 'The tfe-wizard authors',
		});
		expect(manifest.keywords).toContain('terraform-enterprise');
	});
});
