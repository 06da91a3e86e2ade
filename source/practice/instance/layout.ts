import { chmod, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../engine/folders.ts';
import { readOwnText } from '../../engine/own-file.ts';
import type { ServingVault } from '../which-vault.ts';

/** The user one logs in as on the machine image. */
export const PRACTICE_USER = 'tfe-admin';
/** The ports the machine has; practice leads them to free ones. */
export const VAULT_PORT = 8200;
export const STATUS_PORT = 80;

/** What the practice machine is made with. */
export interface MachineSettings {
	/** Of the practice cloud. */
	endpoint: string;
	region: string;
	credentials: { accessKeyId: string; secretAccessKey: string };
	vault: ServingVault;
	/** For the Vault and its command line, beside what they need anyway. */
	vaultEnvironment: Readonly<Record<string, string>>;
}

/** What a running machine tells of itself. */
export interface MachineReady {
	pid: number;
	sshPort: number;
	/** Where Vault and the status page really listen. */
	vaultPort: number;
	statusPort: number;
	/** Lets commands of the machine ask its daemon for things. */
	token: string;
}

export type Layout = ReturnType<typeof layoutOf>;

/** The files of a practice machine: around `root`, which stands for its `/`. */
export function layoutOf(folder: string) {
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
		/** As on the image; only root may read it there. */
		unsealKey: join(root, 'data', 'vault-unseal-key'),
		storage: join(root, 'data', 'vault'),
		support: join(root, 'var', 'lib', 'hashicorp-support'),
		vaultConfig: join(folder, 'vault.json'),
		vaultLog: join(folder, 'vault.log'),
		vaultProcess: join(folder, 'vault-process.json'),
		rootToken: join(root, 'data', 'vault-root-token'),
	};
}

/** The folders of the machine that its `sudo` leads into the root folder. */
export const mappedFolders = [
	...['/data', '/etc/atlas', '/var/lib/hashicorp-support', '/usr/local/bin'],
] as const;

export async function makeFolders({ root, home, bin, storage, support }: Layout): Promise<void> {
	const inside = mappedFolders.map((path) => join(root, path));
	for (const path of [home, bin, storage, support, ...inside]) {
		makeFolder(path);
	}
}

/** Writes a file of mode 0600 whole or not at all. */
export async function writeWhole(path: string, text: string | Buffer, mode = 0o600): Promise<void> {
	const draft = `${path}.${process.pid}.new`;
	await writeFile(draft, text, { mode });
	await chmod(draft, mode);
	await rename(draft, path);
}

/** A JSON file of ours; undefined when it is not there (yet). */
export async function readJson<T>(path: string): Promise<T | undefined> {
	const text = readOwnText(path);
	return text === undefined ? undefined : (JSON.parse(text) as T);
}
