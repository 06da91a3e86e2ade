import type { SecretBytes } from '../../engine/secret-bytes.ts';
import { formatShareAsHex } from '../key-shares.ts';
import { parseDecryptedShare } from './decrypt-share.ts';
import { compatibleConfig, loadOpenPgp } from './load-openpgp.ts';

/** Any of the public keys (binary OpenPGP in base64) decrypts it, or the passphrase does. */
type EscrowRecipients = { publicKeys: readonly string[] } | { passphrase: SecretBytes };

/**
 * Encrypts Vault's old key for as long as a backup from before the rekey may be restored, which only
 * that key unseals. The OpenPGP message can also be decrypted with `gpg --decrypt`; it holds the key
 * in hex, as Vault accepts it. A message for a passphrase is test-decrypted before it is returned.
 *
 * @param key The bytes of the key: 32, or 33 for a share.
 * @param label One line of plaintext in the message's header: which key unseals which backup.
 * @returns Armored.
 */
export async function encryptOldKey(
	key: SecretBytes,
	recipients: EscrowRecipients,
	label: string,
): Promise<Buffer> {
	if (key.length !== 32 && key.length !== 33)
		throw new Error('the old key has an unexpected length');
	const { createMessage, decrypt, encrypt, readKey, readMessage } = await loadOpenPgp();
	const hex = formatShareAsHex(key);
	const message = await createMessage({ binary: new Uint8Array(hex) });
	hex.fill(0);
	const config = { ...compatibleConfig, showComment: true, commentString: toArmorComment(label) };
	if ('passphrase' in recipients) {
		// The library requires a string, which cannot be wiped.
		const passwords = recipients.passphrase.use((bytes) => bytes.toString('utf8'));
		const armoredMessage = await encrypt({ message, passwords, format: 'armored', config });
		const sealed = await readMessage({ armoredMessage });
		const opened = parseDecryptedShare(
			(await decrypt({ message: sealed, passwords, format: 'binary' })).data,
		);
		const right = opened.equals(key);
		opened.wipe();
		if (!right) throw new Error('the encrypted key does not decrypt to the same bytes');
		return Buffer.from(armoredMessage);
	}
	if (recipients.publicKeys.length === 0) throw new Error('no recipients for the old key');
	const encryptionKeys = await Promise.all(
		recipients.publicKeys.map((base64) => readKey({ binaryKey: Buffer.from(base64, 'base64') })),
	);
	return Buffer.from(await encrypt({ message, encryptionKeys, format: 'armored', config }));
}

/** Armor headers allow one line of printable ASCII. */
function toArmorComment(label: string): string {
	return label.replace(/[^!-~]+/g, ' ').trim();
}
