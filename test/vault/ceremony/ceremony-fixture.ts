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
import {
	readFileMatchingSha256,
	writeFileOnceDurably,
} from '../../../source/engine/durable-file.ts';
import { SecretBytes } from '../../../source/engine/secret-bytes.ts';
import { createCurlTransport } from '../../../source/targets/ptfe-ami/rekey/remote-requests.ts';
import type {
	CeremonyEvent,
	CeremonyOptions,
	CeremonyPorts,
	VaultInstancePort,
} from '../../../source/vault/ceremony/ceremony-ports.ts';
import type {
	OperatorPrompter,
	Prompt,
	PromptReply,
} from '../../../source/vault/ceremony/ceremony-prompt-types.ts';
import type { CeremonyRecord } from '../../../source/vault/ceremony/ceremony-record.ts';
import { runRekeyCeremony } from '../../../source/vault/ceremony/rekey-ceremony.ts';
import { formatShareAsBase64, parseKeyShare } from '../../../source/vault/key-shares.ts';
import { probeAndCreateVaultClient } from '../../../source/vault/probe-vault.ts';
import type { HttpTransport } from '../../../source/vault/send-http-request.ts';
import {
	initVault,
	type StartVaultOptions,
	startVault,
	type TestVault,
	unsealVault,
} from '../../helpers/test-vault.ts';
import { createLocalInstance } from '../../instance/local-instance.ts';
import { generateFastDryRunKey } from './test-custodians.ts';

/** An instance with a Vault, its key file and backups, and all a ceremony needs, in one directory. */
export interface CeremonyFixture {
	vault: TestVault;
	folder: string;
	keyFile: string;
	/** The old key, as base64. */
	oldKey: string;
	token: string;
	/** Copies of Vault's storage, by the key of the backup. */
	backups: Map<string, string>;
	/** The prompts so far, in order; secret replies only as their kind. */
	asked: Prompt[];
	/** Every record that was written, in order. */
	records: CeremonyRecord[];
	news: CeremonyEvent[];
	/** The revealed shares by custodian: what they would have in their notes. */
	paper: Map<string, string>;
	ports: CeremonyPorts;
	/** Runs the ceremony from its record, with these changes to the options. */
	run(wishes?: Partial<CeremonyOptions>): Promise<CeremonyRecord>;
	/** The same, one progress event at a time. */
	start(wishes?: Partial<CeremonyOptions>): AsyncGenerator<CeremonyEvent, CeremonyRecord>;
	end(): Promise<void>;
}

export interface CeremonyFixtureOptions extends StartVaultOptions {
	/** How Vault is reached; directly by default. */
	through?: (vault: TestVault) => HttpTransport;
	/** By a curl that is started as on an instance. */
	byCurl?: boolean;
	/** Words to put before each shell that starts it. */
	before?: () => readonly string[];
	machine?: (machine: VaultInstancePort) => VaultInstancePort;
	custodians?: CeremonyOptions['custodians'];
	threshold?: number;
	token?: boolean;
}

export const INSTALLATION_NAME = 'tfe.example.com';

export async function createCeremonyFixture(
	options: CeremonyFixtureOptions = {},
): Promise<CeremonyFixture> {
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
	const asked: Prompt[] = [];
	const paper = new Map<string, string>();
	const news: CeremonyEvent[] = [];
	const instance = createLocalInstance({
		home: join(folder, 'home'),
		...(options.before && { before: options.before }),
	});
	mkdirSync(join(folder, 'home'));
	const direct = { host: '127.0.0.1', port: vault.port };
	const through =
		options.byCurl === true
			? createCurlTransport(instance, { address: vault.address, tlsOptions: [] })
			: (options.through?.(vault) ?? direct);
	const probe = async () =>
		(
			await probeAndCreateVaultClient({
				http: through,
				token: async () =>
					options.token === false ? undefined : new SecretBytes(Buffer.from(token)),
			})
		).vault;
	let spoken = await probe();
	const machine: VaultInstancePort = {
		keyFile,
		async keyFileState() {
			if (!existsSync(keyFile)) return 'gone';
			return lstatSync(keyFile).isFile() ? 'there' : 'other';
		},
		async readKey() {
			const parsed = parseKeyShare(readFileSync(keyFile));
			if (!(parsed instanceof SecretBytes)) throw new Error(parsed.what);
			return parsed;
		},
		async replaceKey(key) {
			writeFileSync(keyFile, formatShareAsBase64(key));
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
		async probeAgain() {
			spoken = await probe();
		},
		instance: options.machine?.(machine) ?? machine,
		storage: {
			path: (name) => join(places[0] ?? '', name),
			async store(name, bytes) {
				const hashes = places.map((place) => writeFileOnceDurably(join(place, name), bytes));
				return hashes[0] ?? '';
			},
			async verify(name, sha256) {
				for (const place of places) readFileMatchingSha256(join(place, name), sha256);
			},
			async read(name, sha256) {
				return readFileMatchingSha256(join(places[0] ?? '', name), sha256);
			},
			async remove(name) {
				for (const place of places) rmSync(join(place, name), { force: true });
			},
		},
		generateDryRunKey: generateFastDryRunKey,
		records: {
			async read() {
				return records.at(-1);
			},
			async write(record) {
				records.push(structuredClone(record));
			},
		},
		operator: createNoteTakingOperator(asked, paper),
		stopped: new AbortController().signal,
		now: () => new Date().toISOString(),
	};
	const rig: CeremonyFixture = {
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
			runRekeyCeremony(ports, {
				step: 'rekey',
				threshold: options.threshold ?? 2,
				custodians: options.custodians ?? [
					{ name: 'first' },
					{ name: 'second' },
					{ name: 'third' },
				],
				warnings: [],
				restart: false,
				name: INSTALLATION_NAME,
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

export const TEST_PASSPHRASE = 'a passphrase for tests alone';

/** An operator who agrees to everything, notes what is revealed, and types it. */
export function createNoteTakingOperator(
	asked: Prompt[],
	paper: Map<string, string>,
): OperatorPrompter {
	return {
		async prompt(prompt): Promise<PromptReply> {
			asked.push(prompt);
			switch (prompt.kind) {
				case 'agree':
				case 'next-person':
					return { kind: 'agreed' };
				case 'reveal':
					prompt.share.use((bytes) => paper.set(prompt.custodian, bytes.toString('latin1')));
					return { kind: 'agreed' };
				case 'passphrase':
					return { kind: 'secret', secret: new SecretBytes(Buffer.from(TEST_PASSPHRASE)) };
				case 'give-share':
					return {
						kind: 'secret',
						secret: new SecretBytes(Buffer.from(paper.get(prompt.custodian) ?? '')),
					};
				case 'decide':
					return { kind: 'not-now' };
			}
		},
	};
}

/** Whether these keys unseal a copy of this storage, tested with a fresh Vault. */
export async function canUnseal(
	rig: Pick<CeremonyFixture, 'vault'>,
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

export function hashSha256(bytes: Buffer): string {
	return createHash('sha256').update(bytes).digest('hex');
}
