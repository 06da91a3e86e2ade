import type { SecretBytes } from '../engine/secret-bytes.ts';

/** The response of `sys/seal-status`. */
export interface SealStatus {
	initialized: boolean;
	sealed: boolean;
	/** `shamir`, or the auto-unseal mechanism; '' where the server does not say (before 0.9). */
	type: string;
	/** Number of shares, and how many of them unseal Vault. */
	shares: number;
	threshold: number;
	/** Shares submitted so far to unseal Vault. */
	progress: number;
	/** Version text of the server; '' when it reports none. Never base a decision on it. */
	version: string;
	recoverySeal: boolean;
	migration: boolean;
}

/** The response of `sys/leader`. Without high availability the only node is the active one. */
export interface Leadership {
	highAvailability: boolean;
	isSelf: boolean;
	leaderAddress: string;
}

/** A rekey as the server reports it. `nonce` is '' when none is in progress. */
export interface RekeyStatus {
	started: boolean;
	nonce: string;
	shares: number;
	threshold: number;
	/** Current shares submitted so far, of `required`. */
	progress: number;
	required: number;
	/** Of the primary keys, lower-case hex, in the order of the shares. */
	fingerprints: readonly string[];
	backup: boolean;
	verificationRequired: boolean;
	/** Not '' once the current shares are submitted and the new ones are to be verified. */
	verificationNonce: string;
}

/** Shares are requested only encrypted: to custodians' keys, or to wrapping keys of this program. */
export interface RekeyRequest {
	shares: number;
	threshold: number;
	/** One public key a share, binary OpenPGP in base64. */
	pgpKeys: readonly string[];
	/** Store a backup of the encrypted shares on the server too. */
	backup: boolean;
	/** Must be true if the server supports it. */
	verify: boolean;
}

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
			backup: boolean;
			/** Not '' when the new shares must be verified before they are committed. */
			verificationNonce: string;
	  };

/** After a wrong set of shares, `nonce` is a new one. */
export interface VerificationResult {
	complete: boolean;
	progress: number;
	nonce: string;
}

export interface VerificationStatus {
	started: boolean;
	nonce: string;
	shares: number;
	threshold: number;
	progress: number;
}

export interface ShareBackup {
	nonce: string;
	/** By fingerprint (lower-case hex), the messages encrypted to it. */
	shares: ReadonlyMap<string, readonly Buffer[]>;
}

/**
 * How a request to Vault failed.
 *
 * refused      the server refused: nothing was done. `words` are the server's own.
 * unsent       it never reached the server: nothing was done.
 * unclear      no response, or an unreadable one: it may have been executed. Check before you act.
 * unsupported  this driver or this server does not support it; nothing was sent.
 */
type VaultFault = 'refused' | 'unsent' | 'unclear' | 'unsupported';

export class VaultError extends Error {
	override readonly name = 'VaultError';
	readonly fault: VaultFault;
	/** HTTP status, where there was one. */
	readonly status: number | undefined;
	/** What the server said, one line each; never key material. */
	readonly words: readonly string[];

	constructor(
		fault: VaultFault,
		message: string,
		facts: { status?: number; words?: readonly string[]; cause?: unknown } = {},
	) {
		super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
		this.fault = fault;
		this.status = facts.status;
		this.words = facts.words ?? [];
	}
}

/** What Vault supports, as found by probing, never from its version text. */
export interface VaultFeatures {
	/** `sys/rekey/verify` exists: new shares can be verified before the commit. */
	verify: boolean;
	/** The endpoints used for the rekey: `sys/rekey`, or OpenBao's `sys/rotate/root`. */
	family: 'rekey' | 'rotate';
	/** A token is required even for the status, and one is in use. */
	token: boolean;
}

/**
 * A Vault server, whatever its version and transport. A share is passed as raw bytes (33, or 32 for a
 * key with a single share); the driver encodes it. Requests are never retried: the caller decides
 * after `unclear`. All methods throw VaultError and nothing else.
 */
export interface Vault {
	/** Description for messages: "HTTP through ssh to 127.0.0.1:8200". */
	readonly how: string;
	readonly features: VaultFeatures;
	sealStatus(): Promise<SealStatus>;
	leadership(): Promise<Leadership>;
	rekeyStatus(): Promise<RekeyStatus>;
	startRekey(request: RekeyRequest): Promise<RekeyStatus>;
	/** Submits one current share; the request that was started says how many new ones to expect. */
	submitShare(share: SecretBytes, nonce: string, request: RekeyRequest): Promise<SubmitResult>;
	/** Cancels the rekey with this nonce and voids its shares. */
	cancelRekey(nonce: string): Promise<void>;
	verificationStatus(): Promise<VerificationStatus>;
	/** Verifies one new share. The share that reaches the threshold commits the rekey. */
	verifyShare(share: SecretBytes, verificationNonce: string): Promise<VerificationResult>;
	/** Discards the shares verified so far; `verificationStatus` returns the new nonce. */
	restartVerification(verificationNonce: string): Promise<void>;
	/**
	 * The encrypted shares of a rekey whose response was lost: the response stored on the instance, else
	 * the server's own backup (requires a token). Undefined when there is neither.
	 *
	 * @param nonce Of the rekey to find.
	 */
	readShareBackup(nonce?: string): Promise<ShareBackup | undefined>;
	/**
	 * Deletes the response stored on the instance, once its shares are stored elsewhere. Never fails.
	 *
	 * @param nonce Of the completed rekey.
	 */
	deleteStoredResponse(nonce: string): Promise<void>;
	/** Submits one share to a sealed Vault. Verifies nothing when Vault is unsealed. */
	unseal(share: SecretBytes): Promise<SealStatus>;
}
