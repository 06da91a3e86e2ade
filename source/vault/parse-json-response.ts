import { z } from 'zod';
import { VaultError } from './response-errors.ts';

// Servers omit empty fields or send null for them.
const text = z
	.string()
	.nullish()
	.transform((value) => value ?? '');
const flag = z
	.boolean()
	.nullish()
	.transform((value) => value ?? false);
const count = z.number().int().nonnegative();
const optionalCount = count.nullish().transform((value) => value ?? 0);
const texts = z.array(z.string());

const sealStatusSchema = z
	.object({
		// 0.8 omits this field and answers 400 while not initialized.
		initialized: z
			.boolean()
			.nullish()
			.transform((value) => value ?? true),
		sealed: z.boolean(),
		/** `shamir`, or the auto-unseal mechanism; '' where the server does not say (before 0.9). */
		type: text,
		n: count,
		t: count,
		/** Shares submitted so far to unseal Vault. */
		progress: count,
		recovery_seal: flag,
		migration: flag,
	})
	.transform(({ n, t, recovery_seal, ...seal }) => ({
		...seal,
		/** Number of shares, and how many of them unseal Vault. */
		shares: n,
		threshold: t,
		recoverySeal: recovery_seal,
	}));
/** The response of `sys/seal-status`. */
export type SealStatus = z.output<typeof sealStatusSchema>;

const leadershipSchema = z
	.object({ ha_enabled: z.boolean(), is_self: flag, leader_address: text })
	.transform(({ ha_enabled, is_self, leader_address }) => ({
		// Without high availability the only node is the active one, and every version reports false.
		isSelf: !ha_enabled || is_self,
		leaderAddress: leader_address,
	}));

/** OpenBao's `rotate` omits empty fields, and `required` too. */
const rekeyStatusSchema = z
	.object({
		started: z.boolean(),
		/** '' when no rekey is in progress. */
		nonce: text,
		n: count,
		t: count,
		/** Current shares submitted so far, of `required`. */
		progress: optionalCount,
		required: optionalCount,
		pgp_fingerprints: texts.nullish(),
		backup: flag,
		verification_required: flag,
		verification_nonce: text,
	})
	.transform(
		({ n, t, pgp_fingerprints, verification_required, verification_nonce, ...status }) => ({
			...status,
			shares: n,
			threshold: t,
			/** Of the primary keys, lower-case hex, in the order of the shares. */
			fingerprints: (pgp_fingerprints ?? []).map((print) => print.toLowerCase()),
			verificationRequired: verification_required,
			/** Not '' once the current shares are submitted and the new ones are to be verified. */
			verificationNonce: verification_nonce,
		}),
	);
/** A rekey as the server reports it. */
export type RekeyStatus = z.output<typeof rekeyStatusSchema>;

const completeSchema = z.object({
	complete: z.literal(true),
	nonce: text,
	keys: texts,
	keys_base64: texts.nullish(),
	pgp_fingerprints: texts.nullish(),
	verification_nonce: text,
});

/** A new share as the server returns it: `message` is a binary OpenPGP message. */
export interface EncryptedShare {
	/** Fingerprint of the key it is encrypted to, lower-case hex; '' when the server omits it. */
	fingerprint: string;
	message: Buffer;
}

export type SubmitResult =
	| { complete: false; status: RekeyStatus }
	| {
			complete: true;
			nonce: string;
			shares: readonly EncryptedShare[];
			/** Not '' when the new shares must be verified before they are committed. */
			verificationNonce: string;
	  };

const verificationSchema = z.object({
	nonce: text,
	started: z.boolean().nullish(),
	progress: count.nullish(),
	complete: flag,
});

const backupSchema = z.object({ nonce: z.string(), keys: z.record(z.string(), texts) });

interface ShareBackup {
	nonce: string;
	/** By fingerprint (lower-case hex), the messages encrypted to it. */
	shares: ReadonlyMap<string, readonly Buffer[]>;
}

/**
 * Extracts the payload: the object itself, or `data` of the newer endpoints' envelope.
 *
 * @throws VaultError `unclear` when it is not a JSON object.
 */
export function parseResponsePayload(text: string): unknown {
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

export const parseSealStatus = (body: unknown) =>
	parseShape(sealStatusSchema, body, 'a seal status');

export const parseLeadership = (body: unknown) => parseShape(leadershipSchema, body, 'a leader');

export const parseRekeyStatus = (body: unknown) =>
	parseShape(rekeyStatusSchema, body, 'a rekey status');

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
		nonce: done.nonce,
		verificationNonce: done.verification_nonce,
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
export function parseSubmitResponseAsBackup(text: string): ShareBackup | undefined {
	try {
		const body = parseResponsePayload(text);
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

/** The verification that the server waits for. */
export function parseVerificationStatus(body: unknown) {
	const { started, nonce, progress } = parseShape(
		verificationSchema,
		body,
		'a verification status',
	);
	return { started: started ?? nonce !== '', nonce, progress: progress ?? 0 };
}
export type VerificationStatus = ReturnType<typeof parseVerificationStatus>;

/** The response to a submitted share. After a wrong set of shares, `nonce` is a new one. */
export function parseVerificationResult(body: unknown) {
	const { complete, nonce, progress } = parseShape(verificationSchema, body, 'a verification');
	if (!complete && progress == null)
		throw createUnreadableError('a verification that cannot be read (complete, progress)');
	return { complete, progress: progress ?? 0, nonce };
}
export type VerificationResult = ReturnType<typeof parseVerificationResult>;

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
