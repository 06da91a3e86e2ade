import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { combine } from 'shamir-secret-sharing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	initVault,
	requireRealVault,
	startVault,
	type TestVault,
	unsealVault,
} from '../../helpers/test-vault.ts';
import { generateGpgKey, generateTestKey } from './test-pgp-keys.ts';

const ZEROES = Buffer.alloc(32).toString('base64');
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const hasReal = await requireRealVault('the contract of a Vault', 'v1.14.1');
const gpg = await generateGpgKey();
const rsa = await generateTestKey('rsa');
afterAll(() => gpg.end());

interface Init {
	secret_shares: number;
	secret_threshold: number;
	pgp_keys?: string[];
	backup?: boolean;
	require_verification?: boolean;
}

interface Result {
	nonce: string;
	complete?: boolean;
	keys: string[];
	keys_base64: string[];
	pgp_fingerprints: string[] | null;
	verification_nonce: string;
}

// The same tests run on the real and the emulated Vault; where they differ, the emulated one is
// wrong.
describe.each([
	{ kind: 'stand-in' as const, skipped: false },
	{ kind: 'real' as const, skipped: !hasReal },
])('a Vault ($kind)', ({ kind, skipped }) => {
	if (skipped) return it.skip('no real Vault is here');

	let vault: TestVault;
	let token = '';
	/** The current key shares. */
	let current: readonly string[] = [];

	beforeAll(async () => {
		vault = await startVault({ kind });
	});
	afterAll(() => vault.stop());

	const get = (path: string) => vault.api('GET', path);
	const refusal = async (answer: Promise<{ status: number; errors: readonly string[] }>) => {
		const { status, errors } = await answer;
		return [status, ...errors];
	};
	const start = (init: Init) => vault.api<Result>('PUT', 'sys/rekey/init', init);
	const submit = (key: string, nonce: string) =>
		vault.api<Result>('PUT', 'sys/rekey/update', { key, nonce });
	const prove = (key: string, nonce: string) =>
		vault.api<Result>('PUT', 'sys/rekey/verify', { key, nonce });
	const cancel = () => vault.api('DELETE', 'sys/rekey/init');

	/** Starts a rekey and submits every current share; returns the last response. */
	async function rekeyed(init: Init): Promise<Result> {
		const begun = await start(init);
		expect(begun.status, begun.errors.join()).toBe(200);
		let last = begun.body;
		for (const key of current) last = (await submit(key, begun.body.nonce)).body;
		expect(last.complete).toBe(true);
		return last;
	}

	async function verified(result: Result, keys: readonly string[]): Promise<void> {
		let complete: boolean | undefined;
		for (const key of keys) {
			complete = (await prove(key, result.verification_nonce)).body.complete;
		}
		expect(complete).toBe(true);
		current = keys;
	}

	describe('before it is initialised', () => {
		it('reports that it is not initialized', async () => {
			expect((await get('sys/seal-status')).body).toMatchObject({
				type: 'shamir',
				initialized: false,
				sealed: true,
				t: 0,
				n: 0,
				migration: false,
				recovery_seal: false,
				storage_type: 'file',
			});
			expect(await get('sys/init')).toMatchObject({ status: 200, body: { initialized: false } });
		});

		it('cannot be unsealed, and refuses invalid init parameters', async () => {
			expect(await refusal(vault.api('PUT', 'sys/unseal', { key: ZEROES }))).toEqual([
				400,
				'Vault is not initialized',
			]);
			const init = (secret_shares: number, secret_threshold: number) =>
				refusal(vault.api('PUT', 'sys/init', { secret_shares, secret_threshold }));
			expect(await init(1, 5)).toEqual([
				400,
				'invalid seal configuration: threshold cannot be larger than shares',
			]);
			expect(await init(5, 1)).toEqual([
				400,
				'invalid seal configuration: threshold must be greater than one for multiple shares',
			]);
		});

		it('can be initialized only once', async () => {
			const made = await initVault(vault);
			token = made.token;
			current = made.keys;
			expect(Buffer.from(made.keys[0] ?? '', 'base64')).toHaveLength(32);
			expect(token).toMatch(/^hvs\.[A-Za-z0-9]{24}$/);
			const again = vault.api('PUT', 'sys/init', { secret_shares: 1, secret_threshold: 1 });
			expect(await refusal(again)).toEqual([400, 'Vault is already initialized']);
		});
	});

	describe('sealed', () => {
		it('reports that it is sealed, and refuses rekey requests', async () => {
			expect((await get('sys/seal-status')).body).toMatchObject({ sealed: true, t: 1, n: 1 });
			for (const path of ['sys/rekey/init', 'sys/rekey/verify']) {
				expect(await refusal(get(path))).toEqual([503, 'node is not active']);
			}
			expect(await refusal(start({ secret_shares: 1, secret_threshold: 1 }))).toEqual([
				503,
				'node is not active',
			]);
			expect(await refusal(get('sys/rekey/backup'))).toEqual([503, 'Vault is sealed']);
		});

		it('refuses keys that are invalid or wrong', async () => {
			const unseal = (key: string) => refusal(vault.api('PUT', 'sys/unseal', { key }));
			expect(await unseal('not a key!')).toEqual([
				400,
				"'key' must be a valid hex or base64 string",
			]);
			expect(await unseal('AAAA')).toEqual([
				400,
				'invalid key: key is shorter than minimum 16 bytes',
			]);
			expect(await unseal(ZEROES)).toEqual([
				400,
				'unable to retrieve stored keys: invalid key: failed to decrypt keys from storage: cipher: message authentication failed',
			]);
			expect(await refusal(vault.api('PUT', 'sys/unseal', {}))).toEqual([
				400,
				"'key' must be specified in request body as JSON, or 'reset' set to true",
			]);
			// A share instead of the key itself: one byte too long.
			expect(await unseal(Buffer.alloc(33, 1).toString('base64'))).toEqual([
				400,
				'invalid key: failed to setup unseal key: crypto/aes: invalid key size 33',
			]);
		});

		it('is unsealed by its key, and then accepts any well-formed key', async () => {
			expect(await unsealVault(vault, current)).toBe(true);
			const garbage = await vault.api('PUT', 'sys/unseal', { key: ZEROES });
			expect(garbage).toMatchObject({ status: 200, body: { sealed: false } });
			expect((await get('sys/leader')).body).toMatchObject({ ha_enabled: false, is_self: false });
		});
	});

	describe('a rekey', () => {
		it('is not in progress initially', async () => {
			expect((await get('sys/rekey/init')).body).toEqual({
				nonce: '',
				started: false,
				t: 0,
				n: 0,
				progress: 0,
				required: 1,
				pgp_fingerprints: null,
				backup: false,
				verification_required: false,
			});
			expect(await refusal(get('sys/rekey/verify'))).toEqual([400, 'no rekey configuration found']);
			expect(await refusal(submit(ZEROES, 'x'))).toEqual([400, 'no barrier rekey in progress']);
			expect(await refusal(prove(ZEROES, 'x'))).toEqual([400, 'no rekey in progress']);
			expect((await cancel()).status).toBe(204);
		});

		it.each([
			[
				{ secret_shares: 2, secret_threshold: 5 },
				400,
				'provided threshold greater than the total shares',
			],
			[
				{ secret_shares: 0, secret_threshold: 0 },
				500,
				'invalid rekey seal configuration: shares must be at least one',
			],
			[
				{ secret_shares: 5, secret_threshold: 1 },
				500,
				'invalid rekey seal configuration: threshold must be greater than one for multiple shares',
			],
			[
				{ secret_shares: 256, secret_threshold: 2 },
				500,
				'invalid rekey seal configuration: shares must be less than 256',
			],
			[
				{ secret_shares: 1, secret_threshold: 1, backup: true },
				400,
				'cannot request a backup of the new keys without providing PGP keys for encryption',
			],
			[
				{ secret_shares: 2, secret_threshold: 2, pgp_keys: [rsa.base64] },
				400,
				'incorrect number of PGP keys for rekey',
			],
			[
				{ secret_shares: 1, secret_threshold: 1, pgp_keys: ['AAAA'] },
				500,
				'invalid rekey seal configuration: error parsing given PGP key: openpgp: invalid data: tag byte does not have MSB set',
			],
			[
				{ secret_shares: 1, secret_threshold: 1, pgp_keys: ['!'] },
				500,
				'invalid rekey seal configuration: error decoding given PGP key: illegal base64 data at input byte 0',
			],
		])('is refused with invalid parameters: %o', async (init, status, words) => {
			expect(await refusal(start(init))).toEqual([status, words]);
			expect((await get('sys/rekey/init')).body).toMatchObject({ started: false });
		});

		it('refuses a second rekey, a wrong nonce and a wrong key', async () => {
			const { body } = await start({ secret_shares: 3, secret_threshold: 2 });
			expect(body).toMatchObject({ started: true, n: 3, t: 2, progress: 0, required: 1 });
			expect(body.nonce).toMatch(UUID);
			expect(await refusal(start({ secret_shares: 1, secret_threshold: 1 }))).toEqual([
				400,
				'rekey already in progress',
			]);
			expect(await refusal(submit(current[0] ?? '', 'x'))).toEqual([
				400,
				`incorrect nonce supplied; nonce for this rekey operation is "${body.nonce}"`,
			]);
			expect(await refusal(submit('AAAA', body.nonce))).toEqual([
				400,
				'key is shorter than minimum 16 bytes',
			]);
			expect(await refusal(submit(ZEROES, body.nonce))).toEqual([
				500,
				'failed to read root key: invalid key: failed to decrypt keys from storage: cipher: message authentication failed',
			]);
			expect(await refusal(submit(Buffer.alloc(18).toString('base64'), body.nonce))).toEqual([
				500,
				'failed to setup unseal key: crypto/aes: invalid key size 18',
			]);
			expect((await get('sys/rekey/init')).body).toMatchObject({ started: true, progress: 0 });
			expect((await cancel()).status).toBe(204);
		});

		it('is lost when the server restarts, which is then sealed', async () => {
			const waiting = await rekeyed({
				secret_shares: 3,
				secret_threshold: 2,
				require_verification: true,
			});
			await vault.kill9();
			await vault.restart();
			expect((await get('sys/seal-status')).body).toMatchObject({ sealed: true, t: 1, n: 1 });
			expect(await unsealVault(vault, waiting.keys)).toBe(false);
			expect(await unsealVault(vault, current)).toBe(true);
			expect((await get('sys/rekey/init')).body).toMatchObject({ started: false });
		});

		it('verifies the key without writing to storage when cancelled before verification', async () => {
			const before = await filesOf(vault.folder);
			const proof = await rekeyed({
				secret_shares: 1,
				secret_threshold: 1,
				require_verification: true,
			});
			expect(proof).toMatchObject({ keys_base64: [expect.any(String)] });
			expect((await cancel()).status).toBe(204);
			expect(await filesOf(vault.folder)).toEqual(before);
			await vault.restart();
			expect(await unsealVault(vault, current)).toBe(true);
		});
	});

	describe('a rekey to key holders, with verification', () => {
		let result: Result;
		let shares: string[] = [];
		let third: Awaited<ReturnType<typeof generateTestKey>>;
		const status = async () => (await get('sys/rekey/init')).body;

		it('encrypts one share to each PGP key in order, and stores a backup', async () => {
			third = await generateTestKey('nistP256');
			const begun = await start({
				secret_shares: 3,
				secret_threshold: 2,
				pgp_keys: [gpg.base64, rsa.base64, third.base64],
				backup: true,
				require_verification: true,
			});
			const fingerprints = [gpg.fingerprint, rsa.fingerprint, third.fingerprint];
			expect(begun.body).toMatchObject({
				pgp_fingerprints: fingerprints,
				backup: true,
				verification_required: true,
			});
			result = (await submit(current[0] ?? '', begun.body.nonce)).body;
			expect(result).toMatchObject({
				complete: true,
				nonce: begun.body.nonce,
				pgp_fingerprints: fingerprints,
				verification_nonce: expect.stringMatching(UUID),
			});
			const keys = [gpg, rsa, third];
			shares = await Promise.all(
				keys.map((key, index) => key.open(result.keys_base64[index] ?? '')),
			);
			// The length of the hex text: one y byte per key byte and one x byte.
			for (const share of shares) expect(share).toMatch(/^[0-9a-f]{66}$/);
			const kept = await vault.api('GET', 'sys/rekey/backup', undefined, token);
			expect(kept.body).toMatchObject({
				nonce: begun.body.nonce,
				keys: Object.fromEntries(fingerprints.map((one, at) => [one, [result.keys[at]]])),
			});
		});

		it('returns shares of which any two combine to the same key', async () => {
			const parts = shares.map((share) => Uint8Array.from(Buffer.from(share, 'hex')));
			const made = await Promise.all(
				[
					[0, 1],
					[1, 2],
					[2, 0],
				].map((pair) => combine(pair.flatMap((at) => parts[at] ?? []))),
			);
			expect(made[1]).toEqual(made[0]);
			expect(made[2]).toEqual(made[0]);
			expect(made[0]).toHaveLength(32);
		});

		it('refuses further old keys and reports the verification nonce', async () => {
			expect(await status()).toMatchObject({
				started: true,
				progress: 0,
				verification_nonce: result.verification_nonce,
			});
			expect(await refusal(submit(current[0] ?? '', result.nonce))).toEqual([
				400,
				`rekey operation already finished; verification must be performed; nonce for the verification operation is "${result.verification_nonce}"`,
			]);
		});

		it('changes the nonce after wrong shares and after restarting verification', async () => {
			const nonce = result.verification_nonce;
			const wrong = [Buffer.alloc(33, 1), Buffer.alloc(33, 2)].map((one) => one.toString('hex'));
			expect(await refusal(prove(wrong[0] ?? '', 'x'))).toEqual([
				400,
				`incorrect nonce supplied; nonce for this verify operation is "${nonce}"`,
			]);
			expect((await prove(wrong[0] ?? '', nonce)).body).toMatchObject({ progress: 1, t: 2 });
			expect(await refusal(prove(wrong[0] ?? '', nonce))).toEqual([
				400,
				'given key has already been provided during this verify operation',
			]);
			expect(await refusal(prove(wrong[1] ?? '', nonce))).toEqual([
				400,
				'rekey verification failed; incorrect key shares supplied',
			]);
			const after = (await get('sys/rekey/verify')).body;
			expect(after).toMatchObject({
				started: true,
				progress: 0,
				nonce: expect.stringMatching(UUID),
			});
			expect(after.nonce).not.toBe(nonce);

			const over = await vault.api<{ nonce: string }>('DELETE', 'sys/rekey/verify');
			expect(over.body.nonce).not.toBe(after.nonce);
			result.verification_nonce = over.body.nonce;
		});

		it('leaves a storage that the old key unseals until it is committed', async () => {
			const copy = await vault.copyOf();
			const other = await startVault({ kind, folder: copy });
			expect(await unsealVault(other, current)).toBe(true);
			await other.stop();
			await rm(copy, { recursive: true });
		});

		it('is committed after two new shares are verified', async () => {
			const old = current;
			await verified(result, shares.slice(1));
			expect(await status()).toMatchObject({ started: false, required: 2 });
			await vault.restart();
			expect(await unsealVault(vault, old)).toBe(false);
			expect(await unsealVault(vault, shares.slice(0, 2))).toBe(true);
			expect((await get('sys/seal-status')).body).toMatchObject({ sealed: false, t: 2, n: 3 });
		});

		it('counts each share once when unsealing', async () => {
			await vault.restart();
			const give = (key = '') => vault.api('PUT', 'sys/unseal', { key });
			expect((await give(shares[0])).body).toMatchObject({ sealed: true, progress: 1 });
			expect((await give(shares[0])).body).toMatchObject({ sealed: true, progress: 1 });
			expect((await vault.api('PUT', 'sys/unseal', { reset: true })).body).toMatchObject({
				progress: 0,
				nonce: '',
			});
			expect(await unsealVault(vault, shares.slice(0, 2))).toBe(true);
			expect(await refusal(vault.api('PUT', 'sys/unseal', { reset: true }))).toEqual([
				400,
				'vault is unsealed',
			]);
		});

		it('returns and deletes its backup only with a token', async () => {
			const backup = (given?: string) => vault.api('GET', 'sys/rekey/backup', undefined, given);
			expect(await refusal(backup())).toEqual([403, 'permission denied']);
			expect(await refusal(backup('hvs.nobody'))).toEqual([403, 'permission denied']);
			expect((await backup(token)).status).toBe(200);
			const entry = await readFile(join(vault.folder, 'core', '_unseal-keys-backup'), 'utf8');
			const { Value } = JSON.parse(entry) as { Value: string };
			expect(JSON.parse(Buffer.from(Value, 'base64').toString())).toMatchObject({
				Keys: { [rsa.fingerprint]: [result.keys[1]] },
			});
			const gone = await vault.api('DELETE', 'sys/rekey/backup', undefined, token);
			expect(gone.status).toBe(204);
			expect(await refusal(backup(token))).toEqual([400, 'no backed-up keys found']);
		});

		it('fails after the last old key when a PGP key cannot encrypt, without any change', async () => {
			current = shares.slice(0, 2);
			const signs = await generateTestKey('sign-only');
			const id = signs.fingerprint.slice(-16).replace(/^0+/, '');
			const { body } = await start({
				secret_shares: 1,
				secret_threshold: 1,
				pgp_keys: [signs.base64],
			});
			expect((await submit(current[0] ?? '', body.nonce)).body).toMatchObject({ progress: 1 });
			expect(await refusal(submit(current[0] ?? '', body.nonce))).toEqual([
				400,
				'given key has already been provided during this generation operation',
			]);
			expect(await refusal(submit(current[1] ?? '', body.nonce))).toEqual([
				500,
				`failed to encrypt shares: error setting up encryption for PGP message: openpgp: invalid argument: cannot encrypt a message to key id ${id} because it has no valid encryption keys`,
			]);
			expect(await status()).toMatchObject({ started: true, progress: 0, n: 1 });
			await cancel();
			await rekeyed({ secret_shares: 1, secret_threshold: 1, require_verification: true });
			await cancel();
		});

		it('accepts a secret PGP key and stores it unencrypted', async () => {
			const base64 = Buffer.from(rsa.secret.write()).toString('base64');
			const begun = await start({ secret_shares: 1, secret_threshold: 1, pgp_keys: [base64] });
			expect(begun.body.pgp_fingerprints).toEqual([rsa.fingerprint]);
			await cancel();
		});

		it('refuses an RFC 9580 key immediately', async () => {
			const fresh = await generateTestKey('curve25519');
			const begun = await start({
				secret_shares: 1,
				secret_threshold: 1,
				pgp_keys: [fresh.base64],
			});
			expect(begun.status).toBe(500);
			expect(begun.errors[0]).toMatch(
				/^invalid rekey seal configuration: error parsing given PGP key/,
			);
			expect(await status()).toMatchObject({ started: false });
		});

		it('is committed immediately without verification', async () => {
			const made = await rekeyed({ secret_shares: 1, secret_threshold: 1 });
			expect(await status()).toMatchObject({ started: false, required: 1 });
			await vault.restart();
			expect(await unsealVault(vault, current)).toBe(false);
			expect(await unsealVault(vault, made.keys_base64)).toBe(true);
		});
	});
});

/** The files of a storage with their contents. */
async function filesOf(folder: string): Promise<Record<string, string>> {
	const names = await readdir(folder, { recursive: true, withFileTypes: true });
	const files = names.filter((entry) => entry.isFile());
	const read = files.map(async ({ parentPath, name }) => {
		const path = join(parentPath, name);
		return [path, await readFile(path, 'base64')] as const;
	});
	return Object.fromEntries(await Promise.all(read));
}
