import type { Key, PrimaryUser, SignaturePacket, Subkey } from 'openpgp';
import { day } from './advice.ts';
import { algorithmOf } from './algorithm.ts';
import { loadOpenPgp } from './library.ts';
import { Refusal } from './problem.ts';

export interface Chosen {
	part: Key | Subkey;
	subkey?: { subkey: Subkey; binding: SignaturePacket };
}

/**
 * Finds THE key that Vault will encrypt to, or says why there is none, or more than one.
 *
 * @throws Refusal
 */
export async function encryptionKey(key: Key, user: PrimaryUser, now: Date): Promise<Chosen> {
	const live: { subkey: Subkey; binding: SignaturePacket }[] = [];
	const dead: string[] = [];
	for (const subkey of key.subkeys) {
		if (!algorithmOf(Buffer.from(subkey.keyPacket.write())).encrypts) continue;
		const id = subkey.getKeyID().toHex();
		if (subkey.revocationSignatures.length > 0) {
			dead.push(`${id} is revoked`);
			continue;
		}
		const expires = await subkey.getExpirationTime(now);
		const binding = await subkey.verify(now).catch(() => undefined);
		if (binding === undefined) {
			const over = expires instanceof Date && expires <= now;
			dead.push(over ? `${id} expired on ${day(expires)}` : `${id} has no valid signature`);
		} else if (!forCommunications(binding)) {
			dead.push(`${id} is not marked as one for messages`);
		} else {
			live.push({ subkey, binding });
		}
	}
	const [first, second] = live;
	if (second !== undefined) {
		const ids = live.map(({ subkey }) => subkey.getKeyID().toHex());
		throw new Refusal(
			`It has ${live.length} encryption subkeys in force (${ids.join(', ')}), and Vaults differ in which they take.`,
			'exactly one encryption subkey in force',
			`gpg --armor --output KEY.asc --export ${ids.at(-1)?.toUpperCase()}!`,
			'The exclamation mark exports that one alone; let the owner name the one they can decrypt with.',
		);
	}
	if (first !== undefined) return { part: first.subkey, subkey: first };
	const primaryEncrypts = algorithmOf(Buffer.from(key.keyPacket.write())).encrypts;
	if (primaryEncrypts && forCommunications(user.selfCertification)) return { part: key };
	throw new Refusal(
		dead.length === 0
			? 'It can sign, but not encrypt.'
			: `It has no encryption subkey in force: ${dead.join('; ')}.`,
		'a key with one encryption subkey in force',
		`gpg --quick-add-key ${key.getFingerprint().toUpperCase()} rsa3072 encr 3y`,
		'Then export the key again.',
	);
}

/** Vault's libraries look at the flag for communications (0x04) alone. */
function forCommunications({ keyFlags }: SignaturePacket): boolean {
	return ((keyFlags?.[0] ?? 0) & 0x04) !== 0;
}

/** The primary key, its name and the chosen subkey, each with the signature that binds it. */
export async function minimalKey(
	key: Key,
	{ user, selfCertification }: PrimaryUser,
	chosen: Chosen['subkey'],
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
 * What goes to Vault must stand by itself: what is not in it any more cannot vouch for it.
 *
 * @throws Refusal
 */
export async function provesItself(
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
		// Said below.
	}
	throw new Refusal(
		`Nothing can be encrypted to it, for a reason that could not be told apart (${keyId}).`,
		'a key with one encryption subkey in force',
		`Ask ${name} for a new key: gpg --quick-generate-key NAME rsa3072 default 3y`,
	);
}
