import type { Message, PrivateKey } from 'openpgp';
import { SecretBytes } from '../../engine/secret-bytes.ts';
import { parseShare } from '../shares.ts';
import { loadOpenPgp } from './library.ts';
import { PgpError } from './problem.ts';

/**
 * The keys a message was encrypted to, by id, lower-case hex; to be compared with the one chosen.
 *
 * @param message Binary OpenPGP.
 * @throws PgpError `damaged` when it is none.
 */
export async function recipientKeyIds(message: Buffer): Promise<string[]> {
	const read = await readMessageOf(message);
	return read.getEncryptionKeyIDs().map((id) => id.toHex());
}

/**
 * Opens one share as Vault handed it out, with a wrapping key or any other.
 *
 * @param message Binary OpenPGP.
 * @param privateArmored Encrypted with the passphrase.
 * @returns The bytes of the share, 33, or 32 of a whole key; the message holds them in hex.
 * @throws PgpError
 */
export async function openShare(
	message: Buffer,
	privateArmored: string,
	passphrase: SecretBytes,
): Promise<SecretBytes> {
	const { decrypt, readPrivateKey } = await loadOpenPgp();
	const read = await readMessageOf(message);
	const locked = await readPrivateKey({ armoredKey: privateArmored }).catch((cause: unknown) => {
		throw new PgpError('damaged', 'The private key cannot be read.', cause);
	});
	const own = locked.getKeyIDs().map((id) => id.toHex());
	const meant = read.getEncryptionKeyIDs().map((id) => id.toHex());
	if (!meant.some((id) => own.includes(id))) {
		throw new PgpError('wrong-key', `It was encrypted to ${meant.join(', ')}, not to this key.`);
	}
	const key = await unlock(locked, passphrase);
	const { data } = await decrypt({
		message: read,
		decryptionKeys: key,
		format: 'binary',
		// For the dry run of 0.8: see makeSignOnlyKey.
		config: { allowInsecureDecryptionWithSigningKeys: true },
	}).catch((cause: unknown) => {
		throw new PgpError('damaged', 'The message is damaged: its contents do not match.', cause);
	});
	return shareIn(data);
}

/**
 * Takes the share out of what a message held, and wipes that.
 *
 * @throws PgpError `no-share`
 */
export function shareIn(data: unknown): SecretBytes {
	if (!(data instanceof Uint8Array)) throw new PgpError('no-share', 'The message holds no data.');
	const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
	const share = parseShare(text);
	text.fill(0);
	if (share instanceof SecretBytes) return share;
	throw new PgpError('no-share', `The message opened, but holds no share. ${share.what}`);
}

/** Whether the passphrase is that of the private key. @throws PgpError `damaged` */
export async function unlocksKey(armored: string, passphrase: SecretBytes): Promise<boolean> {
	const { readPrivateKey } = await loadOpenPgp();
	try {
		await unlock(await readPrivateKey({ armoredKey: armored }), passphrase);
		return true;
	} catch (thrown) {
		if (thrown instanceof PgpError && thrown.fault === 'wrong-passphrase') return false;
		throw thrown;
	}
}

/** @throws PgpError `wrong-passphrase` */
async function unlock(privateKey: PrivateKey, passphrase: SecretBytes): Promise<PrivateKey> {
	const { decryptKey } = await loadOpenPgp();
	try {
		const text = passphrase.use((bytes) => bytes.toString('utf8'));
		return await decryptKey({ privateKey, passphrase: text });
	} catch (cause) {
		const wrong = cause instanceof Error && cause.message.includes('Incorrect key passphrase');
		if (wrong) throw new PgpError('wrong-passphrase', 'The passphrase is not the right one.');
		throw new PgpError('damaged', 'The private key cannot be unlocked.', cause);
	}
}

async function readMessageOf(binary: Buffer): Promise<Message<Uint8Array>> {
	const { readMessage } = await loadOpenPgp();
	try {
		return await readMessage({ binaryMessage: new Uint8Array(binary) });
	} catch (cause) {
		throw new PgpError('damaged', 'This is no OpenPGP message, or it is cut short.', cause);
	}
}
