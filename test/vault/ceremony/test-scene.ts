import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WizardError } from '../../../source/engine/errors.ts';
import type {
	CeremonyEvent,
	CeremonyOptions,
	CeremonyPorts,
} from '../../../source/vault/ceremony/ceremony-ports.ts';
import type { Prompt, PromptReply } from '../../../source/vault/ceremony/ceremony-prompt-types.ts';
import type { CeremonyRecord } from '../../../source/vault/ceremony/ceremony-record.ts';
import { runRekeyCeremony } from '../../../source/vault/ceremony/rekey-ceremony.ts';
import { initVault, startVault, type TestVault, unsealVault } from '../../helpers/test-vault.ts';
import {
	copyStorage,
	createFilePorts,
	type EffectHook,
	getKeyFilePath,
	getStorageLocations,
	readRecord,
	writeKeyFile,
} from './file-ports.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';
import { createCeremonyOptions } from './test-ceremony-options.ts';
import {
	type CustodianWithKey,
	createCustodian,
	createTestOperator,
	decryptEscrow,
	decryptMessage,
} from './test-custodians.ts';

/** A Vault behind a proxy, an instance, and custodians with keys of their own. */
export interface TestScene {
	vault: TestVault;
	proxy: RecordingProxy;
	folder: string;
	custodians: readonly CustodianWithKey[];
	/** Base64. */
	oldKey: string;
	/** Replaces the usual reply to a prompt. */
	answer: ((moment: Prompt) => PromptReply | undefined) | undefined;
	hook: EffectHook | undefined;
	token: string | undefined;
	asked: Prompt[];
	news: CeremonyEvent[];
	/** Asks the current run to stop at its next pause. */
	stop(): void;
	record(): CeremonyRecord | undefined;
	/** Resets everything but Vault and its key, as on an instance that was never rekeyed. */
	forget(): void;
	run(wishes?: Partial<CeremonyOptions>, ports?: Partial<CeremonyPorts>): Promise<CeremonyRecord>;
	/** The error of a run that must fail. */
	fails(
		wishes?: Partial<CeremonyOptions>,
		ports?: Partial<CeremonyPorts>,
	): Promise<{ fault: string; text: string }>;
	/** Whether these keys unseal a copy of that storage. Computed once for the same pair. */
	opens(storage: string, keys: readonly string[]): Promise<boolean>;
	/** What unseals Vault's current storage, of the keys in the record: `old`, `new` or `nothing`. */
	openedBy(): Promise<'old' | 'new' | 'nothing'>;
	/** The same for any storage. */
	whoOpens(storage: string): Promise<'old' | 'new' | 'nothing'>;
	/** The new shares as their custodians would decrypt them from the second storage location. */
	newShares(): Promise<string[]>;
	end(): Promise<void>;
}

export async function createScene(
	options: {
		kind?: 'real' | 'stand-in';
		like?: '0.8.2';
		people?: readonly CustodianWithKey[];
		timeoutMs?: number;
	} = {},
): Promise<TestScene> {
	const folder = await mkdtemp(join(tmpdir(), 'ceremony-'));
	const vault = await startVault({
		...(options.kind === undefined ? {} : { kind: options.kind }),
		...(options.like === undefined ? {} : { like: options.like }),
	});
	const { keys, token } = await initVault(vault);
	await unsealVault(vault, keys);
	const oldKey = keys[0] ?? '';
	writeKeyFile(folder, oldKey);
	const custodians = options.people ?? (await createThreeCustodians());
	const proxy = await startRecordingProxy(vault.port);
	const known = new Map<string, boolean>();
	let stopping = new AbortController();

	const at: TestScene = {
		vault,
		proxy,
		folder,
		custodians,
		oldKey,
		answer: undefined,
		hook: undefined,
		token,
		asked: [],
		news: [],
		stop: () => stopping.abort(),
		record: () => readRecord(folder),
		forget() {
			for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
			writeKeyFile(folder, oldKey);
			proxy.rule = () => 'pass';
			proxy.answered = () => undefined;
			proxy.log.length = 0;
			at.asked.length = 0;
			at.news.length = 0;
			at.answer = undefined;
			at.hook = undefined;
		},
		async run(wishes = {}, others = {}) {
			stopping = new AbortController();
			const ports = await createFilePorts({
				folder,
				port: proxy.port,
				storage: vault.folder,
				operator: createTestOperator(custodians, at.asked, (moment) => at.answer?.(moment)),
				stopped: stopping.signal,
				token: () => at.token,
				hook: async (...facts) => at.hook?.(...facts),
				restartVault: () => vault.restart(),
				...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
			});
			// The port's `vault` changes; a copy would not.
			for (const [name, value] of Object.entries(others))
				Object.defineProperty(ports, name, { value });
			const events = runRekeyCeremony(ports, { ...createCeremonyOptions(custodians), ...wishes });
			for (;;) {
				const { done, value } = await events.next();
				if (done === true) return value;
				at.news.push(value);
			}
		},
		async fails(wishes, others) {
			try {
				await at.run(wishes, others);
			} catch (thrown) {
				return describeError(thrown);
			}
			throw new Error('the ceremony ended well');
		},
		async opens(storage, given) {
			const asked = createHash('sha256')
				.update(keysOf(storage))
				.update(given.join(' '))
				.digest('hex');
			const before = known.get(asked);
			if (before !== undefined) return before;
			const copy = await mkdtemp(join(tmpdir(), 'opened-'));
			cpSync(storage, copy, { recursive: true });
			const fresh = await startVault({
				kind: vault.kind,
				folder: copy,
				...(options.like === undefined ? {} : { like: options.like }),
			});
			try {
				const opened = await unsealVault(fresh, given);
				known.set(asked, opened);
				return opened;
			} finally {
				await fresh.stop();
				rmSync(copy, { recursive: true, force: true });
			}
		},
		async newShares() {
			const [, there] = getStorageLocations(folder);
			const shares: string[] = [];
			for (const { custodian, name } of at.record()?.kept ?? []) {
				const owner = custodians.find((one) => one.name === custodian);
				if (owner !== undefined)
					shares.push(await decryptMessage(owner, readFileSync(join(there, name))));
			}
			return shares;
		},
		async openedBy() {
			const copy = join(folder, 'storage-now');
			copyStorage(vault.folder, copy);
			try {
				return await at.whoOpens(copy);
			} finally {
				rmSync(copy, { recursive: true });
			}
		},
		async whoOpens(storage) {
			if (sharesIn(storage) === 1)
				return (await at.opens(storage, [await keptOldKey(at)])) ? 'old' : 'nothing';
			const kept = await at.newShares();
			const shares = kept.length > 0 ? kept : await fromStorage(storage, custodians);
			return shares.length === custodians.length && (await at.opens(storage, shares.slice(1)))
				? 'new'
				: 'nothing';
		},
		async end() {
			await proxy.close();
			await vault.stop();
			rmSync(folder, { recursive: true, force: true });
		},
	};
	return at;
}

export function createThreeCustodians(): Promise<CustodianWithKey[]> {
	return Promise.all(['Ann', 'Ben', 'Cem'].map(createCustodian));
}

/** The old key: from escrow if the record names it, else from its file. */
async function keptOldKey(at: TestScene): Promise<string> {
	const { escrow } = at.record() ?? {};
	const [ann] = at.custodians;
	if (escrow === undefined || ann === undefined)
		return readFileSync(getKeyFilePath(at.folder), 'utf8').trim();
	return decryptEscrow(ann, readFileSync(join(getStorageLocations(at.folder)[1], escrow.name)));
}

/** The part of the storage that decides which keys unseal it. */
function keysOf(storage: string): Buffer {
	const files = ['_keyring', '_master', '_seal-config', '_shamir-kek', 'hsm/_barrier-unseal-keys'];
	const paths = files.map((name) => join(storage, 'core', name)).filter((path) => existsSync(path));
	return Buffer.concat(
		paths.map((path) => {
			try {
				return readFileSync(path);
			} catch {
				return Buffer.from('unreadable');
			}
		}),
	);
}

function sharesIn(storage: string): number {
	const entry = JSON.parse(readFileSync(join(storage, 'core', '_seal-config'), 'utf8'));
	return JSON.parse(Buffer.from(entry.Value, 'base64').toString()).secret_shares;
}

/** A WizardError as displayed; any other error must not reach the operator. */
export function describeError(thrown: unknown): { fault: string; text: string } {
	if (!(thrown instanceof WizardError)) throw thrown;
	const { message, expected = '', details = [], next = [] } = thrown.facts;
	return { fault: thrown.fault, text: [message, expected, ...details, ...next].join('\n') };
}

/** Puts other storage under a Vault, as on a restored instance; it is sealed then. */
export async function restoreStorage(at: TestScene, storage: string): Promise<void> {
	await at.vault.kill9();
	rmSync(at.vault.folder, { recursive: true });
	mkdirSync(at.vault.folder, { recursive: true });
	cpSync(storage, at.vault.folder, { recursive: true });
	await at.vault.restart();
}

/** The encrypted shares that Vault stores, which its storage holds in plaintext. */
async function fromStorage(
	storage: string,
	custodians: readonly CustodianWithKey[],
): Promise<string[]> {
	const path = join(storage, 'core', '_unseal-keys-backup');
	if (!existsSync(path)) return [];
	const { Value } = JSON.parse(readFileSync(path, 'utf8')) as { Value: string };
	const { Keys } = JSON.parse(Buffer.from(Value, 'base64').toString()) as {
		Keys: Record<string, string[]>;
	};
	return Promise.all(
		custodians.map((owner) =>
			decryptMessage(owner, Buffer.from(Keys[owner.key.fingerprint]?.[0] ?? '', 'hex')),
		),
	);
}
