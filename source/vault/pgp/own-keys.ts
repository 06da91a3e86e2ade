import type { KeyOptions } from 'openpgp';
import { SecretBytes } from '../../engine/secret-bytes.ts';
import { shareHex } from '../shares.ts';
import { loadOpenPgp, readableByAll } from './library.ts';
import { openShare } from './message.ts';

/** A key of ours that Vault encrypts to, or is to fail at. */
export interface OneOffKey {
	/** For Vault: binary OpenPGP in base64. */
	publicBase64: string;
	/** Of the primary key, lower-case hex. */
	fingerprint: string;
	/** Lower-case hex; '' for one that cannot encrypt. */
	encryptionKeyId: string;
	/** Armored and encrypted with the passphrase; undefined where none was given, then it is lost. */
	privateArmored?: string;
}

export interface WrapKey extends OneOffKey {
	privateArmored: string;
}

/**
 * Makes a key that one share is wrapped with, for a custodian without a key of their own: Vault
 * encrypts to it, we unwrap when they are alone at the screen. RSA, since every Vault reads that.
 * Before it is returned it has opened a message with the passphrase. gpg can use it too.
 *
 * @param name Its user id; Vault stores it in clear.
 */
export async function makeWrapKey(name: string, passphrase: SecretBytes): Promise<WrapKey> {
	const made = await make({ userIDs: [{ name }], rsaBits: 3072 }, passphrase);
	const { privateArmored } = made;
	if (privateArmored === undefined) throw new Error('a wrapping key without its private half');
	const sample = new SecretBytes(Buffer.alloc(32, 'sample'));
	const message = await encryptShare(sample, made.publicBase64);
	const opened = await openShare(message, privateArmored, passphrase);
	if (!opened.equals(sample)) throw new Error('a wrapping key does not open what it wrapped');
	return { ...made, privateArmored };
}

/**
 * Makes a key for a rekey that is cancelled before it counts (the dry run of Vault from 0.10.2 on).
 * Without a passphrase nobody ever opens what is encrypted to it.
 */
export function makeThrowawayKey(passphrase?: SecretBytes): Promise<OneOffKey> {
	return make({ userIDs: [{ name: 'tfe-wizard dry run' }], rsaBits: 2048 }, passphrase);
}

/**
 * Makes a key that can only sign: the dry run of Vault 0.8 must fail at it. Should some build encrypt
 * to it all the same, the rekey is real; so give a passphrase and keep the private half until it is
 * over: `openShare` opens even that.
 */
export function makeSignOnlyKey(passphrase?: SecretBytes): Promise<OneOffKey> {
	const name = 'tfe-wizard dry run, cannot encrypt';
	return make({ userIDs: [{ name }], rsaBits: 2048, subkeys: [] }, passphrase);
}

/** A binary OpenPGP message as Vault makes them: the share in hex, encrypted to one public key. */
export async function encryptShare(share: SecretBytes, publicBase64: string): Promise<Buffer> {
	const { createMessage, encrypt, readKey } = await loadOpenPgp();
	const hex = shareHex(share);
	const message = await createMessage({ binary: new Uint8Array(hex) });
	hex.fill(0);
	const key = await readKey({ binaryKey: Buffer.from(publicBase64, 'base64') });
	const config = readableByAll;
	return Buffer.from(await encrypt({ message, encryptionKeys: key, format: 'binary', config }));
}

async function make(options: KeyOptions, passphrase?: SecretBytes): Promise<OneOffKey> {
	const { generateKey } = await loadOpenPgp();
	const { publicKey, privateKey } = await generateKey({
		...options,
		type: 'rsa',
		// The library wants text, which cannot be wiped.
		...(passphrase === undefined ? {} : { passphrase: passphrase.use((b) => b.toString('utf8')) }),
		format: 'object',
		config: readableByAll,
	});
	return {
		publicBase64: Buffer.from(publicKey.write()).toString('base64'),
		fingerprint: publicKey.getFingerprint(),
		encryptionKeyId: publicKey.subkeys[0]?.getKeyID().toHex() ?? '',
		...(passphrase === undefined ? {} : { privateArmored: privateKey.armor() }),
	};
}
