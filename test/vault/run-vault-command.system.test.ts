import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { SecretBytes } from '../../source/engine/secret-bytes.ts';
import { withPublicKeyFiles } from '../../source/vault/public-key-files.ts';
import { runVaultCommand } from '../../source/vault/run-vault-command.ts';
import { createLocalRunner } from './local-runner.ts';

const env = { PATH: process.env.PATH };
const request = { shares: 2, threshold: 2, backup: true, verify: true };

it("passes the token in the command's environment and the key on its standard input", async () => {
	const runner = createLocalRunner(env);
	const token = new SecretBytes(Buffer.from('s.canary-token'));
	const key = Buffer.from('c0ffee');
	const result = await runVaultCommand(
		{
			runner,
			address: 'http://127.0.0.1:8200',
			// Prints what a real command would receive.
			program: ['sh', '-c', 'echo "$VAULT_TOKEN $VAULT_ADDR $VAULT_MAX_RETRIES $*"; cat', 'vault'],
			token,
		},
		['operator', 'rekey', '-'],
		key,
	);
	expect(result.stdout.toString()).toBe(
		's.canary-token http://127.0.0.1:8200 0 operator rekey -\nc0ffee',
	);
	expect(runner.ran.flat().join('\n')).not.toMatch(/canary|c0ffee/);
	expect(key.every((byte) => byte === 0)).toBe(true);
});

it('provides the public keys as files in order, and always removes them', async () => {
	const runner = createLocalRunner(env);
	const options = { runner, address: 'http://127.0.0.1:8200' };
	const keys = { ...request, pgpKeys: ['first', 'second'] };
	let folder = '';
	const read = withPublicKeyFiles(options, keys, async (files) => {
		folder = files[0]?.replace(/\/[^/]*$/, '') ?? '';
		const { stdout } = await runner.run(['cat', ...files], { timeoutMs: 60_000 });
		throw new Error(stdout.toString());
	});
	await expect(read).rejects.toThrow('firstsecond');
	const { exitCode } = await runner.run(['test', '-e', folder], { timeoutMs: 60_000 });
	expect(folder).not.toBe('');
	expect(exitCode).toBe(1);
});

it('sends nothing to Vault when the files cannot be created', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'vault-command-'));
	onTestFinished(() => rm(folder, { recursive: true }));
	const runner = createLocalRunner({ ...env, TMPDIR: join(folder, 'missing') });
	const options = { runner, address: 'http://127.0.0.1:8200' };
	let used = false;
	await expect(
		withPublicKeyFiles(options, { ...request, pgpKeys: ['first', 'second'] }, async () => {
			used = true;
		}),
	).rejects.toMatchObject({ name: 'VaultError', fault: 'unsent' });
	expect(used).toBe(false);
});
