import { randomBytes } from 'node:crypto';
import * as openpgp from 'openpgp';
import { beforeAll, describe, expect, test } from 'vitest';
import { SecretBytes } from '../../../source/engine/secret-bytes.ts';
import { decryptShare, getRecipientKeyIds } from '../../../source/vault/pgp/decrypt-share.ts';
import { encryptOldKey } from '../../../source/vault/pgp/encrypt-old-key.ts';
import {
	type DryRunKey,
	encryptShare,
	generateDryRunKey,
	generateWrappingKey,
} from '../../../source/vault/pgp/generate-keys.ts';
import { parseCustodianKey } from '../../../source/vault/pgp/parse-custodian-key.ts';
import { createTemporaryGpg } from './temporary-gpg.ts';

const secret = (bytes: string | Uint8Array) => new SecretBytes(Buffer.from(bytes as string));
const bytesOf = (share: SecretBytes) => share.use((bytes) => Buffer.from(bytes));
const passphrase = () => secret('correct horse, battery & stäple');
const fault = (name: string) => expect.objectContaining({ name: 'PgpError', fault: name });

let wrap: Awaited<ReturnType<typeof generateWrappingKey>>;
let other: typeof wrap;
beforeAll(async () => {
	wrap = await generateWrappingKey('tfe-wizard share 1', passphrase());
	other = await generateWrappingKey('tfe-wizard share 2', passphrase());
}, 120_000);

const share = randomBytes(33);
const sealedShare = () => encryptShare(secret(share), wrap.publicKey);

function flipped(message: Buffer, fromEnd: number): Buffer {
	const bytes = Buffer.from(message);
	bytes.writeUInt8(bytes.readUInt8(bytes.length - fromEnd) ^ 1, bytes.length - fromEnd);
	return bytes;
}

describe('a wrapping key', () => {
	test('passes the checks for keys that Vault receives', async () => {
		const given = Buffer.from(wrap.publicKey, 'base64');
		const result = await parseCustodianKey(given, { name: 'x' });
		expect(result).toMatchObject({
			ok: true,
			key: {
				fingerprint: wrap.fingerprint,
				encryptionKeyId: wrap.encryptionKeyId,
				algorithm: 'RSA 3072',
			},
		});
		expect(result.ok && result.key.base64).toBe(wrap.publicKey);
	});

	test('has a private key encrypted with the strongest method that gpg reads', async () => {
		const key = await openpgp.readPrivateKey({ armoredKey: wrap.privateKey });
		expect(key.isDecrypted()).toBe(false);
		for (const part of [key, ...key.subkeys]) {
			// S2K usage 254 (SHA-1 checked), AES-256, iterated and salted, SHA-256, count 255.
			expect(part.keyPacket).toMatchObject({ s2kUsage: 254, symmetric: 9, s2k: { c: 255 } });
		}
	});

	test('decrypts its share and names the recipient', async () => {
		const message = await sealedShare();
		expect(await getRecipientKeyIds(message)).toEqual([wrap.encryptionKeyId]);
		expect(bytesOf(await decryptShare(message, wrap.privateKey, passphrase()))).toEqual(share);
	});

	test('distinguishes a wrong passphrase from a wrong key, damage and other contents', async () => {
		const message = await sealedShare();
		const open = (m: Buffer, key = wrap.privateKey, pass = passphrase()) =>
			decryptShare(m, key, pass);
		await expect(open(message, wrap.privateKey, secret('no'))).rejects.toEqual(
			fault('wrong-passphrase'),
		);
		await expect(open(message, other.privateKey)).rejects.toEqual(fault('wrong-key'));
		await expect(open(flipped(message, 10))).rejects.toEqual(fault('damaged'));
		await expect(open(flipped(message, 200))).rejects.toEqual(fault('damaged'));
		await expect(open(message.subarray(0, 300))).rejects.toEqual(fault('damaged'));
		await expect(open(Buffer.from('hello'))).rejects.toEqual(fault('damaged'));
		await expect(open(message, wrap.privateKey.slice(0, 500))).rejects.toEqual(fault('damaged'));
		await expect(getRecipientKeyIds(Buffer.from('hello'))).rejects.toEqual(fault('damaged'));

		const note = await openpgp.encrypt({
			message: await openpgp.createMessage({ text: 'no share at all' }),
			encryptionKeys: await openpgp.readKey({
				binaryKey: Buffer.from(wrap.publicKey, 'base64'),
			}),
			format: 'binary',
		});
		const thrown = await open(Buffer.from(note)).catch((error: unknown) => error);
		expect(thrown).toEqual(fault('no-share'));
		expect(String(thrown)).not.toContain('at all');
	});
});

test('can be used by gpg, so that the shares do not depend on this program', async () => {
	const gpg = createTemporaryGpg();
	gpg.unlocked('correct horse, battery & stäple', ['--import'], wrap.privateKey);
	const opened = gpg.unlocked(
		'correct horse, battery & stäple',
		['--decrypt'],
		await sealedShare(),
	);
	expect(opened.toString()).toBe(share.toString('hex'));

	const theirs = gpg.encrypt(wrap.fingerprint, share.toString('hex'));
	expect(await getRecipientKeyIds(theirs)).toEqual([wrap.encryptionKeyId]);
	expect(bytesOf(await decryptShare(theirs, wrap.privateKey, passphrase()))).toEqual(share);
});

describe('keys for dry runs', () => {
	test('a throw-away key can be encrypted to but never decrypts', async () => {
		const key = await generateDryRunKey({ signOnly: false });
		expect(key.decryptShare).toBeUndefined();
		expect(await getRecipientKeyIds(await encryptShare(secret(share), key.publicKey))).toHaveLength(
			1,
		);
	});

	test('a sign-only key cannot encrypt, and what a Vault encrypts to it can still be decrypted', async () => {
		const key = await generateDryRunKey({ signOnly: true });
		await expect(encryptShare(secret(share), key.publicKey)).rejects.toThrow();
		const result = await parseCustodianKey(Buffer.from(key.publicKey, 'base64'), { name: 'x' });
		expect(result).toMatchObject({ ok: false });

		const opened = await key.decryptShare?.(await encryptedRegardless(key));
		expect(opened && bytesOf(opened)).toEqual(share);
	});
});

/** The share encrypted to the primary key itself, whatever its flags. */
async function encryptedRegardless(key: DryRunKey): Promise<Buffer> {
	const sessionKey = { data: new Uint8Array(randomBytes(32)), algorithm: 'aes256' as const };
	const sealed = await openpgp.encrypt({
		message: await openpgp.createMessage({ binary: Buffer.from(share.toString('hex')) }),
		sessionKey,
		encryptionKeys: await openpgp.readKey({ binaryKey: Buffer.from(wrap.publicKey, 'base64') }),
		format: 'object',
	});
	const { keyPacket, getKeyID } = await openpgp.readKey({
		binaryKey: Buffer.from(key.publicKey, 'base64'),
	});
	const wrapped = Object.assign(new openpgp.PublicKeyEncryptedSessionKeyPacket(), {
		version: 3,
		publicKeyID: getKeyID.call({ keyPacket }),
		publicKeyAlgorithm: keyPacket.algorithm,
		sessionKey: sessionKey.data,
		sessionKeyAlgorithm: openpgp.enums.symmetric.aes256,
	});
	await Reflect.apply(Reflect.get(wrapped, 'encrypt'), wrapped, [keyPacket]);
	sealed.packets[0] = wrapped;
	return Buffer.from(sealed.packets.write());
}

describe('the escrowed old key', () => {
	const old = randomBytes(32);

	test('is encrypted with a passphrase', async () => {
		const sealed = await encryptOldKey(secret(old), { passphrase: passphrase() }, 'epoch 0\nö x');
		expect(sealed.toString()).toMatch(
			/^-----BEGIN PGP MESSAGE-----\r?\nComment: epoch 0 x\r?\n\r?\n/,
		);
		expect(sealed.includes(old.toString('hex'))).toBe(false);
		const { data } = await openpgp.decrypt({
			message: await openpgp.readMessage({ armoredMessage: sealed.toString() }),
			passwords: passphrase().use((bytes) => bytes.toString()),
		});
		expect(data).toBe(old.toString('hex'));
	});

	test('is encrypted to several keys, each of which decrypts it', async () => {
		const publicKeys = [wrap.publicKey, other.publicKey];
		const sealed = await encryptOldKey(secret(old), { publicKeys }, 'epoch 0');
		const message = Buffer.from((await openpgp.unarmor(sealed.toString())).data as Uint8Array);
		for (const { privateKey } of [wrap, other])
			expect(bytesOf(await decryptShare(message, privateKey, passphrase()))).toEqual(old);
	});

	test('is never encrypted without a recipient, and must be a key', async () => {
		await expect(encryptOldKey(secret(old), { publicKeys: [] }, 'x')).rejects.toThrow(
			'no recipients',
		);
		const file = secret(`${old.toString('base64')}\n`);
		await expect(encryptOldKey(file, { passphrase: passphrase() }, 'x')).rejects.toThrow('length');
	});
});
