import { z } from 'zod';
import {
	type Leadership,
	type RekeyStatus,
	type SealStatus,
	type ShareBackup,
	type SubmitResult,
	VaultError,
	type VerificationResult,
	type VerificationStatus,
} from './vault-types.ts';

const countSchema = z.number().int().nonnegative();
const optional = <T extends z.ZodType>(type: T) => type.nullish();

const sealStatusSchema = z.object({
	type: optional(z.string()),
	initialized: optional(z.boolean()),
	sealed: z.boolean(),
	n: countSchema,
	t: countSchema,
	progress: countSchema,
	version: optional(z.string()),
	recovery_seal: optional(z.boolean()),
	migration: optional(z.boolean()),
});

const leaderSchema = z.object({
	ha_enabled: z.boolean(),
	is_self: optional(z.boolean()),
	leader_address: optional(z.string()),
});

/** OpenBao's `rotate` omits empty fields, and `required` too. */
const rekeySchema = z.object({
	nonce: optional(z.string()),
	started: z.boolean(),
	n: countSchema,
	t: countSchema,
	progress: optional(countSchema),
	required: optional(countSchema),
	pgp_fingerprints: optional(z.array(z.string())),
	backup: optional(z.boolean()),
	verification_required: optional(z.boolean()),
	verification_nonce: optional(z.string()),
});

const completeSchema = z.object({
	complete: z.literal(true),
	nonce: optional(z.string()),
	keys: z.array(z.string()),
	keys_base64: optional(z.array(z.string())),
	pgp_fingerprints: optional(z.array(z.string())),
	backup: optional(z.boolean()),
	verification_nonce: optional(z.string()),
});

const verifySchema = z.object({
	nonce: optional(z.string()),
	started: optional(z.boolean()),
	n: optional(countSchema),
	t: optional(countSchema),
	progress: optional(countSchema),
	complete: optional(z.boolean()),
});

const backupSchema = z.object({
	nonce: z.string(),
	keys: z.record(z.string(), z.array(z.string())),
});

/**
 * Extracts the payload: the object itself, or `data` of the newer endpoints' envelope.
 *
 * @throws VaultError `unclear` when it is not a JSON object.
 */
export function unwrapResponse(text: string): unknown {
	let body: unknown;
	try {
		body = JSON.parse(text);
	} catch {
		throw createUnreadableError('a response that is not JSON');
	}
	const wrapped = z.object({ data: z.record(z.string(), z.unknown()) }).safeParse(body);
	return wrapped.success ? wrapped.data.data : body;
}

/** The error for a successful but unreadable response: the request may have been executed. */
function createUnreadableError(what: string): VaultError {
	return new VaultError('unclear', `Vault returned ${what}. It may have executed the request.`);
}

/** Parses `body` as `shape`. An error names fields, never values. */
function parseShape<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
	const result = schema.safeParse(body);
	if (result.success) return result.data;
	const fields = result.error.issues.map(({ path }) => path.join('.') || 'body').join(', ');
	throw createUnreadableError(`${what} that cannot be read (${fields})`);
}

export function parseSealStatus(body: unknown): SealStatus {
	const seal = parseShape(sealStatusSchema, body, 'a seal status');
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

export function parseLeadership(body: unknown): Leadership {
	const leader = parseShape(leaderSchema, body, 'a leader');
	return {
		highAvailability: leader.ha_enabled,
		// Without high availability every version reports false.
		isSelf: leader.ha_enabled ? (leader.is_self ?? false) : true,
		leaderAddress: leader.leader_address ?? '',
	};
}

export function parseRekeyStatus(body: unknown): RekeyStatus {
	const rekey = parseShape(rekeySchema, body, 'a rekey status');
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
 * @throws VaultError `unclear` unless it is a status, or complete with exactly that many messages,
 * each in base64 or hex.
 */
export function parseSubmitResult(body: unknown, shares: number): SubmitResult {
	if (!z.object({ complete: z.literal(true) }).safeParse(body).success) {
		return { complete: false, status: parseRekeyStatus(body) };
	}
	const done = parseShape(completeSchema, body, 'new shares');
	const texts = done.keys_base64 ?? done.keys;
	if (texts.length !== shares) {
		throw createUnreadableError(`${texts.length} new key shares instead of ${shares}`);
	}
	const messages = texts.map(decodeMessage).filter((message) => message !== undefined);
	if (messages.length !== shares) {
		throw createUnreadableError(
			`new key shares, ${shares - messages.length} of which are unencrypted or garbled`,
		);
	}
	return {
		complete: true,
		nonce: done.nonce ?? '',
		backup: done.backup ?? false,
		verificationNonce: done.verification_nonce ?? '',
		shares: messages.map((message, index) => ({
			fingerprint: (done.pgp_fingerprints?.[index] ?? '').toLowerCase(),
			message,
		})),
	};
}

/**
 * Reads a recovered response as a backup of its shares, however many there are; undefined when it is
 * not the end of a rekey or is unreadable, since there may be another copy.
 */
export function parseResponseAsBackup(text: string): ShareBackup | undefined {
	try {
		const body = unwrapResponse(text);
		const done = completeSchema.safeParse(body);
		if (!done.success) return undefined;
		const submitted = parseSubmitResult(body, (done.data.keys_base64 ?? done.data.keys).length);
		if (!submitted.complete) return undefined;
		const shares = new Map<string, Buffer[]>();
		for (const { fingerprint, message } of submitted.shares)
			shares.set(fingerprint, [...(shares.get(fingerprint) ?? []), message]);
		return { nonce: submitted.nonce, shares };
	} catch {
		return undefined;
	}
}

export function parseVerificationStatus(body: unknown): VerificationStatus {
	const status = parseShape(verifySchema, body, 'a verification status');
	const nonce = status.nonce ?? '';
	return {
		started: status.started ?? nonce !== '',
		nonce,
		shares: status.n ?? 0,
		threshold: status.t ?? 0,
		progress: status.progress ?? 0,
	};
}

export function parseVerificationResult(body: unknown): VerificationResult {
	const proving = parseShape(verifySchema, body, 'a verification');
	if (proving.complete !== true && proving.progress == null) {
		throw createUnreadableError('a verification that cannot be read (complete, progress)');
	}
	return {
		complete: proving.complete === true,
		progress: proving.progress ?? 0,
		nonce: proving.nonce ?? '',
	};
}

/** Every entry must be an encrypted message. */
export function parseShareBackup(body: unknown): ShareBackup {
	const { nonce, keys } = parseShape(backupSchema, body, 'a backup of the shares');
	const shares = new Map<string, readonly Buffer[]>();
	for (const [fingerprint, texts] of Object.entries(keys)) {
		const messages = texts.map(decodeMessage).filter((message) => message !== undefined);
		if (messages.length !== texts.length) {
			throw createUnreadableError('a backup of the shares that is unencrypted or garbled');
		}
		shares.set(fingerprint.toLowerCase(), messages);
	}
	return { nonce, shares };
}

/**
 * Whether the bytes start like an OpenPGP message encrypted to a public key (RFC 9580 4.2, packet
 * tag 1). An unencrypted share, 33 bytes or its hex text, fails the length check.
 */
function isEncryptedMessage(bytes: Buffer): boolean {
	const [first = 0] = bytes;
	const tag = first & 0x40 ? first & 0x3f : (first & 0x3c) >> 2;
	// The shortest such message, to a Curve25519 key, has about 150 bytes.
	return (first & 0x80) !== 0 && tag === 1 && bytes.length > 70;
}

/** Decodes a base64 or hex message; undefined if it is neither, or not an OpenPGP message. */
function decodeMessage(text: string): Buffer | undefined {
	for (const encoding of ['hex', 'base64'] as const) {
		const pattern = encoding === 'hex' ? /^([0-9a-f]{2})+$/i : /^[A-Za-z0-9+/]+={0,2}$/;
		if (!pattern.test(text)) continue;
		const bytes = Buffer.from(text, encoding);
		if (isEncryptedMessage(bytes)) return bytes;
	}
	return undefined;
}
