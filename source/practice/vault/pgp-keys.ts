import type { Key } from 'openpgp';

/** Algorithms of RFC 9580 that no Vault supports: X25519, X448, Ed25519, Ed448. */
const TOO_NEW = [25, 26, 27, 28];

/**
 * Parses a key, or throws an Error with Vault's wording. Public, secret and revoked keys are
 * accepted, as by Vault.
 *
 * @param base64 One binary OpenPGP key.
 */
async function parsePgpKey(base64: string): Promise<Key> {
	const wrongAt = base64.search(/[^A-Za-z0-9+/=\r\n]/);
	if (wrongAt >= 0) {
		throw new Error(`error decoding given PGP key: illegal base64 data at input byte ${wrongAt}`);
	}
	// Imported on demand, so that the server starts quickly.
	const { readKey } = await import('openpgp');
	const bytes = Buffer.from(base64, 'base64');
	if (((bytes[0] ?? 0) & 0x80) === 0) {
		throw new Error(
			'error parsing given PGP key: openpgp: invalid data: tag byte does not have MSB set',
		);
	}
	const key = await readKey({ binaryKey: bytes }).catch(() => {
		throw new Error('error parsing given PGP key: openpgp: invalid data');
	});
	const { algorithm, version } = key.keyPacket as { algorithm: number; version: number };
	if (version !== 4) {
		throw new Error(
			'error parsing given PGP key: openpgp: unsupported feature: public key version',
		);
	}
	if (TOO_NEW.includes(algorithm)) {
		throw new Error(
			`error parsing given PGP key: openpgp: unsupported feature: public key type: ${algorithm}`,
		);
	}
	return key;
}

/** The fingerprints of the primary keys, in the given order. */
export async function getPgpFingerprints(keys: readonly string[]): Promise<string[]> {
	const read = await Promise.all(keys.map(parsePgpKey));
	return read.map((key) => key.getFingerprint());
}

/**
 * Encrypts the hex text of each share to the key with the same index.
 *
 * @param noEncryptionKeysMessage Vault's wording for a key without an encryption subkey: "no encryption keys".
 * @throws Error with Vault's wording.
 */
export async function encryptSharesWithPgp(
	shares: readonly Buffer[],
	keys: readonly string[],
	noEncryptionKeysMessage: string,
): Promise<Buffer[]> {
	const { createMessage, encrypt } = await import('openpgp');
	const messages: Buffer[] = [];
	for (const [index, share] of shares.entries()) {
		const key = (await parsePgpKey(keys[index] ?? '')).toPublic();
		// Go prints the ID as a number, without leading zeros.
		const id = key.getKeyID().toHex().replace(/^0+/, '');
		await key.getEncryptionKey().catch(() => {
			throw new Error(
				`error setting up encryption for PGP message: openpgp: invalid argument: cannot encrypt a message to key id ${id} because it has ${noEncryptionKeysMessage}`,
			);
		});
		const message = await createMessage({ binary: Buffer.from(share.toString('hex')) });
		const encrypted = await encrypt({ message, encryptionKeys: key, format: 'binary' });
		messages.push(Buffer.from(encrypted as Uint8Array));
	}
	return messages;
}
