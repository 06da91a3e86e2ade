import type { SecretBytes } from '../../engine/secret-bytes.ts';
import { formatShareAsHex } from '../key-shares.ts';
import { decryptShare, parseDecryptedShare } from './decrypt-share.ts';
import { compatibleConfig, loadOpenPgp } from './load-openpgp.ts';
import { PgpError } from './pgp-errors.ts';

/** Any of the public keys (binary OpenPGP in base64) decrypts it, or the passphrase does. */
type EscrowRecipients = { publicKeys: readonly string[] } | { passphrase: SecretBytes };

/** A private key with its passphrase, or the passphrase that was used for encryption. */
export type EscrowCredentials = { privateArmored?: string; passphrase: SecretBytes };

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
	const { createMessage, encrypt, readKey } = await loadOpenPgp();
	const hex = formatShareAsHex(key);
	const message = await createMessage({ binary: new Uint8Array(hex) });
	hex.fill(0);
	const config = { ...compatibleConfig, showComment: true, commentString: toArmorComment(label) };
	if ('passphrase' in recipients) {
		const passwords = passphraseToString(recipients.passphrase);
		const sealed = Buffer.from(await encrypt({ message, passwords, format: 'armored', config }));
		const opened = await decryptOldKey(sealed, recipients);
		const right = opened.equals(key);
		opened.wipe();
		if (!right) throw new Error('the encrypted key does not decrypt to the same bytes');
		return sealed;
	}
	if (recipients.publicKeys.length === 0) throw new Error('no recipients for the old key');
	const encryptionKeys = await Promise.all(
		recipients.publicKeys.map((base64) => readKey({ binaryKey: Buffer.from(base64, 'base64') })),
	);
	return Buffer.from(await encrypt({ message, encryptionKeys, format: 'armored', config }));
}

/**
 * Decrypts what `encryptOldKey` created.
 *
 * @throws PgpError
 */
export async function decryptOldKey(
	encrypted: Buffer,
	credentials: EscrowCredentials,
): Promise<SecretBytes> {
	const binary = await unarmorIntact(encrypted.toString('latin1'));
	const { privateArmored, passphrase } = credentials;
	if (privateArmored !== undefined) return decryptShare(binary, privateArmored, passphrase);
	const { decrypt, readMessage } = await loadOpenPgp();
	const message = await readMessage({ binaryMessage: new Uint8Array(binary) });
	const passwords = passphraseToString(passphrase);
	const { data } = await decrypt({ message, passwords, format: 'binary' }).catch(() => {
		throw new PgpError('wrong-passphrase', 'The passphrase is wrong.');
	});
	return parseDecryptedShare(data);
}

/**
 * Removes the armor and checks for damage before the passphrase is tried: to the library one wrong
 * passphrase in 128 looks like damage, and the other way round.
 */
async function unarmorIntact(armored: string): Promise<Buffer> {
	const { unarmor } = await loadOpenPgp();
	const { data } = await unarmor(armored).catch((cause: unknown) => {
		throw new PgpError('damaged', 'The file is not an OpenPGP message, or it is truncated.', cause);
	});
	const binary = data instanceof Uint8Array ? Buffer.from(data) : Buffer.alloc(0);
	if (isChecksumValid(armored, binary)) return binary;
	throw new PgpError('damaged', 'The message is damaged: its checksum does not match.');
}

/** The library requires a string, which cannot be wiped. */
function passphraseToString(passphrase: SecretBytes): string {
	return passphrase.use((bytes) => bytes.toString('utf8'));
}

/** Armor headers allow one line of printable ASCII. */
function toArmorComment(label: string): string {
	return label.replace(/[^!-~]+/g, ' ').trim();
}

/** Whether the armor ends with the CRC-24 of the bytes (RFC 9580, 6.1). */
function isChecksumValid(armored: string, bytes: Buffer): boolean {
	let crc = 0xb704ce;
	for (const byte of bytes) {
		crc ^= byte << 16;
		for (let bit = 0; bit < 8; bit++) {
			crc <<= 1;
			if ((crc & 0x1000000) !== 0) crc ^= 0x1864cfb;
		}
	}
	const text = Buffer.of((crc >> 16) & 0xff, (crc >> 8) & 0xff, crc & 0xff).toString('base64');
	return /^=([A-Za-z0-9+/]{4})\s*$/m.exec(armored)?.[1] === text;
}
