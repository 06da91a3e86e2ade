import { z } from 'zod';
import type {
	KeptBackup,
	Leadership,
	Proving,
	RekeyStatus,
	SealStatus,
	Submitted,
	VerificationStatus,
} from './contract.ts';
import { VaultError } from './contract.ts';
import { readMessage } from './openpgp-message.ts';

const count = z.number().int().nonnegative();
const some = <T extends z.ZodType>(type: T) => type.nullish();

const sealStatusShape = z.object({
	type: some(z.string()),
	initialized: some(z.boolean()),
	sealed: z.boolean(),
	n: count,
	t: count,
	progress: count,
	version: some(z.string()),
	recovery_seal: some(z.boolean()),
	migration: some(z.boolean()),
});

const leaderShape = z.object({
	ha_enabled: z.boolean(),
	is_self: some(z.boolean()),
	leader_address: some(z.string()),
});

/** OpenBao's `rotate` omits empty fields, and `required` too. */
const rekeyShape = z.object({
	nonce: some(z.string()),
	started: z.boolean(),
	n: count,
	t: count,
	progress: some(count),
	required: some(count),
	pgp_fingerprints: some(z.array(z.string())),
	backup: some(z.boolean()),
	verification_required: some(z.boolean()),
	verification_nonce: some(z.string()),
});

const completeShape = z.object({
	complete: z.literal(true),
	nonce: some(z.string()),
	keys: z.array(z.string()),
	keys_base64: some(z.array(z.string())),
	pgp_fingerprints: some(z.array(z.string())),
	backup: some(z.boolean()),
	verification_nonce: some(z.string()),
});

const verifyShape = z.object({
	nonce: some(z.string()),
	started: some(z.boolean()),
	n: some(count),
	t: some(count),
	progress: some(count),
	complete: some(z.boolean()),
});

const byFingerprint = z.record(z.string(), z.array(z.string()));
const backupShape = z.union([
	z.object({ nonce: z.string(), keys: byFingerprint }),
	// Spelling of `-backup-retrieve -format=json`.
	z
		.object({ Nonce: z.string(), Keys: byFingerprint })
		.transform(({ Nonce, Keys }) => ({ nonce: Nonce, keys: Keys })),
]);

/**
 * Extracts the payload: the object itself, or `data` of the newer endpoints' envelope.
 *
 * @throws VaultError `unclear` when it is not a JSON object.
 */
export function answerBody(text: string): unknown {
	let body: unknown;
	try {
		body = JSON.parse(text);
	} catch {
		throw unreadable('a response that is not JSON');
	}
	const wrapped = z.object({ data: z.record(z.string(), z.unknown()) }).safeParse(body);
	return wrapped.success ? wrapped.data.data : body;
}

/** The error for a successful but unreadable response: the request may have been executed. */
export function unreadable(what: string): VaultError {
	return new VaultError('unclear', `Vault returned ${what}. It may have executed the request.`);
}

/** Parses `body` as `shape`. An error names fields, never values. */
function read<T>(shape: z.ZodType<T>, body: unknown, what: string): T {
	const result = shape.safeParse(body);
	if (result.success) return result.data;
	const fields = result.error.issues.map(({ path }) => path.join('.') || 'body').join(', ');
	throw unreadable(`${what} that cannot be read (${fields})`);
}

export function readSealStatus(body: unknown): SealStatus {
	const seal = read(sealStatusShape, body, 'a seal status');
	return {
		// 0.8 omits this field and answers 400 while not initialized.
		initialized: seal.initialized ?? true,
		sealed: seal.sealed,
		type: seal.type ?? '',
		shares: seal.n,
		threshold: seal.t,
		progress: seal.progress,
		version: seal.version ?? '',
		recoverySeal: seal.recovery_seal ?? false,
		migration: seal.migration ?? false,
	};
}

export function readLeadership(body: unknown): Leadership {
	const leader = read(leaderShape, body, 'a leader');
	return {
		highAvailability: leader.ha_enabled,
		// Without high availability every version reports false.
		isSelf: leader.ha_enabled ? (leader.is_self ?? false) : true,
		leaderAddress: leader.leader_address ?? '',
	};
}

export function readRekeyStatus(body: unknown): RekeyStatus {
	const rekey = read(rekeyShape, body, 'a rekey status');
	return {
		started: rekey.started,
		nonce: rekey.nonce ?? '',
		shares: rekey.n,
		threshold: rekey.t,
		progress: rekey.progress ?? 0,
		required: rekey.required ?? 0,
		fingerprints: (rekey.pgp_fingerprints ?? []).map((print) => print.toLowerCase()),
		backup: rekey.backup ?? false,
		verificationRequired: rekey.verification_required ?? false,
		verificationNonce: rekey.verification_nonce ?? '',
	};
}

/**
 * @param shares Expected number of new shares.
 * @throws VaultError `unclear` unless it is a status, or complete with exactly that many messages.
 */
export function readSubmitted(body: unknown, shares: number): Submitted {
	if (!z.object({ complete: z.literal(true) }).safeParse(body).success) {
		return { complete: false, status: readRekeyStatus(body) };
	}
	const done = read(completeShape, body, 'new shares');
	return completed(done.keys_base64 ?? done.keys, shares, {
		fingerprints: done.pgp_fingerprints ?? [],
		nonce: done.nonce ?? '',
		backup: done.backup ?? false,
		verificationNonce: done.verification_nonce ?? '',
	});
}

/**
 * Reads a recovered response as a backup of its shares, however many there are; undefined when it is
 * not the end of a rekey or is unreadable, since there may be another copy.
 */
export function copyIn(text: string): KeptBackup | undefined {
	try {
		const body = answerBody(text);
		const done = completeShape.safeParse(body);
		if (!done.success) return undefined;
		return copyOf(readSubmitted(body, (done.data.keys_base64 ?? done.data.keys).length));
	} catch {
		return undefined;
	}
}

/** The shares of a completed rekey by fingerprint; undefined when it is not complete. */
export function copyOf(submitted: Submitted): KeptBackup | undefined {
	if (!submitted.complete) return undefined;
	const shares = new Map<string, Buffer[]>();
	for (const { fingerprint, message } of submitted.shares)
		shares.set(fingerprint, [...(shares.get(fingerprint) ?? []), message]);
	return { nonce: submitted.nonce, shares };
}

/** A completed rekey: exactly `shares` texts, each an OpenPGP message in base64 or hex. */
export function completed(
	texts: readonly string[],
	shares: number,
	facts: {
		fingerprints: readonly string[];
		nonce: string;
		backup: boolean;
		verificationNonce: string;
	},
): Submitted {
	if (texts.length !== shares) {
		throw unreadable(`${texts.length} new key shares instead of ${shares}`);
	}
	const messages = texts.map((text) => readMessage(text));
	const encrypted = messages.filter((message) => message !== undefined);
	if (encrypted.length !== shares) {
		throw unreadable(
			`new key shares, ${shares - encrypted.length} of which are unencrypted or garbled`,
		);
	}
	const { fingerprints, ...rest } = facts;
	return {
		complete: true,
		...rest,
		shares: encrypted.map((message, index) => ({
			fingerprint: (fingerprints[index] ?? '').toLowerCase(),
			message,
		})),
	};
}

export function readVerificationStatus(body: unknown): VerificationStatus {
	const status = read(verifyShape, body, 'a verification status');
	const nonce = status.nonce ?? '';
	return {
		started: status.started ?? nonce !== '',
		nonce,
		shares: status.n ?? 0,
		threshold: status.t ?? 0,
		progress: status.progress ?? 0,
	};
}

export function readProving(body: unknown): Proving {
	const proving = read(verifyShape, body, 'a verification');
	if (proving.complete !== true && proving.progress == null) {
		throw unreadable('a verification that cannot be read (complete, progress)');
	}
	return {
		complete: proving.complete === true,
		progress: proving.progress ?? 0,
		nonce: proving.nonce ?? '',
	};
}

export function readKeptBackup(body: unknown): KeptBackup {
	const { nonce, keys } = read(backupShape, body, 'a backup of the shares');
	return keptBackup(nonce, Object.entries(keys));
}

/** The server's own backup of the shares; every entry must be an encrypted message. */
export function keptBackup(
	nonce: string,
	entries: readonly (readonly [string, readonly string[]])[],
): KeptBackup {
	const shares = new Map<string, readonly Buffer[]>();
	for (const [fingerprint, texts] of entries) {
		const messages = texts.map((text) => readMessage(text)).filter((it) => it !== undefined);
		if (messages.length !== texts.length) {
			throw unreadable('a backup of the shares that is unencrypted or garbled');
		}
		shares.set(fingerprint.toLowerCase(), messages);
	}
	return { nonce, shares };
}
