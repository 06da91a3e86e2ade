import {
	closeSync,
	cpSync,
	existsSync,
	fsyncSync,
	lstatSync,
	openSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
	writeSync,
} from 'node:fs';
import { join } from 'node:path';
import {
	readFileMatchingSha256,
	writeFileOnceDurably,
} from '../../../source/engine/durable-file.ts';
import { SecretBytes } from '../../../source/engine/secret-bytes.ts';
import type {
	CeremonyPorts,
	RedundantFileStorage,
	VaultInstancePort,
} from '../../../source/vault/ceremony/ceremony-ports.ts';
import type { OperatorPrompter } from '../../../source/vault/ceremony/ceremony-prompt-types.ts';
import {
	type CeremonyRecord,
	ceremonyRecordSchema,
} from '../../../source/vault/ceremony/ceremony-record.ts';
import { formatShareAsBase64, parseKeyShare } from '../../../source/vault/key-shares.ts';
import { probeAndCreateVaultClient } from '../../../source/vault/probe-vault.ts';
import { generateFastDryRunKey } from './test-custodians.ts';

/** Called around every external effect of the ceremony; may throw, or end the process. */
export type EffectHook = (
	when: 'before' | 'after',
	what: 'record' | 'keep' | 'read-key' | 'replace' | 'remove' | 'back-up' | 'restart',
	name: string,
) => void | Promise<void>;

export interface FilePortsOptions {
	/** Contains the key file, both storage locations, the record and the backups. */
	folder: string;
	/** Address of Vault. */
	port: number;
	/** Directory of Vault's storage. */
	storage: string;
	operator: OperatorPrompter | undefined;
	stopped: AbortSignal;
	/** Called whenever Vault requires a token. */
	token?: () => string | undefined;
	hook?: EffectHook;
	restartVault?: () => Promise<void>;
	/** Milliseconds for each request to Vault. */
	timeoutMs?: number;
}

export const getKeyFilePath = (folder: string) => join(folder, 'vault-unseal-key');
export const getRecordPath = (folder: string) => join(folder, 'ceremony.json');
export const getStorageLocations = (folder: string) =>
	[join(folder, 'here'), join(folder, 'there')] as const;

/** An instance, two storage locations and a record as files in one directory that outlives processes. */
export async function createFilePorts(options: FilePortsOptions): Promise<CeremonyPorts> {
	const { folder, token } = options;
	const probe = async () =>
		(
			await probeAndCreateVaultClient({
				http: { host: '127.0.0.1', port: options.port },
				timeoutMs: options.timeoutMs ?? 30_000,
				token: async () => {
					const text = token?.();
					return text === undefined ? undefined : new SecretBytes(Buffer.from(text));
				},
			})
		).vault;
	let vault = await probe();
	const around = async <T>(
		what: Parameters<EffectHook>[1],
		name: string,
		work: () => T | Promise<T>,
	) => {
		await options.hook?.('before', what, name);
		const made = await work();
		await options.hook?.('after', what, name);
		return made;
	};
	return {
		get vault() {
			return vault;
		},
		async probeAgain() {
			vault = await probe();
		},
		instance: machineIn(options, around),
		storage: keepingIn(folder, around),
		generateDryRunKey: generateFastDryRunKey,
		records: {
			read: async () => readRecord(folder),
			write: (record) =>
				around('record', describeStage(record), () => {
					const path = getRecordPath(folder);
					const file = openSync(`${path}.new`, 'w', 0o600);
					writeSync(file, JSON.stringify(record));
					fsyncSync(file);
					closeSync(file);
					renameSync(`${path}.new`, path);
				}),
		},
		operator: options.operator,
		stopped: options.stopped,
		now: () => new Date().toISOString(),
	};
}

type Around = <T>(
	what: Parameters<EffectHook>[1],
	name: string,
	work: () => T | Promise<T>,
) => Promise<T>;

function machineIn(
	{ folder, storage, restartVault }: FilePortsOptions,
	around: Around,
): VaultInstancePort {
	const keyFile = getKeyFilePath(folder);
	return {
		keyFile,
		async keyFileState() {
			if (!existsSync(keyFile)) return 'gone';
			return lstatSync(keyFile).isFile() ? 'there' : 'other';
		},
		readKey: () =>
			around('read-key', '', () => {
				const parsed = parseKeyShare(readFileSync(keyFile));
				if (!(parsed instanceof SecretBytes)) throw new Error(parsed.what);
				return parsed;
			}),
		replaceKey: (key) =>
			around('replace', '', () =>
				writeKeyFile(folder, formatShareAsBase64(key).toString('latin1')),
			),
		removeKeyFile: () => around('remove', '', () => rmSync(keyFile)),
		backUp: () =>
			around('back-up', '', () => {
				let number = 0;
				while (existsSync(join(folder, `backup-${number}`))) number += 1;
				const key = `backup-${number}`;
				copyStorage(storage, join(folder, `${key}.draft`));
				renameSync(join(folder, `${key}.draft`), join(folder, key));
				if (existsSync(keyFile)) cpSync(keyFile, join(folder, `${key}.key`));
				return { key, bytes: 1, at: new Date().toISOString(), encryption: 'aws:kms' };
			}),
		restartVault: () => around('restart', '', () => restartVault?.() ?? Promise.resolve()),
	};
}

function keepingIn(folder: string, around: Around): RedundantFileStorage {
	const [here, there] = getStorageLocations(folder);
	return {
		path: (name) => join(here, name),
		store: (name, bytes) =>
			around('keep', name.replace(/-.*/, ''), () => {
				const sha256 = writeFileOnceDurably(join(here, name), bytes);
				writeFileOnceDurably(join(there, name), bytes);
				return sha256;
			}),
		async verify(name, sha256) {
			for (const place of [here, there]) readFileMatchingSha256(join(place, name), sha256);
		},
		read: async (name, sha256) => readFileMatchingSha256(join(here, name), sha256),
		async remove(name) {
			for (const place of [here, there]) rmSync(join(place, name), { force: true });
		},
	};
}

/** Tokens and leases change while Vault is unsealed; a file may disappear while it is copied. */
export function copyStorage(from: string, to: string): void {
	for (let attempt = 1; ; attempt += 1) {
		try {
			cpSync(from, to, { recursive: true });
			return;
		} catch (thrown) {
			if (attempt === 5) throw thrown;
		}
	}
}

export function readRecord(folder: string): CeremonyRecord | undefined {
	if (!existsSync(getRecordPath(folder))) return undefined;
	return ceremonyRecordSchema.parse(JSON.parse(readFileSync(getRecordPath(folder), 'utf8')));
}

export function writeKeyFile(folder: string, key: string): void {
	writeFileSync(getKeyFilePath(folder), `${key}\n`, { mode: 0o600 });
}

const MARKS = [
	'doneAt',
	'restartedAt',
	'backupAfter',
	'removedAt',
	'removingAt',
	'committedAt',
	'committingAt',
	'submittingAt',
	'rekey',
	'escrow',
	'backupBefore',
	'oldKeyProvenAt',
	'agreedAt',
] as const;

/** A short name for the stage of a ceremony according to its record. */
export function describeStage(record: CeremonyRecord | undefined): string {
	if (record === undefined) return 'nothing';
	const mark = MARKS.find((one) => record[one] !== undefined) ?? 'begun';
	const { kept, received, proven, rekey, dryRuns } = record;
	const counts = `${kept.length}${received.length}${proven.length}`;
	return `${mark} ${counts}${rekey !== undefined && rekey.nonce === undefined ? ' asking' : ''}${dryRuns.length > 0 ? ' dry' : ''}`;
}
