import type { Key, PrimaryUser, Subkey } from 'openpgp';
import { day, makeNew, renew } from './advice.ts';
import { algorithmOf } from './algorithm.ts';
import { encryptionKey, minimalKey, provesItself } from './encryption-key.ts';
import { readPublicKeyInput } from './input.ts';
import { loadOpenPgp } from './library.ts';
import { type Problem, Refusal } from './problem.ts';

/** A custodian's public key, found fit to have a share of Vault's unseal key encrypted to it. */
export interface CustodianKey {
	/** Of the primary key, lower-case hex: what is compared on a second channel, and what Vault names. */
	fingerprint: string;
	/** Id of the one key that shares will be encrypted to, lower-case hex. */
	encryptionKeyId: string;
	/** Of that key: "RSA 3072", "Curve25519". */
	algorithm: string;
	/** Those the key itself vouches for, the primary one first; escaped by what shows them. */
	userIds: readonly string[];
	/** The first moment at which it cannot be used any more; undefined when there is none. */
	expires?: Date;
	/**
	 * For Vault, base64 of binary OpenPGP: nothing but the primary key, its name and the encryption
	 * key, so that no Vault can pick another one (before 1.13 it took expired subkeys).
	 */
	base64: string;
}

export type CustodianKeyResult =
	| { ok: true; key: CustodianKey; warnings: readonly string[] }
	| { ok: false; problem: Problem };

export interface CustodianKeyOptions {
	/** The custodian, for the sentences. */
	name: string;
	/** Until when the key should be usable, best the next planned rekey; earlier is a warning. */
	goodUntil?: Date;
	/** For tests. */
	now?: Date;
}

/**
 * Judges the public key of a custodian before Vault sees it: Vault takes revoked keys, expired ones
 * and even secret ones, and notices too late when a key cannot encrypt.
 *
 * @param given The file as it was sent: armored, base64 or binary.
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
			? [`The key of ${name} expires on ${day(expires)}: have it renewed before the next rekey.`]
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
		// Said below: the library's words are for its own callers.
	}
	throw new Refusal(
		'It is damaged, or of a kind that cannot be checked.',
		'a public key exactly as gpg wrote it, without a designated revoker',
		...makeNew,
	);
}

/** Throws unless the primary key is in force; returns the name it goes by. */
async function livePrimary(key: Key, now: Date): Promise<PrimaryUser> {
	// Any revocation counts, even one that cannot be verified: the owner can say, we cannot.
	if (key.revocationSignatures.length > 0) {
		throw new Refusal('It is revoked.', 'a key in force', ...makeNew);
	}
	if (key.getCreationTime() > now) {
		throw new Refusal(
			`It was made on ${day(key.getCreationTime())}, which is in the future.`,
			'a key made before now',
			'Check the clock of this machine, and of the one that made the key.',
		);
	}
	const expires = await key.getExpirationTime();
	if (expires instanceof Date && expires <= now) {
		throw new Refusal(`It expired on ${day(expires)}.`, 'a key in force', ...renew(key));
	}
	try {
		await key.verifyPrimaryKey(now);
		return await key.getPrimaryUser(now);
	} catch {
		throw new Refusal(
			'It has no name (user id) with a valid signature of the key itself.',
			'a key in force, with a name',
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
		// A whole key takes no date here, and its own end is in the list already.
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
		`It is of the kind ${words}: ${why}.`,
		'RSA of 2048 bits or more, NIST P-256, P-384 or P-521, or Ed25519 with Curve25519 as gpg 2.2 makes it',
		...makeNew,
	);
}
