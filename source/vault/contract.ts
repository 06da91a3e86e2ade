import type { SecretBytes } from '../engine/secret-bytes.ts';

/** What `sys/seal-status` says, and `vault status`. */
export interface SealStatus {
	initialized: boolean;
	sealed: boolean;
	/** `shamir`, or the auto-unseal mechanism; '' where the server does not say (before 0.9). */
	type: string;
	/** Shares that exist, and how many of them open it. */
	shares: number;
	threshold: number;
	/** Shares given so far towards unsealing. */
	progress: number;
	/** As the server words it; '' when it does not. Never decide by it. */
	version: string;
	recoverySeal: boolean;
	migration: boolean;
}

/** What `sys/leader` says. Without high availability the one node counts as active. */
export interface Leadership {
	highAvailability: boolean;
	isSelf: boolean;
	leaderAddress: string;
}

/** A rekey as the server tells of it. `nonce` is '' while none is under way. */
export interface RekeyStatus {
	started: boolean;
	nonce: string;
	shares: number;
	threshold: number;
	/** Old shares submitted so far, of `required`. */
	progress: number;
	required: number;
	/** Of the primary keys, lower-case hex, in the order of the shares. */
	fingerprints: readonly string[];
	backup: boolean;
	verificationRequired: boolean;
	/** Not '' once the old shares are in and new ones are to be proven. */
	verificationNonce: string;
}

/** Shares are only ever asked for encrypted: to custodians' keys, or to wrapping keys of ours. */
export interface RekeyRequest {
	shares: number;
	threshold: number;
	/** One public key a share, binary OpenPGP in base64. */
	pgpKeys: readonly string[];
	/** Keep the encrypted shares on the server too. */
	backup: boolean;
	/** Must be true wherever the server can. */
	verify: boolean;
}

/** A new share as the server hands it out: `message` is a binary OpenPGP message. */
export interface EncryptedShare {
	/** Of the key it was encrypted to, lower-case hex; '' when the server does not say. */
	fingerprint: string;
	message: Buffer;
}

export type Submitted =
	| { complete: false; status: RekeyStatus }
	| {
			complete: true;
			nonce: string;
			shares: readonly EncryptedShare[];
			backup: boolean;
			/** Not '' when the new shares must be proven before they count. */
			verificationNonce: string;
	  };

/** `status.verificationNonce` is a new one after a wrong set. */
export interface Proving {
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

export interface KeptBackup {
	nonce: string;
	/** By fingerprint (lower-case hex), the messages encrypted to it. */
	shares: ReadonlyMap<string, readonly Buffer[]>;
}

/**
 * How a request to Vault went wrong.
 *
 * refused      the server answered no: nothing was done. `words` are its own.
 * unsent       it never reached the server: nothing was done.
 * unclear      no answer, or one that cannot be read: it may have been carried out. Look before acting.
 * unsupported  this way of talking, or this server, has no such thing; nothing was sent.
 */
export type VaultFault = 'refused' | 'unsent' | 'unclear' | 'unsupported';

export class VaultError extends Error {
	override readonly name = 'VaultError';
	readonly fault: VaultFault;
	/** HTTP status, where there was one. */
	readonly status: number | undefined;
	/** What the server said, a line each; never key material. */
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

/** What was found out by asking, never by version text. */
export interface VaultAbilities {
	/** `sys/rekey/verify` is there: new shares can be proven before they count. */
	verify: boolean;
	/** Which family of endpoints or commands serves rekeying. */
	family: 'rekey' | 'rotate' | 'legacy-command' | 'operator-command';
	/** A token is needed even to look; one is in use. */
	token: boolean;
}

/**
 * One Vault, whatever its version and however it is reached. A share is given as its raw bytes (33,
 * or 32 for the one key of a single share); how it is written on the wire is the driver's affair.
 * No request is ever repeated by itself:
 * whoever calls decides after `unclear`. All throw VaultError and nothing else.
 */
export interface Vault {
	/** In words, for people: "HTTP through ssh to 127.0.0.1:8200". */
	readonly how: string;
	readonly abilities: VaultAbilities;
	sealStatus(): Promise<SealStatus>;
	leadership(): Promise<Leadership>;
	rekeyStatus(): Promise<RekeyStatus>;
	startRekey(request: RekeyRequest): Promise<RekeyStatus>;
	/**
	 * Submits one current share. The request is given again, since old command lines start a rekey
	 * of their own (with their defaults) when none is under way.
	 */
	submitShare(share: SecretBytes, nonce: string, request: RekeyRequest): Promise<Submitted>;
	/** Ends the rekey with this nonce; what it had handed out is void. */
	cancelRekey(nonce: string): Promise<void>;
	verificationStatus(): Promise<VerificationStatus>;
	/** Gives one new share for proof. The one that completes the threshold makes the new shares count. */
	proveShare(share: SecretBytes, verificationNonce: string): Promise<Proving>;
	/** Forgets the shares proven so far; the new nonce is in `verificationStatus`. */
	restartVerification(verificationNonce: string): Promise<void>;
	/**
	 * The encrypted shares of a rekey whose answer was lost: the answer itself where it waits beside
	 * the server, else what the server kept (needs a token). Undefined when there is neither.
	 *
	 * @param nonce Of the rekey that is looked for.
	 */
	keptBackup(nonce?: string): Promise<KeptBackup | undefined>;
	/**
	 * Takes away the answer that waits beside the server, once its shares are kept elsewhere: it is
	 * not needed then. Never fails; missing where answers never wait.
	 *
	 * @param nonce Of the rekey that is over.
	 */
	forgetAnswer?(nonce: string): Promise<void>;
	/** Gives one share towards opening a sealed Vault. No proof of anything while it is open. */
	unseal(share: SecretBytes): Promise<SealStatus>;
}
