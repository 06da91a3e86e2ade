import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it, vi } from 'vitest';
import { listRealVaultTests, listTestFiles } from './real-vault-tests.ts';
import { REQUIRE_REAL_VAULT, requireRealVault } from './test-vault.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const own = 'test/helpers/real-vault-tests.test.ts';

afterEach(() => vi.unstubAllEnvs());

/** Calls in tests that are skipped or weaker without a real Vault. */
const NEEDS_ONE =
	/\b(requireRealVault|findRealVault|selectPracticeVaultProgram|startVault|startTestInstance|startSharedVault)\(|kind: 'real'/;

it('lists every test that is skipped or weaker without a real Vault', () => {
	const naming = listTestFiles().filter((path) =>
		NEEDS_ONE.test(readFileSync(join(root, path), 'utf8')),
	);
	expect(naming.length).toBeGreaterThan(20);
	expect(listRealVaultTests()).toEqual(
		expect.arrayContaining(naming.filter((path) => path !== own)),
	);
});

it('lists tests that use Vault only through helpers', () => {
	expect(listRealVaultTests()).toEqual(
		expect.arrayContaining(['test/e2e/practice.test.ts', 'test/e2e/wizard-install.test.ts']),
	);
});

it('omits tests that do not use Vault', () => {
	for (const path of [
		'test/architecture.test.ts',
		'test/e2e/kill.long.test.ts',
		'test/commands/help.test.ts',
	])
		expect(listTestFiles()).toContain(path);
	expect(listRealVaultTests()).not.toEqual(
		expect.arrayContaining([expect.stringMatching(/architecture|e2e\/kill|commands\/help/)]),
	);
	expect(listRealVaultTests().length).toBeLessThan(listTestFiles().length / 3);
});

it('skips with a message without a real Vault and fails only where one is required', async () => {
	const words = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
	vi.stubEnv('CI', 'true');
	vi.stubEnv(REQUIRE_REAL_VAULT, undefined);
	expect(await requireRealVault('these tests', 'v0.0.0')).toBe(false);
	expect(words.mock.calls.join()).toContain(
		'SKIPPED: no real Vault v0.0.0 was found for these tests',
	);
	vi.stubEnv(REQUIRE_REAL_VAULT, '1');
	await expect(requireRealVault('these tests', 'v0.0.0')).rejects.toThrow(
		'TFE_WIZARD_REQUIRE_REAL_VAULT=1 requires one for these tests',
	);
	words.mockRestore();
});
