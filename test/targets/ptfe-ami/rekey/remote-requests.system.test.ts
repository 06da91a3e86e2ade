import { afterAll, beforeAll, expect, it } from 'vitest';
import { SecretBytes } from '../../../../source/engine/secret-bytes.ts';
import { connectToInstance } from '../../../../source/instance/connect.ts';
import { readSecretFile } from '../../../../source/instance/remote-files.ts';
import { readDetachedResult } from '../../../../source/instance/run-detached.ts';
import type { TerminalInstance } from '../../../../source/instance/run-in-terminal.ts';
import { createDetachedHttpSender } from '../../../../source/targets/ptfe-ami/rekey/remote-requests.ts';
import { parseKeyShare } from '../../../../source/vault/key-shares.ts';
import { generateThrowawayKey } from '../../../../source/vault/pgp/generate-keys.ts';
import { probeVault } from '../../../../source/vault/probe-vault.ts';
import type { RekeyRequest } from '../../../../source/vault/vault-types.ts';
import { startTestInstance, type TestInstance } from '../../../instance/test-instance.ts';

// A Vault of 0.8 counts new shares at the very request whose answer may be lost: on the stand-in.

let machine: TestInstance;
let instance: TerminalInstance;
const limits = { timeoutMs: 120_000 };

beforeAll(async () => {
	machine = await startTestInstance('0.8.2');
	instance = await connectToInstance(machine.target, { environment: process.env });
});
afterAll(async () => {
	await instance?.close();
	await machine?.end();
});

async function vaultOver(over: TerminalInstance) {
	const address = 'http://127.0.0.1:8200';
	const socketPath = await over.forward(8200);
	const { vault } = await probeVault({
		http: { socketPath, apart: createDetachedHttpSender(over, address) },
	});
	return vault;
}

it('recovers the response after the connection was lost, with the emulated Vault 0.8', async () => {
	const read = await readSecretFile(instance, '/data/vault-unseal-key', limits);
	if (!read.ok) throw new Error(read.words);
	const key = read.secret.use(parseKeyShare);
	if (!(key instanceof SecretBytes)) throw new Error(key.what);
	const vault = await vaultOver(instance);
	expect(vault.abilities.verify).toBe(false);
	const { publicBase64, fingerprint } = await generateThrowawayKey();
	const request: RekeyRequest = {
		...{ shares: 1, threshold: 1, pgpKeys: [publicBase64], backup: true, verify: false },
	};
	const { nonce } = await vault.startRekey(request);
	const submitted = await vault.submitShare(key, nonce, request);
	if (!submitted.complete) throw new Error('the rekey did not end');
	const message = submitted.shares[0]?.message ?? Buffer.alloc(0);

	await machine.cut();
	await instance.close();
	instance = await connectToInstance(machine.target, { environment: process.env });
	const again = await vaultOver(instance);
	// Without a token: it is the answer itself that waits, and not what Vault keeps.
	const found = await again.keptBackup(nonce);
	expect(found?.nonce).toBe(nonce);
	expect(found?.shares.get(fingerprint)?.[0]?.equals(message)).toBe(true);
	await again.forgetAnswer?.('another-nonce');
	expect(await again.keptBackup(nonce)).toEqual(found);
	await again.forgetAnswer?.(nonce);
	const none = { state: 'unknown' };
	expect(await readDetachedResult(instance, `rekey-${nonce}`, limits)).toEqual(none);
	await expect(again.keptBackup(nonce)).rejects.toMatchObject({ fault: 'refused' });
});
