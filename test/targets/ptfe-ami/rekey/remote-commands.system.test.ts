import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SecretBytes } from '../../../../source/engine/secret-bytes.ts';
import { SecretRegistry } from '../../../../source/engine/secret-registry.ts';
import { connectToInstance } from '../../../../source/instance/connect.ts';
import { InstanceError } from '../../../../source/instance/instance-types.ts';
import { readSecretFile } from '../../../../source/instance/remote-files.ts';
import type { TerminalInstance } from '../../../../source/instance/run-in-terminal.ts';
import { getInstanceLayout } from '../../../../source/practice/instance/instance-layout.ts';
import type { Context } from '../../../../source/steps/services.ts';
import {
	connectToVault,
	createVaultCommandRunner,
} from '../../../../source/targets/ptfe-ami/rekey/connect-to-vault.ts';
import { parseKeyShare } from '../../../../source/vault/key-shares.ts';
import {
	generateSignOnlyKey,
	generateThrowawayKey,
} from '../../../../source/vault/pgp/generate-keys.ts';
import { probeVault } from '../../../../source/vault/probe-vault.ts';
import { judgeShares } from '../../../../source/vault/response-errors.ts';
import type { RekeyRequest, Vault } from '../../../../source/vault/vault-types.ts';
import { startTestInstance, type TestInstance } from '../../../instance/test-instance.ts';

// By the command line alone, over real ssh, where new shares count at once: on the stand-in as 0.8.

let machine: TestInstance;
let instance: TerminalInstance;
const limits = { timeoutMs: 120_000 };

beforeEach(async () => {
	machine = await startTestInstance('0.8.2');
	instance = await connectToInstance(machine.target, { environment: process.env });
});
afterEach(async () => {
	await instance?.close();
	await machine?.end();
});

const waiting = () => {
	const folder = join(getInstanceLayout(machine.machine.folder).home, '.tfe-wizard');
	return existsSync(folder) ? readdirSync(folder) : [];
};
async function vaultBy(over: TerminalInstance): Promise<Vault> {
	const command = { runner: createVaultCommandRunner(over), address: 'http://127.0.0.1:8200' };
	const { vault } = await probeVault({ command });
	expect(vault.abilities).toMatchObject({ family: 'legacy-command', verify: false });
	return vault;
}
async function oldKey(): Promise<SecretBytes> {
	const read = await readSecretFile(instance, '/data/vault-unseal-key', limits);
	if (!read.ok) throw new Error(read.words);
	const key = read.secret.use(parseKeyShare);
	if (!(key instanceof SecretBytes)) throw new Error(key.what);
	return key;
}
const requestTo = (publicBase64: string): RekeyRequest => ({
	...{ shares: 1, threshold: 1, pgpKeys: [publicBase64], backup: true, verify: false },
});

it('recovers the output after the connection was lost while the command ran', async () => {
	const { publicBase64, fingerprint } = await generateThrowawayKey();
	const request = requestTo(publicBase64);
	const key = await oldKey();
	const whole = instance;
	// The connection ends at the moment the command is known to run, and before its answer is asked for.
	const cut: TerminalInstance = {
		...whole,
		async run(command, options) {
			const ran = await whole.run(command, options);
			if (JSON.stringify(command).includes('mkdir rekey-')) await machine.cut();
			return ran;
		},
	};
	const vault = await vaultBy(cut);
	const { nonce } = await vault.startRekey(request);
	await expect(vault.submitShare(key, nonce, request)).rejects.toMatchObject({ fault: 'unclear' });

	await whole.close();
	instance = await connectToInstance(machine.target, { environment: process.env });
	const again = await vaultBy(instance);
	// Without a token: it is the answer itself that waits, and not what Vault keeps.
	const found = await again.keptBackup(nonce);
	expect(found?.nonce).toBe(nonce);
	expect(found?.shares.get(fingerprint)).toHaveLength(1);
	expect((await again.rekeyStatus()).started).toBe(false);
	// The same is never given twice: what waits stays until it is told to go.
	await expect(again.submitShare(key, nonce, request)).rejects.toMatchObject({ fault: 'refused' });
	expect(waiting()).toEqual([`rekey-${nonce}`]);
	await again.forgetAnswer?.(nonce);
	expect(waiting()).toEqual([]);
	await expect(again.keptBackup(nonce)).rejects.toMatchObject({ fault: 'refused' });
});

it('verifies the current unseal key with a dry run and leaves nothing behind', async () => {
	const request = requestTo((await generateSignOnlyKey()).publicBase64);
	const vault = await vaultBy(instance);
	const submit = async (key: SecretBytes) => {
		const { nonce } = await vault.startRekey(request);
		const judged = await vault.submitShare(key, nonce, request).then(() => 'taken', judgeShares);
		await vault.cancelRekey(nonce);
		return judged;
	};
	expect(await submit(new SecretBytes(Buffer.alloc(32, 5)))).toBe('wrong');
	expect(await submit(await oldKey())).toBe('cannot-encrypt');
	expect(waiting()).toEqual([]);
});

it('is used if ssh port forwarding fails (a fake failure)', async () => {
	const refused = async () => {
		throw new InstanceError('unreachable', 'ssh could not forward port 8200.', ['ssh said: no']);
	};
	const services = { environment: {} };
	// Of its context it needs a token alone.
	const context = { services, secrets: new SecretRegistry() } as unknown as Context;
	const { vault, found } = await connectToVault(context, { ...instance, forward: refused });
	expect(vault.abilities.family).toBe('legacy-command');
	expect(found[0]).toBe('ssh could not forward port 8200. ssh said: no');
	const over = await connectToVault(context, instance);
	expect(over.vault.abilities.family).toBe('rekey');
});
