import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { initVault, startVault, type TestVault, unsealVault } from '../../helpers/test-vault.ts';
import { generateTestKey } from './test-pgp-keys.ts';

// Behavior of 0.8 that no recording shows.
let vault: TestVault;
let key = '';
let token = '';
const WRONG = Buffer.alloc(32).toString('base64');

beforeAll(async () => {
	vault = await startVault({ kind: 'stand-in', like: '0.8.2' });
	const made = await initVault(vault);
	[key = ''] = made.keys;
	token = made.token;
	await unsealVault(vault, [key]);
});
afterAll(() => vault.stop());

const rekey = async () => (await vault.api('GET', 'sys/rekey/init')).body;

it('does not support verification of new shares', async () => {
	const { body } = await vault.api('PUT', 'sys/rekey/init', {
		secret_shares: 1,
		secret_threshold: 1,
		require_verification: true,
	});
	expect(body).not.toHaveProperty('verification_required');
	expect(await vault.api('GET', 'sys/rekey/verify')).toMatchObject({
		status: 400,
		errors: ['missing client token'],
	});
	expect((await vault.api('GET', 'sys/rekey/verify', undefined, token)).status).toBe(404);
	await vault.api('DELETE', 'sys/rekey/init');
});

it('fails after the last old key when a PGP key cannot encrypt, which verifies the old key', async () => {
	const signs = await generateTestKey('sign-only');
	const init = { secret_shares: 1, secret_threshold: 1, pgp_keys: [signs.base64] };
	const begun = await vault.api<{ nonce: string }>('PUT', 'sys/rekey/init', init);
	const submit = (given: string) =>
		vault.api('PUT', 'sys/rekey/update', { key: given, nonce: begun.body.nonce });
	expect(await submit(WRONG)).toMatchObject({
		status: 400,
		errors: ['Unseal failed, invalid key'],
	});
	const right = await submit(key);
	expect(right.status).toBe(400);
	expect(right.errors[0]).toMatch(/because it has no encryption keys$/);
	await vault.api('DELETE', 'sys/rekey/init');
	expect(await rekey()).toMatchObject({ started: false, required: 1 });
});

it('accepts any key without checking it while unsealed', async () => {
	const { status, body } = await vault.api('PUT', 'sys/unseal', { key: WRONG });
	expect({ status, body }).toMatchObject({ status: 200, body: { sealed: false } });
});

it('commits with the last old key; then only the new shares unseal the storage', async () => {
	const copy = await vault.copyOf();
	const init = { secret_shares: 5, secret_threshold: 3 };
	const begun = await vault.api<{ nonce: string }>('PUT', 'sys/rekey/init', init);
	const { body } = await vault.api<{ keys: string[] }>('PUT', 'sys/rekey/update', {
		key,
		nonce: begun.body.nonce,
	});
	const shares = body.keys;
	expect(shares).toHaveLength(5);
	expect(await rekey()).toMatchObject({ started: false, required: 3 });

	await vault.restart();
	expect(await unsealVault(vault, [key])).toBe(false);
	expect(await unsealVault(vault, shares.slice(2))).toBe(true);
	expect(await rekey()).toMatchObject({ started: false });

	// Only the old key unseals the old storage.
	const before = await startVault({ kind: 'stand-in', like: '0.8.2', folder: copy });
	expect(await unsealVault(before, shares.slice(2))).toBe(false);
	expect(await unsealVault(before, [key])).toBe(true);
	await before.stop();
	await rm(copy, { recursive: true });
});

it('is converted by the first rekey of a later version', async () => {
	const old = await startVault({ kind: 'stand-in', like: '0.8.2' });
	const { keys } = await initVault(old);
	const folder = await old.copyOf();
	await old.stop();
	const later = await startVault({ kind: 'stand-in', folder });
	expect(await unsealVault(later, keys)).toBe(true);
	const init = { secret_shares: 1, secret_threshold: 1 };
	const begun = await later.api<{ nonce: string }>('PUT', 'sys/rekey/init', init);
	const done = await later.api<{ keys: string[] }>('PUT', 'sys/rekey/update', {
		key: keys[0],
		nonce: begun.body.nonce,
	});
	await later.restart();
	expect(await unsealVault(later, keys)).toBe(false);
	expect(await unsealVault(later, done.body.keys)).toBe(true);
	await later.stop();
	await rm(folder, { recursive: true });
});
