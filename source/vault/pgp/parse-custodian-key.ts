import type { Key, PrimaryUser, Subkey } from 'openpgp';
import { parseKeyAlgorithm } from './key-algorithm.ts';
import { loadOpenPgp } from './load-openpgp.ts';
import { parsePublicKeyFile } from './parse-public-key-file.ts';
import {
	formatKeyDate,
	getExtendKeySteps,
	type InputProblem,
	NEW_KEY_STEPS,
	RejectedKeyError,
} from './pgp-errors.ts';
import {
	assertMinimalKeyValid,
	createMinimalKey,
	selectEncryptionKey,
} from './select-encryption-key.ts';

/** A custodian's public key that a share of Vault's unseal key can be encrypted to. */
interface CustodianKey {
	/** Of the primary key, lower-case hex. Vault names it, and the operator compares it out of band. */
	fingerprint: string;
	/** Id of the only key that shares will be encrypted to, lower-case hex. */
	encryptionKeyId: string;
	/** Algorithm of that key: "RSA 3072", "Curve25519". */
	algorithm: string;
	/** When the key first stops being usable; undefined if never. */
	expires?: Date;
	/**
	 * For Vault, base64 of binary OpenPGP: only the primary key, its user id and the encryption key, so
	 * that no Vault can pick another key (before 1.13 it used expired subkeys).
	 */
	base64: string;
}

type CustodianKeyResult =
	| { ok: true; key: CustodianKey; warnings: readonly string[] }
	| { ok: false; problem: InputProblem };

interface CustodianKeyOptions {
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
 * @param file The file as received: armored, base64 or binary.
 */
export async function parseCustodianKey(
	file: Buffer,
	{ name, goodUntil, now = new Date() }: CustodianKeyOptions,
): Promise<CustodianKeyResult> {
	try {
		const key = await checkCustodianKey(file, name, now);
		const { expires } = key;
		const short = expires !== undefined && goodUntil !== undefined && expires < goodUntil;
		const warnings = short
			? [
					`The key of ${name} expires on ${formatKeyDate(expires)}: extend it before the next rekey.`,
				]
			: [];
		return { ok: true, key, warnings };
	} catch (thrown) {
		if (!(thrown instanceof RejectedKeyError)) throw thrown;
		const { what, ...rest } = thrown.problem;
		return { ok: false, problem: { what: `The key of ${name}: ${what}`, ...rest } };
	}
}

async function checkCustodianKey(file: Buffer, name: string, now: Date): Promise<CustodianKey> {
	const { bytes, packets } = await parsePublicKeyFile(file);
	const primary = parseKeyAlgorithm(packets[0]?.body ?? Buffer.alloc(0));
	if (primary.unfit !== undefined) throw createUnsupportedKeyError(primary.words, primary.unfit);

	const key = await parseOpenPgpKey(bytes);
	const user = await getValidPrimaryUser(key, now);
	const chosen = await selectEncryptionKey(key, user, now);
	const algorithm = parseKeyAlgorithm(Buffer.from(chosen.part.keyPacket.write()));
	if (algorithm.unfit !== undefined)
		throw createUnsupportedKeyError(algorithm.words, algorithm.unfit);

	const encryptionKeyId = chosen.part.getKeyID().toHex();
	const minimal = await createMinimalKey(key, user, chosen.subkey);
	await assertMinimalKeyValid(minimal, key.getFingerprint(), encryptionKeyId, now, name);
	const expires = await getEarliestExpiry(key, minimal, chosen.part, now);
	return {
		fingerprint: key.getFingerprint(),
		encryptionKeyId,
		algorithm: algorithm.words,
		...(expires === undefined ? {} : { expires }),
		base64: Buffer.from(minimal).toString('base64'),
	};
}

async function parseOpenPgpKey(bytes: Buffer): Promise<Key> {
	const { readKeys } = await loadOpenPgp();
	try {
		const [key, ...more] = await readKeys({ binaryKeys: new Uint8Array(bytes) });
		if (key !== undefined && more.length === 0 && !key.isPrivate()) return key;
	} catch {
		// Reported below: the library's error is not meant for operators.
	}
	throw new RejectedKeyError(
		'It is damaged or of an unsupported kind.',
		'a public key exactly as exported by gpg, without a designated revoker',
		...NEW_KEY_STEPS,
	);
}

/** Returns the primary user id, and throws unless the primary key is valid now. */
async function getValidPrimaryUser(key: Key, now: Date): Promise<PrimaryUser> {
	// Any revocation counts, even one that cannot be verified here: only the owner can tell.
	if (key.revocationSignatures.length > 0) {
		throw new RejectedKeyError('It is revoked.', 'a valid key', ...NEW_KEY_STEPS);
	}
	if (key.getCreationTime() > now) {
		throw new RejectedKeyError(
			`It was created on ${formatKeyDate(key.getCreationTime())}, which is in the future.`,
			'a key created in the past',
			'Check the clocks of this computer and of the one that created the key.',
		);
	}
	const expires = await key.getExpirationTime();
	if (expires instanceof Date && expires <= now) {
		throw new RejectedKeyError(
			`It expired on ${formatKeyDate(expires)}.`,
			'a valid key',
			...getExtendKeySteps(key),
		);
	}
	try {
		await key.verifyPrimaryKey(now);
		return await key.getPrimaryUser(now);
	} catch {
		throw new RejectedKeyError(
			'It has no user id with a valid self-signature.',
			'a valid key with a user id',
			...getExtendKeySteps(key),
		);
	}
}

async function getEarliestExpiry(
	whole: Key,
	minimal: Uint8Array,
	encryptionKey: Key | Subkey,
	now: Date,
): Promise<Date | undefined> {
	const { readKey } = await loadOpenPgp();
	const alone = await readKey({ binaryKey: minimal });
	const ends = [
		await whole.getExpirationTime(),
		await alone.getExpirationTime(),
		// A primary key takes no date here; its expiry is in the list already.
		'mainKey' in encryptionKey ? await encryptionKey.getExpirationTime(now) : null,
	];
	const times = ends.flatMap((end) => (end instanceof Date ? [end.getTime()] : []));
	return times.length === 0 ? undefined : new Date(Math.min(...times));
}

function createUnsupportedKeyError(algorithmName: string, reason: string): RejectedKeyError {
	return new RejectedKeyError(
		`Unsupported key type ${algorithmName}: ${reason}.`,
		'RSA with at least 2048 bits, NIST P-256, P-384 or P-521, or Ed25519 with Curve25519 as created by gpg 2.2',
		...NEW_KEY_STEPS,
	);
}
