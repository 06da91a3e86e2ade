import { randomBytes } from 'node:crypto';
import type { KeyOptions } from 'openpgp';
import { SecretBytes } from '../../engine/secret-bytes.ts';
import { formatShareAsHex } from '../key-shares.ts';
import { decryptShare } from './decrypt-share.ts';
import { compatibleConfig, loadOpenPgp } from './load-openpgp.ts';

/**
 * Creates a key to wrap one share, for a custodian without a key of their own: Vault encrypts to it,
 * and the share is decrypted when they are alone at the screen. RSA, since every Vault supports it.
 * Test-decrypts a message with the passphrase before it returns. Usable with gpg too.
 *
 * @param name Its user id, which Vault stores in plaintext.
 */
export async function generateWrappingKey(name: string, passphrase: SecretBytes) {
	const made = await generateRsaKey({ userIDs: [{ name }], rsaBits: 3072 }, passphrase);
	const sample = new SecretBytes(Buffer.alloc(32, 'sample'));
	const message = await encryptShare(sample, made.publicKey);
	const opened = await decryptShare(message, made.privateKey, passphrase);
	if (!opened.equals(sample)) throw new Error('the wrapping key does not decrypt its own message');
	return made;
}

/** A key of a dry run: the rekey to it is cancelled before it is committed. */
export interface DryRunKey {
	fingerprint: string;
	publicKey: string;
	/** Decrypts the key that is valid from then on if Vault encrypts to a sign-only key nevertheless. */
	decryptShare?: (message: Buffer) => Promise<SecretBytes>;
}

/**
 * Creates the key of a dry run. From Vault 0.10.2 on it can encrypt, and nothing encrypted to it can
 * ever be decrypted. Before, it is sign-only: a Vault without verification must fail at it, which it
 * notices only after it has checked the current key. If a build encrypts to it nevertheless, the rekey
 * is real, so the private half is in memory until the dry run is over.
 */
export async function generateDryRunKey({ signOnly }: { signOnly: boolean }): Promise<DryRunKey> {
	const name = signOnly ? 'tfe-wizard dry run, cannot encrypt' : 'tfe-wizard dry run';
	const options = { userIDs: [{ name }], rsaBits: 2048 };
	if (!signOnly) return generateRsaKey(options);
	const passphrase = new SecretBytes(Buffer.from(randomBytes(32).toString('base64')));
	const made = await generateRsaKey({ ...options, subkeys: [] }, passphrase);
	return {
		...made,
		decryptShare: (message) => decryptShare(message, made.privateKey, passphrase),
	};
}

/** Encrypts a share like Vault does: a binary OpenPGP message with the share in hex. */
export async function encryptShare(share: SecretBytes, publicKey: string): Promise<Buffer> {
	const { createMessage, encrypt, readKey } = await loadOpenPgp();
	const hex = formatShareAsHex(share);
	const message = await createMessage({ binary: new Uint8Array(hex) });
	hex.fill(0);
	const key = await readKey({ binaryKey: Buffer.from(publicKey, 'base64') });
	const config = compatibleConfig;
	return Buffer.from(await encrypt({ message, encryptionKeys: key, format: 'binary', config }));
}

async function generateRsaKey(options: KeyOptions, passphrase?: SecretBytes) {
	const { generateKey } = await loadOpenPgp();
	const { publicKey, privateKey } = await generateKey({
		...options,
		type: 'rsa',
		// The library requires a string, which cannot be wiped.
		...(passphrase && { passphrase: passphrase.use((bytes) => bytes.toString('utf8')) }),
		format: 'object',
		config: compatibleConfig,
	});
	return {
		/** Of the primary key, lower-case hex. */
		fingerprint: publicKey.getFingerprint(),
		/** Lower-case hex; '' for a key that cannot encrypt. */
		encryptionKeyId: publicKey.subkeys[0]?.getKeyID().toHex() ?? '',
		/** For Vault: binary OpenPGP in base64. */
		publicKey: Buffer.from(publicKey.write()).toString('base64'),
		/** Armored and encrypted with the passphrase; '' without one, and the private half is lost. */
		privateKey: passphrase === undefined ? '' : privateKey.armor(),
	};
}
