import type { SecretBytes } from '../../engine/secret-bytes.ts';
import type { VaultClient } from '../http-vault.ts';
import type { DryRunKey } from '../pgp/generate-keys.ts';
import type { OperatorPrompter } from './ceremony-prompt-types.ts';
import type { BackupInfo, CeremonyRecordStore } from './ceremony-record.ts';

/** What the ceremony needs from the instance that Vault runs on. */
export interface VaultInstancePort {
	/** Path of the key file, for messages. */
	readonly keyFile: string;
	/** `other`: something exists there that is not a regular file. */
	keyFileState(): Promise<'there' | 'gone' | 'other'>;
	/** The old key, as raw bytes. */
	readKey(): Promise<SecretBytes>;
	/** Replaces the key in the key file atomically. */
	replaceKey(key: SecretBytes): Promise<void>;
	removeKeyFile(): Promise<void>;
	/**
	 * Creates a backup and waits until it is confirmed in the backup store: newer than `after` (ISO
	 * time), not empty, encrypted, and without the key file if that can be determined.
	 */
	backUp(
		after: string,
		wishes?: { withoutKey: boolean },
	): Promise<BackupInfo & { warnings?: readonly string[] }>;
	/** Restarts Vault and waits until it answers again. */
	restartVault(): Promise<void>;
}

/** Two storage locations that outlive this process and the loss of either computer. */
export interface RedundantFileStorage {
	/**
	 * Writes to both locations; each is on disk and read back before this returns. Storing the same
	 * bytes again is allowed.
	 *
	 * @returns SHA-256 in hex, equal in both.
	 */
	store(name: string, bytes: Buffer): Promise<string>;
	/** Reads both copies and compares them with the hash. */
	verify(name: string, sha256: string): Promise<void>;
	/** Reads whichever copy is intact. */
	read(name: string, sha256: string): Promise<Buffer>;
	/** Removes both copies; allowed when they do not exist. */
	remove(name: string): Promise<void>;
	/** The path of the local copy, for messages. */
	path(name: string): string;
}

export interface CeremonyOptions {
	step: string;
	threshold: number;
	/** In the order of the shares. `key` is missing for a custodian without a key of their own. */
	custodians: readonly {
		name: string;
		key?: { fingerprint: string; encryptionKeyId: string; publicKey: string };
	}[];
	/** Warnings to show before the operator agrees: keys that expire soon, a terminal recorder. */
	warnings: readonly string[];
	/** Restart Vault at the end and unseal it with the new shares. */
	restart: boolean;
	/** What the operator types to confirm an irreversible action: the installation's name. */
	name: string;
	/** The operator approved in advance (an unattended run with `--approve change`). */
	approved: boolean;
	/** The command that decrypts a share, for custodians who run it in another terminal. */
	openCommand?(custodian: string, file: string): string;
	/** Decrypts a custodian's share without an operator: the file in, the share as text out. */
	decrypt?(custodian: string, file: string): Promise<SecretBytes>;
	/** The command that resumes the ceremony, for messages. */
	resume: string;
}

export interface CeremonyPorts {
	readonly vault: VaultClient;
	/** Probes Vault's abilities again once it is unsealed: a sealed Vault does not report them. */
	probeAgain(): Promise<void>;
	instance: VaultInstancePort;
	storage: RedundantFileStorage;
	/** Creates the key of a dry run: one that can encrypt, or a sign-only key. */
	generateDryRunKey(kind: { signOnly: boolean }): Promise<DryRunKey>;
	records: CeremonyRecordStore;
	operator: OperatorPrompter | undefined;
	/** Checked before each stage starts, never in the middle of one. */
	stopped: AbortSignal;
	/** ISO time of now. */
	now(): string;
}

/** Progress that the ceremony reports. Contains no secrets. */
export type CeremonyEvent =
	| { kind: 'made' | 'kept'; what: string }
	| { kind: 'note' | 'warning'; text: string };
