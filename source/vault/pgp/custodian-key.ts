import type { Key, PrimaryUser, Subkey } from 'openpgp';
import { day, makeNew, renew } from './advice.ts';
import { algorithmOf } from './algorithm.ts';
import { encryptionKey, minimalKey, provesItself } from './encryption-key.ts';
import { readPublicKeyInput } from './input.ts';
import { loadOpenPgp } from './library.ts';
import { type Problem, Refusal } from './problem.ts';

/** A custodian's public key that a share of Vault's unseal key can be encrypted to. */
export interface CustodianKey {
	/** Of the primary key, lower-case hex. Vault names it, and the operator compares it out of band. */
	fingerprint: string;
	/** Id of the only key that shares will be encrypted to, lower-case hex. */
	encryptionKeyId: string;
	/** Algorithm of that key: "RSA 3072", "Curve25519". */
	algorithm: string;
	/** User ids signed by the key itself, the primary one first. The display escapes them. */
	userIds: readonly string[];
	/** When the key first stops being usable; undefined if never. */
	expires?: Date;
	/**
	 * For Vault, base64 of binary OpenPGP: only the primary key, its user id and the encryption key, so
	 * that no Vault can pick another key (before 1.13 it used expired subkeys).
	 */
	base64: string;
}

export type CustodianKeyResult =
	| { ok: true; key: CustodianKey; warnings: readonly string[] }
	| { ok: false; problem: Problem };

export interface CustodianKeyOptions {
	/** The custodian's name, for messages. */
	name: string;
	/** Date until which the key should be usable, ideally the next rekey; an earlier expiry is a warning. */
	goodUntil?: Date;
	/** For tests. */
	now?: Date;
}

/**
 * Checks a custodian's public key before Vault sees it: Vault accepts revoked, expired and even
 * secret keys, and notices too late when a key cannot encrypt.
 *
 * @param given The file as received: armored, base64 or binary.
 */
export async function readCustodianKey(
	given: Buffer,
	{ name, goodUntil, now = new Date() }: CustodianKeyOptions,
): Promise<CustodianKeyResult> {
	try {
		const key = await judge(given, name, now);
		const { expires } = key;
		const short = expires !== undefined && goodUntil !== undefined && expires < goodUntil;
		const warnings = short
			? [`The key of ${name} expires on ${day(expires)}: extend it before the next rekey.`]
			: [];
		return { ok: true, key, warnings };
	} catch (thrown) {
		if (!(thrown instanceof Refusal)) throw thrown;
		const { what, ...rest } = thrown.problem;
		return { ok: false, problem: { what: `The key of ${name}: ${what}`, ...rest } };
	}
}

async function judge(given: Buffer, name: string, now: Date): Promise<CustodianKey> {
	const { bytes, packets } = await readPublicKeyInput(given);
	const primary = algorithmOf(packets[0]?.body ?? Buffer.alloc(0));
	if (primary.unfit !== undefined) throw unfit(primary.words, primary.unfit);

	const key = await parse(bytes);
	const user = await livePrimary(key, now);
	const chosen = await encryptionKey(key, user, now);
	const algorithm = algorithmOf(Buffer.from(chosen.part.keyPacket.write()));
	if (algorithm.unfit !== undefined) throw unfit(algorithm.words, algorithm.unfit);

	const encryptionKeyId = chosen.part.getKeyID().toHex();
	const minimal = await minimalKey(key, user, chosen.subkey);
	await provesItself(minimal, key.getFingerprint(), encryptionKeyId, now, name);
	const expires = await firstExpiry(key, minimal, chosen.part, now);
	return {
		fingerprint: key.getFingerprint(),
		encryptionKeyId,
		algorithm: algorithm.words,
		userIds: await vouchedUserIds(key, user, now),
		...(expires === undefined ? {} : { expires }),
		base64: Buffer.from(minimal).toString('base64'),
	};
}

async function parse(bytes: Buffer): Promise<Key> {
	const { readKeys } = await loadOpenPgp();
	try {
		const [key, ...more] = await readKeys({ binaryKeys: new Uint8Array(bytes) });
		if (key !== undefined && more.length === 0 && !key.isPrivate()) return key;
	} catch {
		// Reported below: the library's error is not meant for operators.
	}
	throw new Refusal(
		'It is damaged or of an unsupported kind.',
		'a public key exactly as exported by gpg, without a designated revoker',
		...makeNew,
	);
}

/** Returns the primary user id, and throws unless the primary key is valid now. */
async function livePrimary(key: Key, now: Date): Promise<PrimaryUser> {
	// Any revocation counts, even one that cannot be verified here: only the owner can tell.
	if (key.revocationSignatures.length > 0) {
		throw new Refusal('It is revoked.', 'a valid key', ...makeNew);
	}
	if (key.getCreationTime() > now) {
		throw new Refusal(
			`It was created on ${day(key.getCreationTime())}, which is in the future.`,
			'a key created in the past',
			'Check the clocks of this computer and of the one that created the key.',
		);
	}
	const expires = await key.getExpirationTime();
	if (expires instanceof Date && expires <= now) {
		throw new Refusal(`It expired on ${day(expires)}.`, 'a valid key', ...renew(key));
	}
	try {
		await key.verifyPrimaryKey(now);
		return await key.getPrimaryUser(now);
	} catch {
		throw new Refusal(
			'It has no user id with a valid self-signature.',
			'a valid key with a user id',
			...renew(key),
		);
	}
}

async function firstExpiry(
	whole: Key,
	minimal: Uint8Array,
	part: Key | Subkey,
	now: Date,
): Promise<Date | undefined> {
	const { readKey } = await loadOpenPgp();
	const alone = await readKey({ binaryKey: minimal });
	const ends = [
		await whole.getExpirationTime(),
		await alone.getExpirationTime(),
		// A primary key takes no date here; its expiry is in the list already.
		'mainKey' in part ? await part.getExpirationTime(now) : null,
	];
	const times = ends.flatMap((end) => (end instanceof Date ? [end.getTime()] : []));
	return times.length === 0 ? undefined : new Date(Math.min(...times));
}

async function vouchedUserIds(key: Key, primary: PrimaryUser, now: Date): Promise<string[]> {
	const names = [primary.user.userID?.userID ?? ''];
	for (const user of key.users) {
		if (user === primary.user || user.userID === null) continue;
		const valid = await user.verify(now).catch(() => false);
		if (valid) names.push(user.userID.userID);
	}
	return names;
}

function unfit(words: string, why: string): Refusal {
	return new Refusal(
		`Unsupported key type ${words}: ${why}.`,
		'RSA with at least 2048 bits, NIST P-256, P-384 or P-521, or Ed25519 with Curve25519 as created by gpg 2.2',
		...makeNew,
	);
}
