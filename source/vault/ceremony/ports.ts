import type { Person } from '../../engine/person.ts';
import type { SecretBytes } from '../../engine/secret-bytes.ts';
import type { Vault } from '../contract.ts';
import type { BackupFact, CeremonyCustodian, RecordKeeper } from './record.ts';

/** What the ceremony needs of the machine Vault runs on. */
export interface CeremonyMachine {
	/** Path of the key file, for people. */
	readonly keyFile: string;
	/** `other`: something is there that is no regular file. */
	keyFileState(): Promise<'there' | 'gone' | 'other'>;
	/** The old key, as raw bytes. */
	readKey(): Promise<SecretBytes>;
	/** Puts another key into the key file, whole or not at all. */
	replaceKey(key: SecretBytes): Promise<void>;
	removeKeyFile(): Promise<void>;
	/**
	 * Makes a backup and waits until it is confirmed where backups lie: newer than `after` (ISO
	 * time), not empty, encrypted; and, where that can be told, without the key file.
	 */
	backUp(
		after: string,
		wishes?: { withoutKey: boolean },
	): Promise<BackupFact & { warnings?: readonly string[] }>;
	/** Restarts Vault and waits until it answers again. */
	restartVault(): Promise<void>;
}

/** Two places that outlive this process, and a crash of either's machine. */
export interface CeremonyKeeping {
	/**
	 * Writes to both places, each on disk and read back before this returns. The same bytes again
	 * are fine.
	 *
	 * @returns SHA-256 in hex, equal in both.
	 */
	keep(name: string, bytes: Buffer): Promise<string>;
	/** Reads it again from both places and compares with the hash. */
	confirm(name: string, sha256: string): Promise<void>;
	/** From whichever place has it whole. */
	read(name: string, sha256: string): Promise<Buffer>;
	/** Removes it in both places; fine when it is gone. */
	forget(name: string): Promise<void>;
	/** Where a person finds it here. */
	path(name: string): string;
}

/** Keys the ceremony makes itself; see ../pgp. */
export interface CeremonyKeys {
	/** For a dry run: what Vault answers is encrypted to it, and it is dropped at once. */
	throwaway(): Promise<{ fingerprint: string; publicKey: string }>;
	/**
	 * Cannot encrypt: Vault before verification finds out only after it has judged the old key. Should
	 * one encrypt to it all the same, `open` has the key that counts from then on.
	 */
	signOnly(): Promise<{
		fingerprint: string;
		publicKey: string;
		open(message: Buffer): Promise<SecretBytes>;
	}>;
	wrapping(
		custodian: string,
		passphrase: SecretBytes,
	): Promise<CeremonyCustodian & { privateKey: Buffer }>;
	/** Key ids a message is encrypted to, lower-case hex. */
	recipients(message: Buffer): Promise<readonly string[]>;
	/** Whether this passphrase opens a wrapping key that was made here. */
	unlocks(privateKey: Buffer, passphrase: SecretBytes): Promise<boolean>;
	/** @throws WizardError when the passphrase is wrong or the message damaged. */
	open(message: Buffer, privateKey: Buffer, passphrase: SecretBytes): Promise<SecretBytes>;
	sealOldKey(
		key: SecretBytes,
		to: { publicKeys: readonly string[] } | { passphrase: SecretBytes },
		label: string,
	): Promise<Buffer>;
	/** What is wrong with text that should be a share, or its raw bytes. */
	parse(text: SecretBytes): { share: SecretBytes } | { problem: string };
	/** A share as people write it, in base64. */
	shown(share: SecretBytes): SecretBytes;
	checkDigits(share: SecretBytes): string;
	/** The key that shares are parts of. */
	together(shares: readonly SecretBytes[]): Promise<SecretBytes>;
	/** Whether all shares belong to one secret. */
	consistent(
		shares: readonly SecretBytes[],
		threshold: number,
	): Promise<{ ok: true } | { ok: false; why: string }>;
}

export interface CeremonyWishes {
	step: string;
	threshold: number;
	/** In the order of the shares. Without a key of their own `key` is missing. */
	custodians: readonly {
		name: string;
		key?: { fingerprint: string; encryptionKeyId: string; publicKey: string };
	}[];
	/** Things the operator should know before agreeing: keys that expire soon, a recorder. */
	warnings: readonly string[];
	/** Restart Vault at the end and open it with the new shares. */
	restart: boolean;
	/** What is typed to confirm what cannot be undone: the name of the installation. */
	name: string;
	/** The operator has agreed beforehand (an unattended run with `--approve change`). */
	approved: boolean;
	/** The command that opens a share, for people who do it in another terminal. */
	openCommand?(custodian: string, file: string): string;
	/** Opens a custodian's share without a person: the message in, the share as text out. */
	decrypt?(custodian: string, file: string): Promise<SecretBytes>;
	/** The command that resumes the ceremony, for messages. */
	resume: string;
}

export interface CeremonyPorts {
	readonly vault: Vault;
	/** Looks again at what Vault can do, once it is open: a sealed one does not tell. */
	lookAgain(): Promise<void>;
	machine: CeremonyMachine;
	keeping: CeremonyKeeping;
	keys: CeremonyKeys;
	records: RecordKeeper;
	person: Person | undefined;
	/** Checked before each stage begins, never in the middle of one. */
	stopped: AbortSignal;
	/** ISO time of now. */
	now(): string;
}

/** What the ceremony tells while it goes on. Nothing secret. */
export type News =
	| { kind: 'made' | 'kept'; what: string }
	| { kind: 'note' | 'warning'; text: string };
