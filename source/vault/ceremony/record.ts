import { z } from 'zod';

const backup = z.object({
	/** Key of the object in the installation's bucket. */
	key: z.string(),
	bytes: z.number(),
	/** ISO time the store gave it. */
	at: z.string(),
	/** What it is encrypted with, as S3 names it. */
	encryption: z.string(),
});
export type BackupFact = z.infer<typeof backup>;

const custodian = z.object({
	name: z.string(),
	/** Primary key's, lower-case hex: their own key's, or that of the wrapping key made here. */
	fingerprint: z.string(),
	/** The subkey their share is encrypted to. */
	encryptionKeyId: z.string(),
	/** Public key in base64, as it goes to Vault. */
	publicKey: z.string(),
	/** They have no key of their own: the share is wrapped here, and shown to them once. */
	wrapped: z.boolean(),
});
export type CeremonyCustodian = z.infer<typeof custodian>;

const kept = z.object({ custodian: z.string(), name: z.string(), sha256: z.string() });

/**
 * All a ceremony has to remember, and nothing secret: it is written, and on disk, before each
 * effect it announces, in the session and beside the installation. Facts only: where the ceremony
 * stands follows from them and from what Vault says now.
 */
export const ceremonyRecordSchema = z.object({
	/** Counts writes: of two copies the higher one is newer. */
	revision: z.number(),
	/** Names this set of shares: ISO time the ceremony began. */
	epoch: z.string(),
	shares: z.number(),
	threshold: z.number(),
	custodians: z.array(custodian),
	/** Shares and threshold before: the old key's. */
	before: z.object({ shares: z.number(), threshold: z.number() }),
	agreedAt: z.string().optional(),
	/** Private wrapping keys, under the ceremony's passphrase, until each share has found its owner. */
	wrapKeys: z.array(kept).default([]),
	/** Fingerprints of the throw-away keys of dry runs that may be under way. */
	dryRuns: z.array(z.string()).default([]),
	oldKeyProvenAt: z.string().optional(),
	backupBefore: backup.optional(),
	escrow: kept.extend({ to: z.enum(['custodians', 'passphrase']) }).optional(),
	/** Keys that were Vault's one key until then, where it had to be put back to another one. */
	former: z.array(z.object({ name: z.string(), until: z.string() })).default([]),
	/** From before the request to start; the nonce from when it is known. */
	rekey: z.object({ nonce: z.string().optional(), verify: z.boolean() }).optional(),
	/** From before the old key is submitted. */
	submittingAt: z.string().optional(),
	kept: z.array(kept).default([]),
	/** Custodians who hold their share and have given it back. */
	received: z.array(z.string()).default([]),
	/** From before the request that makes the new shares count. */
	committingAt: z.string().optional(),
	committedAt: z.string().optional(),
	/** Custodians whose share was proven against Vault after it counted. */
	proven: z.array(z.string()).default([]),
	/** Custodians whose share counts and is lost: a person has said to go on without it. */
	missing: z.array(z.string()).default([]),
	/** From before the old key file is removed. */
	removingAt: z.string().optional(),
	removedAt: z.string().optional(),
	backupAfter: backup.optional(),
	restartedAt: z.string().optional(),
	doneAt: z.string().optional(),
});
export type CeremonyRecord = z.infer<typeof ceremonyRecordSchema>;

/** Where the record is kept. Both copies are written before `write` returns. */
export interface RecordKeeper {
	/** The newest copy there is. */
	read(): Promise<CeremonyRecord | undefined>;
	write(record: CeremonyRecord): Promise<void>;
}

/**
 * Why a restart, an upgrade or the end of the machine would lose Vault now, or undefined: from the
 * moment the new shares may count until a backup newer than the removal of the old key is there.
 */
export function rebootGate(record: CeremonyRecord | undefined): string | undefined {
	if (record === undefined || record.backupAfter !== undefined) return undefined;
	if (record.committedAt !== undefined)
		return 'the new shares of Vault count, and no backup made since is confirmed';
	if (record.committingAt !== undefined)
		return 'the new shares of Vault may count already; the ceremony has to look first';
	return undefined;
}

/** Without custodians the next run settles them again; backups and the kept old key stay known. */
export const BEGUN_ANEW = {
	custodians: [],
	agreedAt: undefined,
	rekey: undefined,
	submittingAt: undefined,
	kept: [],
	received: [],
	committingAt: undefined,
	committedAt: undefined,
	proven: [],
	missing: [],
	removingAt: undefined,
	removedAt: undefined,
	backupAfter: undefined,
	restartedAt: undefined,
	doneAt: undefined,
} satisfies Partial<Record<keyof CeremonyRecord, undefined | []>>;

/** The record as it is with these facts added. */
export function withFacts(record: CeremonyRecord, facts: Partial<CeremonyRecord>): CeremonyRecord {
	return { ...record, ...facts, revision: record.revision + 1 };
}
