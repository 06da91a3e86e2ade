import type { KeyOptions } from 'openpgp';
import { SecretBytes } from '../../engine/secret-bytes.ts';
import { formatShareAsHex } from '../key-shares.ts';
import { decryptShare } from './decrypt-share.ts';
import { compatibleConfig, loadOpenPgp } from './load-openpgp.ts';

/** A key of this program that Vault encrypts to, or must fail to encrypt to. */
export interface GeneratedKey {
	/** For Vault: binary OpenPGP in base64. */
	publicBase64: string;
	/** Of the primary key, lower-case hex. */
	fingerprint: string;
	/** Lower-case hex; '' for a key that cannot encrypt. */
	encryptionKeyId: string;
	/** Armored and encrypted with the passphrase; undefined without one, and the private half is lost. */
	privateArmored?: string;
}

export interface WrappingKey extends GeneratedKey {
	privateArmored: string;
}

/**
 * Creates a key to wrap one share, for a custodian without a key of their own: Vault encrypts to it,
 * and the share is decrypted when they are alone at the screen. RSA, since every Vault supports it.
 * Test-decrypts a message with the passphrase before it returns. Usable with gpg too.
 *
 * @param name Its user id, which Vault stores in plaintext.
 */
export async function generateWrappingKey(
	name: string,
	passphrase: SecretBytes,
): Promise<WrappingKey> {
	const made = await generateRsaKey({ userIDs: [{ name }], rsaBits: 3072 }, passphrase);
	const { privateArmored } = made;
	if (privateArmored === undefined) throw new Error('the wrapping key has no private key');
	const sample = new SecretBytes(Buffer.alloc(32, 'sample'));
	const message = await encryptShare(sample, made.publicBase64);
	const opened = await decryptShare(message, privateArmored, passphrase);
	if (!opened.equals(sample)) throw new Error('the wrapping key does not decrypt its own message');
	return { ...made, privateArmored };
}

/**
 * Creates a key for a rekey that is cancelled before it is committed (the dry run of Vault from 0.10.2
 * on). Without a passphrase nothing encrypted to it can ever be decrypted.
 */
export function generateThrowawayKey(passphrase?: SecretBytes): Promise<GeneratedKey> {
	return generateRsaKey({ userIDs: [{ name: 'tfe-wizard dry run' }], rsaBits: 2048 }, passphrase);
}

/**
 * Creates a sign-only key, at which the dry run of Vault 0.8 must fail. If a build encrypts to it
 * nevertheless, the rekey is real: pass a passphrase and store the private half until the dry run is
 * over; `decryptShare` decrypts even that.
 */
export function generateSignOnlyKey(passphrase?: SecretBytes): Promise<GeneratedKey> {
	const name = 'tfe-wizard dry run, cannot encrypt';
	return generateRsaKey({ userIDs: [{ name }], rsaBits: 2048, subkeys: [] }, passphrase);
}

/** Encrypts a share like Vault does: a binary OpenPGP message with the share in hex. */
export async function encryptShare(share: SecretBytes, publicBase64: string): Promise<Buffer> {
	const { createMessage, encrypt, readKey } = await loadOpenPgp();
	const hex = formatShareAsHex(share);
	const message = await createMessage({ binary: new Uint8Array(hex) });
	hex.fill(0);
	const key = await readKey({ binaryKey: Buffer.from(publicBase64, 'base64') });
	const config = compatibleConfig;
	return Buffer.from(await encrypt({ message, encryptionKeys: key, format: 'binary', config }));
}

async function generateRsaKey(
	options: KeyOptions,
	passphrase?: SecretBytes,
): Promise<GeneratedKey> {
	const { generateKey } = await loadOpenPgp();
	const { publicKey, privateKey } = await generateKey({
		...options,
		type: 'rsa',
		// The library requires a string, which cannot be wiped.
		...(passphrase === undefined ? {} : { passphrase: passphrase.use((b) => b.toString('utf8')) }),
		format: 'object',
		config: compatibleConfig,
	});
	return {
		publicBase64: Buffer.from(publicKey.write()).toString('base64'),
		fingerprint: publicKey.getFingerprint(),
		encryptionKeyId: publicKey.subkeys[0]?.getKeyID().toHex() ?? '',
		...(passphrase === undefined ? {} : { privateArmored: privateKey.armor() }),
	};
}
