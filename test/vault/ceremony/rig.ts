import { createHash } from 'node:crypto';
import {
	cpSync,
	existsSync,
	lstatSync,
	mkdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepDurably, readKept } from '../../../source/engine/durable.ts';
import type { Moment, MomentReply } from '../../../source/engine/moment.ts';
import type { Person } from '../../../source/engine/person.ts';
import { SecretBytes } from '../../../source/engine/secret-bytes.ts';
import { rekeyCeremony } from '../../../source/vault/ceremony/ceremony.ts';
import type {
	CeremonyMachine,
	CeremonyPorts,
	CeremonyWishes,
	News,
} from '../../../source/vault/ceremony/ports.ts';
import type { CeremonyRecord } from '../../../source/vault/ceremony/record.ts';
import type { HttpTransport } from '../../../source/vault/http-exchange.ts';
import { probeVault } from '../../../source/vault/probe.ts';
import { parseShare, shareText } from '../../../source/vault/shares.ts';
import {
	initVault,
	type StartOptions,
	startVault,
	type TestVault,
	unsealVault,
} from '../../helpers/vaults.ts';
import { localRunner } from '../local-runner.ts';
import { quickKeys } from './people.ts';

/** An instance with a Vault, its key file and backups, and all a ceremony needs, in one directory. */
export interface Rig {
	vault: TestVault;
	folder: string;
	keyFile: string;
	/** The old key, as base64. */
	oldKey: string;
	token: string;
	/** Copies of Vault's storage, by the key of the backup. */
	backups: Map<string, string>;
	/** The prompts so far, in order; secret replies only as their kind. */
	asked: Moment[];
	/** Every record that was written, in order. */
	records: CeremonyRecord[];
	news: News[];
	/** The revealed shares by custodian: what they would have in their notes. */
	paper: Map<string, string>;
	ports: CeremonyPorts;
	/** Runs the ceremony from its record, with these changes to the options. */
	run(wishes?: Partial<CeremonyWishes>): Promise<CeremonyRecord>;
	/** The same, one progress event at a time. */
	start(wishes?: Partial<CeremonyWishes>): AsyncGenerator<News, CeremonyRecord>;
	end(): Promise<void>;
}

export interface RigOptions extends StartOptions {
	/** How Vault is reached; directly by default. */
	through?: (vault: TestVault) => HttpTransport;
	/** Only by Vault's command line, not over HTTP. */
	byCommand?: boolean;
	/** Words to put before each of those commands. */
	before?: () => readonly string[];
	machine?: (machine: CeremonyMachine) => CeremonyMachine;
	custodians?: CeremonyWishes['custodians'];
	threshold?: number;
	token?: boolean;
}

export const NAME = 'tfe.example.com';

export async function ceremonyRig(options: RigOptions = {}): Promise<Rig> {
	const folder = await mkdtemp(join(tmpdir(), 'ceremony-'));
	const vault = await startVault(options);
	const { keys, token } = await initVault(vault);
	const oldKey = keys[0] ?? '';
	await unsealVault(vault, keys);
	const keyFile = join(folder, 'data', 'vault-unseal-key');
	mkdirSync(join(folder, 'data'), { recursive: true });
	writeFileSync(keyFile, `${oldKey}\n`, { mode: 0o600 });
	const backups = new Map<string, string>();
	const places = [join(folder, 'here'), join(folder, 'there')];
	const records: CeremonyRecord[] = [];
	const asked: Moment[] = [];
	const paper = new Map<string, string>();
	const news: News[] = [];
	const through = options.through?.(vault) ?? { host: '127.0.0.1', port: vault.port };
	const probe = async () =>
		(
			await probeVault({
				...(options.byCommand === true
					? {
							command: {
								runner: localRunner(vault.env, undefined, options.before),
								address: vault.address,
								program: vault.command,
							},
						}
					: { http: through }),
				token: async () =>
					options.token === false ? undefined : new SecretBytes(Buffer.from(token)),
			})
		).vault;
	let spoken = await probe();
	const machine: CeremonyMachine = {
		keyFile,
		async keyFileState() {
			if (!existsSync(keyFile)) return 'gone';
			return lstatSync(keyFile).isFile() ? 'there' : 'other';
		},
		async readKey() {
			const parsed = parseShare(readFileSync(keyFile));
			if (!(parsed instanceof SecretBytes)) throw new Error(parsed.what);
			return parsed;
		},
		async replaceKey(key) {
			writeFileSync(keyFile, shareText(key));
		},
		async removeKeyFile() {
			rmSync(keyFile);
		},
		async backUp() {
			const key = `atlas-backup-${backups.size}`;
			const copy = join(folder, key);
			cpSync(vault.folder, copy, { recursive: true });
			if (existsSync(keyFile)) cpSync(keyFile, `${copy}.key`);
			backups.set(key, copy);
			return { key, bytes: 1, at: new Date().toISOString(), encryption: 'aws:kms' };
		},
		async restartVault() {
			await vault.restart();
		},
	};
	const ports: CeremonyPorts = {
		get vault() {
			return spoken;
		},
		async lookAgain() {
			spoken = await probe();
		},
		machine: options.machine?.(machine) ?? machine,
		keeping: {
			path: (name) => join(places[0] ?? '', name),
			async keep(name, bytes) {
				const hashes = places.map((place) => keepDurably(join(place, name), bytes).sha256);
				return hashes[0] ?? '';
			},
			async confirm(name, sha256) {
				for (const place of places) readKept(join(place, name), sha256);
			},
			async read(name, sha256) {
				return readKept(join(places[0] ?? '', name), sha256);
			},
			async forget(name) {
				for (const place of places) rmSync(join(place, name), { force: true });
			},
		},
		keys: quickKeys(),
		records: {
			async read() {
				return records.at(-1);
			},
			async write(record) {
				records.push(structuredClone(record));
			},
		},
		person: person(asked, paper),
		stopped: new AbortController().signal,
		now: () => new Date().toISOString(),
	};
	const rig: Rig = {
		vault,
		folder,
		keyFile,
		oldKey,
		token,
		backups,
		asked,
		records,
		news,
		paper,
		ports,
		start: (wishes = {}) =>
			rekeyCeremony(ports, {
				step: 'rekey',
				threshold: options.threshold ?? 2,
				custodians: options.custodians ?? [
					{ name: 'first' },
					{ name: 'second' },
					{ name: 'third' },
				],
				warnings: [],
				restart: false,
				name: NAME,
				approved: false,
				resume: 'tfe-wizard rekey --session test',
				...wishes,
			}),
		async run(wishes) {
			spoken = await probe();
			const events = rig.start(wishes);
			for (;;) {
				const { done, value } = await events.next();
				if (done === true) return value;
				news.push(value);
			}
		},
		async end() {
			await vault.stop();
			rmSync(folder, { recursive: true, force: true });
		},
	};
	return rig;
}

export const PASSPHRASE = 'a passphrase for tests alone';

/** An operator who agrees to everything, notes what is revealed, and types it. */
export function person(asked: Moment[], paper: Map<string, string>): Person {
	return {
		review: async () => 'not-now',
		async moment(moment): Promise<MomentReply> {
			asked.push(moment);
			switch (moment.kind) {
				case 'agree':
				case 'next-person':
					return { kind: 'agreed' };
				case 'reveal':
					moment.share.use((bytes) => paper.set(moment.custodian, bytes.toString('latin1')));
					return { kind: 'agreed' };
				case 'passphrase':
					return { kind: 'secret', secret: new SecretBytes(Buffer.from(PASSPHRASE)) };
				case 'give-share':
					return {
						kind: 'secret',
						secret: new SecretBytes(Buffer.from(paper.get(moment.custodian) ?? '')),
					};
				case 'decide':
					return { kind: 'not-now' };
			}
		},
	};
}

/** Whether these keys unseal a copy of this storage, tested with a fresh Vault. */
export async function opens(
	rig: Pick<Rig, 'vault'>,
	storage: string,
	keys: readonly string[],
): Promise<boolean> {
	const folder = await mkdtemp(join(tmpdir(), 'opened-'));
	cpSync(storage, folder, { recursive: true });
	const fresh = await startVault({ kind: rig.vault.kind, folder });
	try {
		return await unsealVault(fresh, keys);
	} finally {
		await fresh.stop();
		rmSync(folder, { recursive: true, force: true });
	}
}

export function sha256(bytes: Buffer): string {
	return createHash('sha256').update(bytes).digest('hex');
}
