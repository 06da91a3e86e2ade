import { randomBytes } from 'node:crypto';
import * as openpgp from 'openpgp';
import { beforeAll, describe, expect, test } from 'vitest';
import { SecretBytes } from '../../../source/engine/secret-bytes.ts';
import { decryptShare, getRecipientKeyIds } from '../../../source/vault/pgp/decrypt-share.ts';
import { decryptOldKey, encryptOldKey } from '../../../source/vault/pgp/encrypt-old-key.ts';
import {
	encryptShare,
	type GeneratedKey,
	generateSignOnlyKey,
	generateThrowawayKey,
	generateWrappingKey,
	type WrappingKey,
} from '../../../source/vault/pgp/generate-keys.ts';
import { parseCustodianKey } from '../../../source/vault/pgp/parse-custodian-key.ts';
import { createTemporaryGpg } from './temporary-gpg.ts';

const secret = (bytes: string | Uint8Array) => new SecretBytes(Buffer.from(bytes as string));
const bytesOf = (share: SecretBytes) => share.use((bytes) => Buffer.from(bytes));
const passphrase = () => secret('correct horse, battery & stäple');
const fault = (name: string) => expect.objectContaining({ name: 'PgpError', fault: name });

let wrap: WrappingKey;
let other: WrappingKey;
beforeAll(async () => {
	wrap = await generateWrappingKey('tfe-wizard share 1', passphrase());
	other = await generateWrappingKey('tfe-wizard share 2', passphrase());
}, 120_000);

const share = randomBytes(33);
const sealedShare = () => encryptShare(secret(share), wrap.publicBase64);

function flipped(message: Buffer, fromEnd: number): Buffer {
	const bytes = Buffer.from(message);
	bytes.writeUInt8(bytes.readUInt8(bytes.length - fromEnd) ^ 1, bytes.length - fromEnd);
	return bytes;
}

describe('a wrapping key', () => {
	test('passes the checks for keys that Vault receives', async () => {
		const given = Buffer.from(wrap.publicBase64, 'base64');
		const result = await parseCustodianKey(given, { name: 'x' });
		expect(result).toMatchObject({
			ok: true,
			key: {
				fingerprint: wrap.fingerprint,
				encryptionKeyId: wrap.encryptionKeyId,
				algorithm: 'RSA 3072',
				userIds: ['tfe-wizard share 1'],
			},
		});
		expect(result.ok && result.key.base64).toBe(wrap.publicBase64);
	});

	test('has a private key encrypted with the strongest method that gpg reads', async () => {
		const key = await openpgp.readPrivateKey({ armoredKey: wrap.privateArmored });
		expect(key.isDecrypted()).toBe(false);
		for (const part of [key, ...key.subkeys]) {
			// S2K usage 254 (SHA-1 checked), AES-256, iterated and salted, SHA-256, count 255.
			expect(part.keyPacket).toMatchObject({ s2kUsage: 254, symmetric: 9, s2k: { c: 255 } });
		}
	});

	test('decrypts its share and names the recipient', async () => {
		const message = await sealedShare();
		expect(await getRecipientKeyIds(message)).toEqual([wrap.encryptionKeyId]);
		expect(bytesOf(await decryptShare(message, wrap.privateArmored, passphrase()))).toEqual(share);
	});

	test('distinguishes a wrong passphrase from a wrong key, damage and other contents', async () => {
		const message = await sealedShare();
		const open = (m: Buffer, key = wrap.privateArmored, pass = passphrase()) =>
			decryptShare(m, key, pass);
		await expect(open(message, wrap.privateArmored, secret('no'))).rejects.toEqual(
			fault('wrong-passphrase'),
		);
		await expect(open(message, other.privateArmored)).rejects.toEqual(fault('wrong-key'));
		await expect(open(flipped(message, 10))).rejects.toEqual(fault('damaged'));
		await expect(open(flipped(message, 200))).rejects.toEqual(fault('damaged'));
		await expect(open(message.subarray(0, 300))).rejects.toEqual(fault('damaged'));
		await expect(open(Buffer.from('hello'))).rejects.toEqual(fault('damaged'));
		await expect(open(message, wrap.privateArmored.slice(0, 500))).rejects.toEqual(
			fault('damaged'),
		);
		await expect(getRecipientKeyIds(Buffer.from('hello'))).rejects.toEqual(fault('damaged'));

		const note = await openpgp.encrypt({
			message: await openpgp.createMessage({ text: 'no share at all' }),
			encryptionKeys: await openpgp.readKey({
				binaryKey: Buffer.from(wrap.publicBase64, 'base64'),
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
	gpg.unlocked('correct horse, battery & stäple', ['--import'], wrap.privateArmored);
	const opened = gpg.unlocked(
		'correct horse, battery & stäple',
		['--decrypt'],
		await sealedShare(),
	);
	expect(opened.toString()).toBe(share.toString('hex'));

	const theirs = gpg.encrypt(wrap.fingerprint, share.toString('hex'));
	expect(await getRecipientKeyIds(theirs)).toEqual([wrap.encryptionKeyId]);
	expect(bytesOf(await decryptShare(theirs, wrap.privateArmored, passphrase()))).toEqual(share);
});

describe('keys for dry runs', () => {
	test('a throw-away key can be encrypted to but never decrypts', async () => {
		const key = await generateThrowawayKey();
		expect(key.privateArmored).toBeUndefined();
		expect(await getRecipientKeyIds(await encryptShare(secret(share), key.publicBase64))).toEqual([
			key.encryptionKeyId,
		]);
	});

	test('a sign-only key cannot encrypt, and what a Vault encrypts to it can still be decrypted', async () => {
		const key = await generateSignOnlyKey(passphrase());
		expect(key.encryptionKeyId).toBe('');
		await expect(encryptShare(secret(share), key.publicBase64)).rejects.toThrow();
		const result = await parseCustodianKey(Buffer.from(key.publicBase64, 'base64'), { name: 'x' });
		expect(result).toMatchObject({ ok: false });

		const message = await encryptedRegardless(key);
		const opened = await decryptShare(message, key.privateArmored ?? '', passphrase());
		expect(bytesOf(opened)).toEqual(share);
	});
});

/** The share encrypted to the primary key itself, whatever its flags. */
async function encryptedRegardless(key: GeneratedKey): Promise<Buffer> {
	const sessionKey = { data: new Uint8Array(randomBytes(32)), algorithm: 'aes256' as const };
	const sealed = await openpgp.encrypt({
		message: await openpgp.createMessage({ binary: Buffer.from(share.toString('hex')) }),
		sessionKey,
		encryptionKeys: await openpgp.readKey({ binaryKey: Buffer.from(wrap.publicBase64, 'base64') }),
		format: 'object',
	});
	const { keyPacket, getKeyID } = await openpgp.readKey({
		binaryKey: Buffer.from(key.publicBase64, 'base64'),
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
		expect(bytesOf(await decryptOldKey(sealed, { passphrase: passphrase() }))).toEqual(old);
		for (const guess of ['', 'Correct horse', 'x']) {
			await expect(decryptOldKey(sealed, { passphrase: secret(guess) })).rejects.toEqual(
				fault('wrong-passphrase'),
			);
		}
		const text = sealed.toString();
		const at = text.length - 60;
		const damaged = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
		const opening = decryptOldKey(Buffer.from(damaged), { passphrase: passphrase() });
		await expect(opening).rejects.toEqual(fault('damaged'));
		const cut = sealed.subarray(0, 150);
		await expect(decryptOldKey(cut, { passphrase: passphrase() })).rejects.toEqual(
			fault('damaged'),
		);
	});

	test('is encrypted to several keys, each of which decrypts it', async () => {
		const publicKeys = [wrap.publicBase64, other.publicBase64];
		const sealed = await encryptOldKey(secret(old), { publicKeys }, 'epoch 0');
		for (const { privateArmored } of [wrap, other]) {
			const opener = { privateArmored, passphrase: passphrase() };
			expect(bytesOf(await decryptOldKey(sealed, opener))).toEqual(old);
		}
	});

	test('is never encrypted without a recipient, and must be a key', async () => {
		await expect(encryptOldKey(secret(old), { publicKeys: [] }, 'x')).rejects.toThrow(
			'no recipients',
		);
		const file = secret(`${old.toString('base64')}\n`);
		await expect(encryptOldKey(file, { passphrase: passphrase() }, 'x')).rejects.toThrow('length');
	});
});
