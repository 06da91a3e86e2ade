import type { Key } from 'openpgp';

/** Of algorithms in RFC 9580 that no Vault reads: X25519, X448, Ed25519, Ed448. */
const TOO_NEW = [25, 26, 27, 28];

/**
 * The key, or Error in Vault's words. Public, secret and revoked ones are taken, as Vault does.
 *
 * @param base64 One binary OpenPGP key.
 */
export async function readPgpKey(base64: string): Promise<Key> {
	const wrongAt = base64.search(/[^A-Za-z0-9+/=\r\n]/);
	if (wrongAt >= 0) {
		throw new Error(`error decoding given PGP key: illegal base64 data at input byte ${wrongAt}`);
	}
	// Loaded where it is needed: a server must start at once.
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

/** Fingerprints of the primary keys, in the order given. */
export async function fingerprintsOf(keys: readonly string[]): Promise<string[]> {
	const read = await Promise.all(keys.map(readPgpKey));
	return read.map((key) => key.getFingerprint());
}

/**
 * Each share's hex text, encrypted to the key at the same place.
 *
 * @param lack How a key without any for encryption is spoken of: "no encryption keys".
 * @throws Error in Vault's words.
 */
export async function encryptShares(
	shares: readonly Buffer[],
	keys: readonly string[],
	lack: string,
): Promise<Buffer[]> {
	const { createMessage, encrypt } = await import('openpgp');
	const messages: Buffer[] = [];
	for (const [index, share] of shares.entries()) {
		const key = (await readPgpKey(keys[index] ?? '')).toPublic();
		// A number in Go, written without leading zeros.
		const id = key.getKeyID().toHex().replace(/^0+/, '');
		await key.getEncryptionKey().catch(() => {
			throw new Error(
				`error setting up encryption for PGP message: openpgp: invalid argument: cannot encrypt a message to key id ${id} because it has ${lack}`,
			);
		});
		const message = await createMessage({ binary: Buffer.from(share.toString('hex')) });
		const encrypted = await encrypt({ message, encryptionKeys: key, format: 'binary' });
		messages.push(Buffer.from(encrypted as Uint8Array));
	}
	return messages;
}
