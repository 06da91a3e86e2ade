import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { listRealVaultTests } from '../test/helpers/real-vault-tests.ts';

// Runs the tests that depend on a real Vault, and fails without one (build it with
// `npm run real-vault`). Further arguments are passed to Vitest.
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const files = listRealVaultTests();
if (files.length === 0) throw new Error('No test file depends on a real Vault.');
const { status } = spawnSync(
	process.execPath,
	[vitest, 'run', ...files, ...process.argv.slice(2)],
	{
		cwd: fileURLToPath(new URL('..', import.meta.url)),
		env: { ...process.env, TFE_WIZARD_REQUIRE_REAL_VAULT: '1' },
		stdio: 'inherit',
	},
);
process.exitCode = status ?? 1;
