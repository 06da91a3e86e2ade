import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { build } from './helpers/build.ts';
import { cliPath, runWizard } from './helpers/run-wizard.ts';

describe('relative directories in the environment', () => {
	const homeIn = async (env: NodeJS.ProcessEnv): Promise<string> => {
		const cwd = createTemporaryDirectory();
		const argv = ['sessions', 'list', '--output', 'json'];
		const full = { HOME: cwd, XDG_DATA_HOME: '', TFE_WIZARD_HOME: '', XDG_CACHE_HOME: cwd, ...env };
		const ran = await runWizard(argv, { cwd, env: full });
		expect(ran.code, ran.err).toBe(0);
		// Node keeps compiled code in the cache folder.
		expect(existsSync(join(cwd, 'rel'))).toBe(false);
		const { home } = JSON.parse(ran.out) as { home: string };
		return home.replace(cwd, 'CWD');
	};

	it.each<[string, NodeJS.ProcessEnv, string]>([
		['XDG_DATA_HOME is ignored', { XDG_DATA_HOME: 'rel' }, 'CWD/.local/share/tfe-wizard'],
		['XDG_CACHE_HOME is ignored', { XDG_CACHE_HOME: 'rel' }, 'CWD/.local/share/tfe-wizard'],
		['HOME is resolved', { HOME: 'rel' }, 'CWD/rel/.local/share/tfe-wizard'],
		[
			'an empty HOME counts as unset',
			{ HOME: '' },
			`${userInfo().homedir}/.local/share/tfe-wizard`,
		],
	])('%s', async (_, env, home) => {
		expect(await homeIn(env)).toBe(home);
	});
});

describe('a path that is not UTF-8', () => {
	// Node cannot pass such bytes to a child; a shell can.
	const run = (words: string) =>
		spawnSync('bash', ['-c', `"$0" "$1" ${words}`, process.execPath, cliPath], {
			...{ cwd: tmpdir(), encoding: 'utf8' },
		});

	it.each([
		[`sessions list --home $'\\xff\\xfe'`, '--home'],
		[`install --answers $'a\\xff.yaml'`, '--answers'],
		[`answers check $'a\\xff.yaml'`, 'answers check'],
		[`sessions show $'\\xff'`, 'sessions show'],
	])('is refused in %s', async (words, named) => {
		await build();
		const ran = run(words);
		expect(ran.status).toBe(2);
		expect(ran.stderr).toContain(named);
		expect(ran.stderr).toContain('UTF-8');
		expect(ran.stderr).toContain('next');
	});

	it.each(['TFE_WIZARD_HOME', 'XDG_DATA_HOME'])('is refused in %s', async (name) => {
		await build();
		const ran = spawnSync(
			'bash',
			[
				'-c',
				`export TFE_WIZARD_HOME= ${name}=$'/tmp/\\xff'; exec "$0" "$1" sessions list`,
				process.execPath,
				cliPath,
			],
			{ encoding: 'utf8' },
		);
		expect(ran.status).toBe(2);
		expect(ran.stderr).toContain('UTF-8');
	});
});
