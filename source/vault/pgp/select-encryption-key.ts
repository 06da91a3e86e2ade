import type { Key, PrimaryUser, SignaturePacket, Subkey } from 'openpgp';
import { parseKeyAlgorithm } from './key-algorithm.ts';
import { loadOpenPgp } from './load-openpgp.ts';
import { formatKeyDate, RejectedKeyError } from './pgp-errors.ts';

interface ChosenEncryptionKey {
	part: Key | Subkey;
	subkey?: { subkey: Subkey; binding: SignaturePacket };
}

/**
 * Finds the key that Vault will encrypt to; throws if there is none, or more than one.
 *
 * @throws RejectedKeyError
 */
export async function selectEncryptionKey(
	key: Key,
	user: PrimaryUser,
	now: Date,
): Promise<ChosenEncryptionKey> {
	const live: { subkey: Subkey; binding: SignaturePacket }[] = [];
	const dead: string[] = [];
	for (const subkey of key.subkeys) {
		if (!parseKeyAlgorithm(Buffer.from(subkey.keyPacket.write())).encrypts) continue;
		const id = subkey.getKeyID().toHex();
		if (subkey.revocationSignatures.length > 0) {
			dead.push(`${id} is revoked`);
			continue;
		}
		const expires = await subkey.getExpirationTime(now);
		const binding = await subkey.verify(now).catch(() => undefined);
		if (binding === undefined) {
			const over = expires instanceof Date && expires <= now;
			dead.push(
				over ? `${id} expired on ${formatKeyDate(expires)}` : `${id} has no valid signature`,
			);
		} else if (!isForCommunications(binding)) {
			dead.push(`${id} is not flagged for encrypting messages`);
		} else {
			live.push({ subkey, binding });
		}
	}
	const [first, second] = live;
	if (second !== undefined) {
		const ids = live.map(({ subkey }) => subkey.getKeyID().toHex());
		throw new RejectedKeyError(
			`It has ${live.length} valid encryption subkeys (${ids.join(', ')}); Vault versions differ in which one they use.`,
			'exactly one valid encryption subkey',
			`gpg --armor --output KEY.asc --export ${ids.at(-1)?.toUpperCase()}!`,
			'The exclamation mark exports only that subkey. Ask the owner which one they can decrypt with.',
		);
	}
	if (first !== undefined) return { part: first.subkey, subkey: first };
	const primaryEncrypts = parseKeyAlgorithm(Buffer.from(key.keyPacket.write())).encrypts;
	if (primaryEncrypts && isForCommunications(user.selfCertification)) return { part: key };
	throw new RejectedKeyError(
		dead.length === 0
			? 'It can sign, but not encrypt.'
			: `It has no valid encryption subkey: ${dead.join('; ')}.`,
		'a key with one valid encryption subkey',
		`gpg --quick-add-key ${key.getFingerprint().toUpperCase()} rsa3072 encr 3y`,
		'Then export the key again.',
	);
}

/** Vault's libraries check only the flag for encrypting communications (0x04). */
function isForCommunications({ keyFlags }: SignaturePacket): boolean {
	return ((keyFlags?.[0] ?? 0) & 0x04) !== 0;
}

/** The primary key, its user id and the chosen subkey, each with the signature that binds it. */
export async function createMinimalKey(
	key: Key,
	{ user, selfCertification }: PrimaryUser,
	chosen: ChosenEncryptionKey['subkey'],
): Promise<Uint8Array> {
	const { PacketList } = await loadOpenPgp();
	const list = new PacketList();
	list.push(key.keyPacket);
	if (user.userID !== null) list.push(user.userID);
	list.push(selfCertification);
	if (chosen !== undefined) list.push(chosen.subkey.keyPacket, chosen.binding);
	return list.write();
}

/**
 * Checks the key sent to Vault on its own: signatures that were removed from it cannot support it.
 *
 * @throws RejectedKeyError
 */
export async function assertMinimalKeyValid(
	bytes: Uint8Array,
	fingerprint: string,
	keyId: string,
	now: Date,
	name: string,
): Promise<void> {
	const { readKey } = await loadOpenPgp();
	const key = await readKey({ binaryKey: bytes });
	try {
		await key.verifyPrimaryKey(now);
		const chosen = await key.getEncryptionKey(undefined, now);
		if (key.getFingerprint() === fingerprint && chosen.getKeyID().toHex() === keyId) return;
	} catch {
		// Reported below.
	}
	throw new RejectedKeyError(
		`Encrypting to it failed for an unknown reason (${keyId}).`,
		'a key with one valid encryption subkey',
		`Ask ${name} for a new key: gpg --quick-generate-key NAME rsa3072 default 3y`,
	);
}
