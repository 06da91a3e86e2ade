import { afterAll, beforeAll, expect, it } from 'vitest';
import { SecretBytes } from '../../source/engine/secret-bytes.ts';
import { generateThrowawayKey } from '../../source/vault/pgp/generate-keys.ts';
import { probeVault } from '../../source/vault/probe-vault.ts';
import type { DetachedHttpSender } from '../../source/vault/send-http-request.ts';
import { type RekeyRequest, VaultError } from '../../source/vault/vault-types.ts';
import { initVault, startVault, type TestVault, unsealVault } from '../helpers/test-vault.ts';

// Over HTTP, with a Vault that commits at once: emulated 0.8.

let server: TestVault;
let key = '';
let right = '';
let request: RekeyRequest;

beforeAll(async () => {
	server = await startVault({ kind: 'stand-in', like: '0.8.2' });
	const made = await initVault(server);
	[key = ''] = made.keys;
	right = made.token;
	await unsealVault(server, [key]);
	const { publicBase64 } = await generateThrowawayKey();
	request = { shares: 1, threshold: 1, pgpKeys: [publicBase64], backup: true, verify: false };
});
afterAll(() => server?.stop());

const noCurl: DetachedHttpSender = {
	send: async () => {
		throw new VaultError('unsupported', 'There is no curl on the instance.');
	},
	recall: async () => undefined,
	forget: async () => undefined,
};

it('requires a token that can read the backup when no response can be stored (no curl: a fake)', async () => {
	const vaultWith = async (token: string | undefined) => {
		const http = { host: '127.0.0.1', port: server.port, apart: noCurl };
		const given = async () =>
			token === undefined ? undefined : new SecretBytes(Buffer.from(token));
		return (await probeVault({ http, token: given })).vault;
	};
	const { nonce } = await (await vaultWith(undefined)).startRekey(request);
	const submit = async (token: string | undefined) =>
		(await vaultWith(token)).submitShare(
			new SecretBytes(Buffer.from(key, 'base64')),
			nonce,
			request,
		);
	await expect(submit(undefined)).rejects.toMatchObject({
		fault: 'refused',
		message: expect.stringMatching(/no curl.*Without a Vault token.*nothing was sent/),
	});
	await expect(submit('not-a-token')).rejects.toMatchObject({
		fault: 'refused',
		message: expect.stringMatching(/no curl.*cannot read Vault's backup.*nothing was sent/),
	});
	expect(await (await vaultWith(undefined)).rekeyStatus()).toMatchObject({ started: true, nonce });
	// Nothing else requires the token, and there is no backup yet that it could read.
	expect(await submit(right)).toMatchObject({ complete: true, nonce });
	expect((await (await vaultWith(right)).keptBackup(nonce))?.nonce).toBe(nonce);
});
