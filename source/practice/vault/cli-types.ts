import type { CliOutput } from './cli-output.ts';
import type { VersionProfile } from './version-profiles.ts';

/** The context of a CLI command of the emulated Vault. */
export interface VaultCliContext {
	environment: NodeJS.ProcessEnv;
	like: VersionProfile;
	output: CliOutput;
}

export interface RekeyStatusBody {
	nonce: string;
	started: boolean;
	t: number;
	n: number;
	progress: number;
	required: number;
	pgp_fingerprints: string[] | null;
	backup: boolean;
	verification_required?: boolean;
	verification_nonce?: string;
}

export interface RekeyResultBody {
	nonce: string;
	complete?: boolean;
	keys: string[];
	keys_base64: string[];
	pgp_fingerprints: string[] | null;
	backup: boolean;
	verification_required?: boolean;
	verification_nonce?: string;
}

export interface VerificationBody {
	nonce: string;
	started: boolean;
	complete?: boolean;
	t: number;
	n: number;
	progress: number;
}

export interface SealStatusBody {
	sealed: boolean;
	t: number;
	n: number;
	progress: number;
	nonce: string;
	version: string;
	cluster_name?: string;
	cluster_id?: string;
}

export interface InitBody {
	keys: string[];
	keys_base64: string[];
	root_token: string;
}

export interface BackupBody {
	nonce: string;
	keys: Record<string, string[]>;
	keys_base64: Record<string, string[]>;
}
