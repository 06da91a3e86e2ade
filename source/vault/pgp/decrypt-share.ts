import type { Message, PrivateKey } from 'openpgp';
import { SecretBytes } from '../../engine/secret-bytes.ts';
import { parseKeyShare } from '../key-shares.ts';
import { loadOpenPgp } from './load-openpgp.ts';
import { PgpError } from './pgp-errors.ts';

/**
 * Ids of the keys that a message is encrypted to, lower-case hex.
 *
 * @param message Binary OpenPGP.
 * @throws PgpError `damaged` when it is not an OpenPGP message.
 */
export async function getRecipientKeyIds(message: Buffer): Promise<string[]> {
	const read = await parseOpenPgpMessage(message);
	return read.getEncryptionKeyIDs().map((id) => id.toHex());
}

/**
 * Decrypts a share that Vault returned, with a wrapping key or any other private key.
 *
 * @param message Binary OpenPGP.
 * @param privateArmored Encrypted with the passphrase.
 * @returns The bytes of the share, 33, or 32 of a whole key; the message holds them in hex.
 * @throws PgpError
 */
export async function decryptShare(
	message: Buffer,
	privateArmored: string,
	passphrase: SecretBytes,
): Promise<SecretBytes> {
	const { decrypt, readPrivateKey } = await loadOpenPgp();
	const read = await parseOpenPgpMessage(message);
	const locked = await readPrivateKey({ armoredKey: privateArmored }).catch((cause: unknown) => {
		throw new PgpError('damaged', 'The private key is not readable.', cause);
	});
	const own = locked.getKeyIDs().map((id) => id.toHex());
	const meant = read.getEncryptionKeyIDs().map((id) => id.toHex());
	if (!meant.some((id) => own.includes(id))) {
		throw new PgpError(
			'wrong-key',
			`The message is encrypted to ${meant.join(', ')}, not to this key.`,
		);
	}
	const key = await unlockPrivateKey(locked, passphrase);
	const { data } = await decrypt({
		message: read,
		decryptionKeys: key,
		format: 'binary',
		// For the dry run with Vault 0.8: see makeSignOnlyKey.
		config: { allowInsecureDecryptionWithSigningKeys: true },
	}).catch((cause: unknown) => {
		throw new PgpError('damaged', 'The message is damaged: its integrity check failed.', cause);
	});
	return parseDecryptedShare(data);
}

/**
 * Parses the share in decrypted data, and wipes the data.
 *
 * @throws PgpError `no-share`
 */
export function parseDecryptedShare(data: unknown): SecretBytes {
	if (!(data instanceof Uint8Array)) throw new PgpError('no-share', 'The message is empty.');
	const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
	const share = parseKeyShare(text);
	text.fill(0);
	if (share instanceof SecretBytes) return share;
	throw new PgpError('no-share', `The decrypted message is not a key share. ${share.what}`);
}

/** Whether the passphrase decrypts the private key. @throws PgpError `damaged` */
export async function canUnlockPrivateKey(
	armored: string,
	passphrase: SecretBytes,
): Promise<boolean> {
	const { readPrivateKey } = await loadOpenPgp();
	try {
		await unlockPrivateKey(await readPrivateKey({ armoredKey: armored }), passphrase);
		return true;
	} catch (thrown) {
		if (thrown instanceof PgpError && thrown.fault === 'wrong-passphrase') return false;
		throw thrown;
	}
}

/** @throws PgpError `wrong-passphrase` */
async function unlockPrivateKey(
	privateKey: PrivateKey,
	passphrase: SecretBytes,
): Promise<PrivateKey> {
	const { decryptKey } = await loadOpenPgp();
	try {
		const text = passphrase.use((bytes) => bytes.toString('utf8'));
		return await decryptKey({ privateKey, passphrase: text });
	} catch (cause) {
		const wrong = cause instanceof Error && cause.message.includes('Incorrect key passphrase');
		if (wrong) throw new PgpError('wrong-passphrase', 'The passphrase is wrong.');
		throw new PgpError('damaged', 'The private key could not be decrypted.', cause);
	}
}

async function parseOpenPgpMessage(binary: Buffer): Promise<Message<Uint8Array>> {
	const { readMessage } = await loadOpenPgp();
	try {
		return await readMessage({ binaryMessage: new Uint8Array(binary) });
	} catch (cause) {
		throw new PgpError('damaged', 'The file is not an OpenPGP message, or it is truncated.', cause);
	}
}
