import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { listRealVaultTests, listTestFiles } from '../test/helpers/real-vault-tests.ts';

// Runs what `npm test` leaves out: the tests of the `long` project, and again, with a real Vault,
// the tests whose outcome depends on one. Fails without a real Vault (build it with
// `npm run real-vault`). Further arguments are passed to Vitest.

/** Tests whose rekey with a real Vault another test of this run proves. */
const PROVEN_BY: Readonly<Record<string, string>> = {
	'test/e2e/wizard-install.test.ts': 'test/e2e/wizard-rekey.long.test.ts',
	'test/e2e/line-mode.test.ts': 'test/e2e/line-mode.long.test.ts',
};

const long = listTestFiles().filter((path) => path.endsWith('.long.test.ts'));
const again = listRealVaultTests().filter((path) => !(path in PROVEN_BY));
const files = [...new Set([...long, ...again])];
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
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
