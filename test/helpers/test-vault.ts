import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchStatus, findFreePort } from '../../source/practice/loopback.ts';
import {
	getEmulatedVaultProgram,
	type PracticeVaultProgram,
	selectPracticeVaultProgram,
} from '../../source/practice/select-vault-program.ts';
import { formatVaultConfig } from '../../source/practice/vault/server-config.ts';
import type { EmulatedVersionName } from '../../source/practice/vault/version-profiles.ts';
import { waitFor } from './wait-for.ts';

export interface StartVaultOptions {
	/** Which Vault to start; the one `whichVault` selects when not given. */
	kind?: 'real' | 'stand-in';
	/** The version of the emulated Vault; 1.14 when not given. */
	like?: EmulatedVersionName;
	/** Existing storage to use (see `copyOf`); `stop` does not remove it. */
	folder?: string;
	/** A free port when not given; `restart` keeps it. */
	port?: number;
}

export interface TestVault {
	readonly kind: 'real' | 'stand-in';
	/** Description of the server: "Vault v1.14.1 at …". */
	readonly words: string;
	/** `http://127.0.0.1:PORT` */
	readonly address: string;
	readonly port: number;
	/** Process id of the server; changes with `restart`. */
	pid: number;
	/** The storage, in the layout of Vault's file storage backend. */
	readonly folder: string;
	/** The command prefix for `operator unseal`, `status` and so on. */
	readonly command: readonly string[];
	/** The environment for `command`: VAULT_ADDR and the emulated version. No token. */
	readonly env: NodeJS.ProcessEnv;
	/** Path of the file with the output of the server. */
	readonly log: string;
	/** Sends SIGKILL and waits until the server has ended. */
	kill9(): Promise<void>;
	/** Kills the server if it runs and starts it on the same storage and port. It is sealed. */
	restart(): Promise<void>;
	/** Ends the server and removes the storage that `startVault` created. */
	stop(): Promise<void>;
	/** Copies the storage as it is on disk to a new directory, which the caller removes. */
	copyOf(): Promise<string>;
	/** A request to `/v1/PATH`; the body as JSON, undefined without one. */
	api<T = Record<string, unknown>>(
		method: 'GET' | 'PUT' | 'DELETE',
		path: string,
		body?: unknown,
		token?: string,
	): Promise<{ status: number; body: T; errors: readonly string[] }>;
}

export interface InitializedVault {
	/** Base64, as unseal and rekey accept them. */
	keys: readonly string[];
	hexKeys: readonly string[];
	token: string;
}

/** Set to 1 where a missing real Vault is a failure, as in the second CI stage. */
export const REQUIRE_REAL_VAULT = 'TFE_WIZARD_REQUIRE_REAL_VAULT';

let real: Promise<PracticeVaultProgram | undefined> | undefined;

/** The real Vault, if available. Searched for once. */
export function findRealVault(): Promise<PracticeVaultProgram | undefined> {
	real ??= selectPracticeVaultProgram().then((found) =>
		found.kind === 'real' ? found : undefined,
	);
	return real;
}

/**
 * Whether a real Vault is available. Without one it prints that tests are skipped, or throws when
 * TFE_WIZARD_REQUIRE_REAL_VAULT=1.
 *
 * @param version The version required by tests of exact output, such as "v1.14.1".
 */
export async function requireRealVault(
	forWhat = 'tests on a real Vault',
	version = '',
): Promise<boolean> {
	const found = await findRealVault();
	if (
		found?.description.startsWith(`Vault ${version}`) ||
		(found !== undefined && version === '')
	) {
		return true;
	}
	const wanted = `real Vault ${version}`.trimEnd();
	if (process.env[REQUIRE_REAL_VAULT] === '1') {
		throw new Error(
			`No ${wanted} was found, but ${REQUIRE_REAL_VAULT}=1 requires one for ${forWhat}. Run: npm run real-vault`,
		);
	}
	process.stderr.write(
		`\n!! SKIPPED: no ${wanted} was found for ${forWhat}. Run: npm run real-vault\n\n`,
	);
	return false;
}

/** Starts a server and waits until it responds. It is uninitialised or sealed. */
export async function startVault(options: StartVaultOptions = {}): Promise<TestVault> {
	const serving = await servingFor(options.kind);
	const home = await mkdtemp(join(tmpdir(), 'practice-vault-'));
	const folder = options.folder ?? join(home, 'storage');
	const port = options.port ?? (await findFreePort());
	const address = `http://127.0.0.1:${port}`;
	const config = join(home, 'config.json');
	const log = join(home, 'log');
	await writeFile(config, formatVaultConfig({ folder, address: `127.0.0.1:${port}` }));
	const env: NodeJS.ProcessEnv = {
		PATH: process.env.PATH,
		HOME: home,
		VAULT_ADDR: address,
		VAULT_MAX_RETRIES: '0',
		TFE_EMULATED_VAULT_VERSION: options.like ?? '1.14',
		// The emulated Vault runs from source many times.
		NODE_COMPILE_CACHE: join(tmpdir(), 'practice-vault-compiled'),
	};
	const argv = [...serving.command, 'server', `-config=${config}`];
	let child = await begin(argv, env, log, address);

	const end = async (signal: NodeJS.Signals) => {
		if (child.exitCode !== null || child.signalCode !== null) return;
		const gone = new Promise((resolve) => child.once('exit', resolve));
		child.kill(signal);
		await gone;
	};
	const vault: TestVault = {
		kind: serving.kind,
		words: serving.description,
		address,
		port,
		pid: child.pid ?? 0,
		folder,
		command: serving.command,
		env,
		log,
		kill9: () => end('SIGKILL'),
		async restart() {
			await end('SIGKILL');
			child = await begin(argv, env, log, address);
			vault.pid = child.pid ?? 0;
		},
		async stop() {
			await end('SIGKILL');
			await rm(home, { recursive: true, force: true });
		},
		async copyOf() {
			const copy = await mkdtemp(join(tmpdir(), 'practice-vault-copy-'));
			await cp(folder, copy, { recursive: true });
			return copy;
		},
		async api(method, path, body, token) {
			const response = await fetch(`${address}/v1/${path}`, {
				method,
				...(body === undefined ? {} : { body: JSON.stringify(body) }),
				headers: {
					connection: 'close',
					...(token === undefined ? {} : { 'X-Vault-Token': token }),
				},
			});
			const text = await response.text();
			const parsed = text === '' ? {} : JSON.parse(text);
			return { status: response.status, body: parsed, errors: parsed.errors ?? [] };
		},
	};
	return vault;
}

/** Initialises it; it stays sealed. */
export async function initVault(
	vault: TestVault,
	{ shares = 1, threshold = 1 }: { shares?: number; threshold?: number } = {},
): Promise<InitializedVault> {
	const { status, body, errors } = await vault.api<{
		keys: string[];
		keys_base64: string[];
		root_token: string;
	}>('PUT', 'sys/init', { secret_shares: shares, secret_threshold: threshold });
	if (status !== 200) throw new Error(`init was answered with ${status}: ${errors.join()}`);
	return { keys: body.keys_base64, hexKeys: body.keys, token: body.root_token };
}

/** Submits key shares until Vault is unsealed. False when they do not unseal it. */
export async function unsealVault(vault: TestVault, keys: readonly string[]): Promise<boolean> {
	await vault.api('PUT', 'sys/unseal', { reset: true });
	for (const key of keys) {
		const { status, body } = await vault.api<{ sealed?: boolean }>('PUT', 'sys/unseal', { key });
		if (status !== 200) return false;
		if (body.sealed === false) return true;
	}
	return false;
}

async function servingFor(kind: StartVaultOptions['kind']): Promise<PracticeVaultProgram> {
	if (kind === 'stand-in') return getEmulatedVaultProgram();
	if (kind === undefined) return selectPracticeVaultProgram();
	const found = await findRealVault();
	if (found === undefined) throw new Error('No real Vault was found. Run: npm run real-vault');
	return found;
}

const servers = new Set<ChildProcess>();

/** Kills the server when the test process exits. */
function endWithUs(child: ChildProcess): void {
	if (servers.size === 0) {
		process.once('exit', () => {
			for (const server of servers) server.kill('SIGKILL');
		});
	}
	servers.add(child);
}

async function begin(
	argv: readonly string[],
	env: NodeJS.ProcessEnv,
	logPath: string,
	address: string,
): Promise<ChildProcess> {
	const log = await open(logPath, 'a', 0o600);
	const [command = '', ...args] = argv;
	const child = spawn(command, args, { env, stdio: ['ignore', log.fd, log.fd] });
	await log.close();
	endWithUs(child);
	const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
	try {
		await waitFor(`the server to start (its log is ${logPath})`, async () => {
			if (hasEnded()) throw new Error(`The server exited during startup; its log is ${logPath}.`);
			return (await fetchStatus(`${address}/v1/sys/seal-status`)) !== undefined;
		});
		return child;
	} catch (error) {
		child.kill('SIGKILL');
		throw error;
	}
}
