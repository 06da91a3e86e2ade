import { z } from 'zod';

const backup = z.object({
	/** Key of the object in the installation's bucket. */
	key: z.string(),
	bytes: z.number(),
	/** ISO time reported by the store. */
	at: z.string(),
	/** Encryption as S3 names it. */
	encryption: z.string(),
});
export type BackupInfo = z.infer<typeof backup>;

const custodian = z.object({
	name: z.string(),
	/** Of the primary key, lower-case hex: the custodian's own, or the wrapping key created here. */
	fingerprint: z.string(),
	/** The subkey their share is encrypted to. */
	encryptionKeyId: z.string(),
	/** Public key in base64, as sent to Vault. */
	publicKey: z.string(),
	/** The custodian has no key of their own: the share is wrapped here and revealed to them once. */
	wrapped: z.boolean(),
});
export type CeremonyCustodian = z.infer<typeof custodian>;

const storedFile = z.object({ custodian: z.string(), name: z.string(), sha256: z.string() });

/**
 * The state of a ceremony, without secrets. Written to disk before each effect it announces, in the
 * session and in the installation's bucket. Facts only: the stage follows from them and from Vault's
 * current state.
 */
export const ceremonyRecordSchema = z.object({
	/** Number of writes: of two copies the higher one is newer. */
	revision: z.number(),
	/** Identifies this set of shares: ISO time the ceremony started. */
	epoch: z.string(),
	shares: z.number(),
	threshold: z.number(),
	custodians: z.array(custodian),
	/** Shares and threshold before the rekey. */
	before: z.object({ shares: z.number(), threshold: z.number() }),
	agreedAt: z.string().optional(),
	/** Private wrapping keys, encrypted with the passphrase, until every share is confirmed. */
	wrapKeys: z.array(storedFile).default([]),
	/** Fingerprints of the throw-away keys of dry runs that may be in progress. */
	dryRuns: z.array(z.string()).default([]),
	oldKeyProvenAt: z.string().optional(),
	backupBefore: backup.optional(),
	escrow: storedFile.extend({ to: z.enum(['custodians', 'passphrase']) }).optional(),
	/** Escrowed keys that were Vault's only key until it was reset to another single key. */
	former: z.array(z.object({ name: z.string(), until: z.string() })).default([]),
	/** Set before the request to start; the nonce once it is known. */
	rekey: z.object({ nonce: z.string().optional(), verify: z.boolean() }).optional(),
	/** Set before the old key is submitted. */
	submittingAt: z.string().optional(),
	kept: z.array(storedFile).default([]),
	/** Custodians who confirmed their share by entering it. */
	received: z.array(z.string()).default([]),
	/** Set before the request that commits the new shares. */
	committingAt: z.string().optional(),
	committedAt: z.string().optional(),
	/** Custodians whose share was verified against Vault after the commit. */
	proven: z.array(z.string()).default([]),
	/** Custodians whose committed share is lost: the operator chose to continue without it. */
	missing: z.array(z.string()).default([]),
	/** Set before the old key file is removed. */
	removingAt: z.string().optional(),
	removedAt: z.string().optional(),
	backupAfter: backup.optional(),
	restartedAt: z.string().optional(),
	doneAt: z.string().optional(),
});
export type CeremonyRecord = z.infer<typeof ceremonyRecordSchema>;

/** Storage of the record. Both copies are written before `write` returns. */
export interface CeremonyRecordStore {
	/** Returns the newest copy. */
	read(): Promise<CeremonyRecord | undefined>;
	write(record: CeremonyRecord): Promise<void>;
}

/**
 * Why restarting, upgrading or terminating the instance now could lose Vault, or undefined. Applies
 * from the start of the commit until a backup newer than the removal of the old key is confirmed.
 */
export function findRestartBlockReason(record: CeremonyRecord | undefined): string | undefined {
	if (record === undefined || record.backupAfter !== undefined) return undefined;
	if (record.committedAt !== undefined)
		return 'the rekey of Vault is committed, and no backup made since then is confirmed';
	if (record.committingAt !== undefined)
		return 'the rekey of Vault may already be committed; it has to be resumed first';
	return undefined;
}

/** Without custodians the next run sets them up again; backups and the escrowed key are retained. */
export const RESET_RECORD_FIELDS = {
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
