import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import { SecretBytes } from '../../../source/engine/secret-bytes.ts';
import { getRecipientKeyIds } from '../../../source/vault/pgp/decrypt-share.ts';
import { encryptOldKey } from '../../../source/vault/pgp/encrypt-old-key.ts';
import { encryptShare } from '../../../source/vault/pgp/generate-keys.ts';
import { parseCustodianKey } from '../../../source/vault/pgp/parse-custodian-key.ts';
import { createTemporaryGpg } from './temporary-gpg.ts';

const now = new Date('2027-01-01T00:00:00Z');
const fixture = (name: string) =>
	readFileSync(join(import.meta.dirname, '../../fixtures/pgp', name));
const hex = /^[0-9a-f]{66}$/;

async function accepted(bytes: Buffer) {
	const result = await parseCustodianKey(bytes, { name: 'x', now });
	if (!result.ok) throw new Error(result.problem.what);
	return result.key;
}

it.each([
	'rsa.asc',
	'rsa-one-key.asc',
	'ed25519.asc',
	'ed25519-js.asc',
	'p256.asc',
	'p384.asc',
	'many-subkeys.asc',
	'expired-and-live.asc',
	'revoked-and-live.asc',
	'until-2050.asc',
])('gpg encrypts to the chosen key of %s as passed to Vault', async (file) => {
	const key = await accepted(fixture(file));
	const gpg = createTemporaryGpg();
	gpg.run(['--import'], Buffer.from(key.base64, 'base64'));
	const message = gpg.encrypt(key.fingerprint, 'a share');
	expect(await getRecipientKeyIds(message)).toEqual([key.encryptionKeyId]);
});

test('a default gpg key is accepted, and its owner decrypts a share and the old key', async () => {
	const gpg = createTemporaryGpg();
	const unlocked = (args: readonly string[], input: string | Buffer = '') =>
		gpg.unlocked('', args, input);
	unlocked(['--quick-generate-key', 'Ada <ada@example.com>', 'future-default', 'default', '3y']);
	const key = await parseCustodianKey(gpg.run(['--armor', '--export']), { name: 'Ada' });
	if (!key.ok) throw new Error(key.problem.what);
	expect(key.key).toMatchObject({ algorithm: 'Curve25519' });
	expect(key.key.expires).toBeInstanceOf(Date);

	const bytes = randomBytes(33);
	const share = new SecretBytes(Buffer.from(bytes));
	const message = await encryptShare(share, key.key.base64);
	expect(unlocked(['--decrypt'], message).toString()).toMatch(hex);
	expect(unlocked(['--decrypt'], message).toString()).toBe(bytes.toString('hex'));

	const sealed = await encryptOldKey(share, { publicKeys: [key.key.base64] }, 'before the rekey');
	expect(unlocked(['--decrypt'], sealed).toString()).toBe(bytes.toString('hex'));
});

test('gpg decrypts the old key with only the passphrase', async () => {
	const bytes = randomBytes(32);
	const passphrase = new SecretBytes(Buffer.from('correct horse, battery & stäple'));
	const key = new SecretBytes(Buffer.from(bytes));
	const sealed = await encryptOldKey(key, { passphrase }, 'before the rekey');
	const gpg = createTemporaryGpg();
	const opened = gpg.unlocked('correct horse, battery & stäple', ['--decrypt'], sealed);
	expect(opened.toString()).toBe(bytes.toString('hex'));
	expect(() => gpg.unlocked('another', ['--decrypt'], sealed)).toThrow(/decrypt/);
});
