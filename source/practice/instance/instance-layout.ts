import { join } from 'node:path';
import { createDirectory } from '../../engine/create-directory.ts';
import { readRegularFileText } from '../../engine/regular-file.ts';
import type { PracticeVaultProgram } from '../select-vault-program.ts';

/** The login user of the AMI. */
export const PRACTICE_USER = 'tfe-admin';
/** The ports of a real instance; practice maps them to free ones. */
export const REAL_INSTANCE_VAULT_PORT = 8200;
export const REAL_INSTANCE_STATUS_PORT = 80;

/** The settings that the practice instance was created with. */
export interface InstanceSettings {
	/** The endpoint of the practice cloud. */
	endpoint: string;
	region: string;
	vault: PracticeVaultProgram;
	/** Additional environment variables for Vault and its CLI. */
	vaultEnvironment: Readonly<Record<string, string>>;
}

/** Written by a running instance when it is ready. */
export interface InstanceReadyFile {
	pid: number;
	sshPort: number;
	/** The actual ports of Vault and the status server. */
	vaultPort: number;
	statusPort: number;
	/** Authorizes the instance's commands to request tasks from its daemon. */
	token: string;
}

export type InstanceLayout = ReturnType<typeof getInstanceLayout>;

/** The file paths of a practice instance; `root` represents its `/`. */
export function getInstanceLayout(folder: string) {
	const root = join(folder, 'machine');
	return {
		folder,
		root,
		home: join(root, 'home', PRACTICE_USER),
		history: join(root, 'home', PRACTICE_USER, '.bash_history'),
		bin: join(folder, 'bin'),
		settings: join(folder, 'settings.json'),
		ready: join(folder, 'ready.json'),
		sshConfig: join(folder, 'ssh_config'),
		knownHosts: join(folder, 'known_hosts'),
		clientKey: join(folder, 'client_key'),
		hostKey: join(folder, 'host_key'),
		/** As on the AMI, where only root may read it. */
		unsealKey: join(root, 'data', 'vault-unseal-key'),
		storage: join(root, 'data', 'vault'),
		support: join(root, 'var', 'lib', 'hashicorp-support'),
		vaultConfig: join(folder, 'vault.json'),
		vaultLog: join(folder, 'vault.log'),
		vaultProcess: join(folder, 'vault-process.json'),
		rootToken: join(root, 'data', 'vault-root-token'),
	};
}

/** The directories of the instance that its `sudo` maps to the root directory. */
export const sudoMappedDirectories = [
	...['/data', '/etc/atlas', '/var/lib/hashicorp-support', '/usr/local/bin'],
] as const;

export function createInstanceDirectories(layout: InstanceLayout): void {
	const inside = sudoMappedDirectories.map((path) => join(layout.root, path));
	for (const path of [layout.home, layout.bin, layout.storage, ...inside]) createDirectory(path);
}

/** Reads one of our JSON files; undefined if it does not exist (yet). */
export function readJsonFile<T>(path: string): T | undefined {
	const text = readRegularFileText(path);
	return text === undefined ? undefined : (JSON.parse(text) as T);
}
