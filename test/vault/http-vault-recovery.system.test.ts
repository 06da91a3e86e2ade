import { afterAll, beforeEach, expect, it } from 'vitest';
import { SecretBytes } from '../../source/engine/secret-bytes.ts';
import type { VaultClient } from '../../source/vault/http-vault.ts';
import { generateDryRunKey } from '../../source/vault/pgp/generate-keys.ts';
import { probeAndCreateVaultClient } from '../../source/vault/probe-vault.ts';
import type { RekeyRequest } from '../../source/vault/rekey-preconditions.ts';
import { VaultError } from '../../source/vault/response-errors.ts';
import {
	type HttpResponse,
	type RecoverableHttpSender,
	sendHttpRequest,
} from '../../source/vault/send-http-request.ts';
import { initVault, startVault, type TestVault, unsealVault } from '../helpers/test-vault.ts';

// Over HTTP, with a Vault that commits at once: emulated 0.8.

let server: TestVault | undefined;
let port = 0;
let keys: SecretBytes[] = [];
let right = '';
let request: RekeyRequest;

beforeEach(async () => {
	await server?.stop();
	server = await startVault({ kind: 'stand-in', like: '0.8.2' });
	port = server.port;
	const made = await initVault(server, { shares: 3, threshold: 2 });
	keys = made.keys.map((key) => new SecretBytes(Buffer.from(key, 'base64')));
	right = made.token;
	await unsealVault(server, made.keys);
	const { publicKey } = await generateDryRunKey({ signOnly: false });
	request = { shares: 1, threshold: 1, pgpKeys: [publicKey], backup: true, verify: false };
});
afterAll(() => server?.stop());

const noCurl: RecoverableHttpSender = {
	send: async () => {
		throw new VaultError('unsupported', 'There is no curl on the instance.');
	},
	recall: async () => undefined,
	forget: async () => undefined,
};

/** Stores responses in memory, and what becomes of them. */
function storing(): { kept: Map<string, HttpResponse>; detached: RecoverableHttpSender } {
	const kept = new Map<string, HttpResponse>();
	const detached: RecoverableHttpSender = {
		async send(name, sent) {
			if (kept.has(name)) throw new VaultError('unsent', `${name} was already sent.`);
			const response = await sendHttpRequest({ host: '127.0.0.1', port }, sent);
			kept.set(name, response);
			return response;
		},
		recall: async (name) => kept.get(name),
		forget: async (name) => void kept.delete(name),
	};
	return { kept, detached };
}

async function vaultWith(
	detached: RecoverableHttpSender,
	token: string | undefined,
): Promise<VaultClient> {
	const http = { host: '127.0.0.1', port, detached };
	const given = async () => (token === undefined ? undefined : new SecretBytes(Buffer.from(token)));
	return (await probeAndCreateVaultClient({ http, token: given })).vault;
}
const share = (index: number) => keys[index]?.use((bytes) => new SecretBytes(Buffer.from(bytes)));
const submit = (vault: VaultClient, index: number, nonce: string) =>
	vault.submitShare(share(index) ?? new SecretBytes(Buffer.alloc(0)), nonce, request);

it('requires a token that can read the backup when no response can be stored (no curl: a fake)', async () => {
	const [without, wrong, given] = [
		await vaultWith(noCurl, undefined),
		await vaultWith(noCurl, 'not-a-token'),
		await vaultWith(noCurl, right),
	];
	const { nonce } = await without.startRekey(request);
	await expect(submit(without, 0, nonce)).rejects.toMatchObject({
		fault: 'refused',
		message: expect.stringMatching(/no curl.*Without a Vault token.*nothing was sent.*VAULT_TOKEN/),
	});
	await expect(submit(wrong, 0, nonce)).rejects.toMatchObject({
		fault: 'refused',
		message: expect.stringMatching(/no curl.*cannot read Vault's backup.*nothing was sent/),
	});
	expect(await without.rekeyStatus()).toMatchObject({ started: true, nonce, progress: 0 });
	// Nothing else requires the token, and there is no backup yet that it could read.
	expect(await submit(given, 0, nonce)).toMatchObject({ complete: false });
	expect(await submit(given, 1, nonce)).toMatchObject({ complete: true, nonce });
	expect((await given.readShareBackup(nonce))?.nonce).toBe(nonce);
});

it('stores the response without a token until it is deleted', async () => {
	const { kept, detached } = storing();
	const vault = await vaultWith(detached, undefined);
	const { nonce } = await vault.startRekey(request);
	// One of several shares and a refusal are of no use later.
	expect(await submit(vault, 0, nonce)).toMatchObject({ complete: false });
	expect(kept.size).toBe(0);
	await expect(submit(vault, 0, nonce)).rejects.toMatchObject({ fault: 'refused', status: 400 });
	expect(kept.size).toBe(0);
	const done = await submit(vault, 1, nonce);
	if (!done.complete) throw new Error('not complete');
	expect([...kept.keys()]).toEqual([`rekey-${nonce}`]);
	const found = await vault.readShareBackup(nonce);
	for (const { fingerprint, message } of done.shares)
		expect(found?.shares.get(fingerprint)).toEqual([message]);
	// The response is never replaced: whatever fails before there is another one, it stays.
	await expect(submit(vault, 1, nonce)).rejects.toMatchObject({ fault: 'unsent' });
	expect(await vault.readShareBackup(nonce)).toEqual(found);
	await vault.deleteStoredResponse(nonce);
	expect(kept.size).toBe(0);
	await expect(vault.readShareBackup(nonce)).rejects.toMatchObject({ fault: 'refused' });
});

it("reads Vault's own backup when the stored response is truncated", async () => {
	const { kept, detached } = storing();
	const vault = await vaultWith(detached, right);
	const { nonce } = await vault.startRekey(request);
	await submit(vault, 0, nonce);
	await submit(vault, 1, nonce);
	const whole = await vault.readShareBackup(nonce);
	const [[name, response] = ['', { status: 0, body: '' }]] = kept;
	kept.set(name, { ...response, body: response.body.slice(0, response.body.length / 2) });
	expect(await vault.readShareBackup(nonce)).toEqual(whole);
});
