import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
	buildChildEnvironment,
	createExactEnvironmentOptions,
} from '../../engine/child-environment.ts';
import { replaceFileAtomically } from '../../engine/durable-file.ts';
import { getProcessStartTime } from '../../engine/process-start-time.ts';
import { isSameProcess } from '../background-process.ts';
import { findFreePort, requestLoopback } from '../loopback.ts';
import { formatVaultConfig } from '../vault/server-config.ts';
import { type InstanceLayout, type InstanceSettings, readJsonFile } from './instance-layout.ts';

interface VaultRecord {
	pid: number;
	startedAt: string;
}

/** The Vault of the instance. It is not restarted automatically if it dies. */
interface InstanceVault {
	readonly port: number;
	running(): boolean;
	/** Stops it if it runs, starts it, and unseals it as the AMI does at boot. */
	restart(): Promise<void>;
	stop(): Promise<void>;
}

const START_LIMIT_MS = 20_000;

export async function createInstanceVault(
	layout: InstanceLayout,
	settings: InstanceSettings,
): Promise<InstanceVault> {
	const port = await findFreePort();
	replaceFileAtomically(
		layout.vaultConfig,
		formatVaultConfig({ folder: layout.storage, address: `127.0.0.1:${port}` }),
	);
	let child: ChildProcess | undefined;
	const running = () => child !== undefined && child.exitCode === null && child.signalCode === null;
	const stop = async () => {
		if (child === undefined || !running()) return;
		const gone = new Promise((resolve) => child?.once('exit', resolve));
		child.kill('SIGTERM');
		const insist = setTimeout(() => child?.kill('SIGKILL'), 2_000);
		await gone;
		clearTimeout(insist);
	};
	return {
		port,
		running,
		stop,
		async restart() {
			await stop();
			await killOrphanedVault(layout);
			child = await startVault(layout, settings);
			await untilAnswers(port, running, layout.vaultLog);
			await openAsAtBoot(layout, port);
		},
	};
}

/** Kills a Vault left by an earlier daemon that was killed. */
export async function killOrphanedVault(layout: InstanceLayout): Promise<void> {
	const earlier = readJsonFile<VaultRecord>(layout.vaultProcess);
	if (earlier === undefined || !isSameProcess(earlier.pid, earlier.startedAt)) return;
	process.kill(earlier.pid, 'SIGKILL');
	while (isSameProcess(earlier.pid, earlier.startedAt)) await sleep(10);
}

async function startVault(
	layout: InstanceLayout,
	settings: InstanceSettings,
): Promise<ChildProcess> {
	const log = await open(layout.vaultLog, 'a', 0o600);
	const [command = '', ...words] = settings.vault.command;
	// In the daemon's process group, which is ended as a whole.
	const environment = buildChildEnvironment({
		for: 'helper',
		inherited: process.env,
		add: { HOME: layout.home, ...settings.vaultEnvironment },
	});
	const child = spawn(command, [...words, 'server', `-config=${layout.vaultConfig}`], {
		...createExactEnvironmentOptions(environment),
		stdio: ['ignore', log.fd, log.fd],
	});
	// The `exit` event is not emitted if it could not be started.
	const failed = new Promise<never>((_, reject) => child.once('error', reject));
	failed.catch(() => {});
	await log.close();
	const { pid } = child;
	if (pid === undefined) return await failed;
	const startedAt = getProcessStartTime(pid);
	if (startedAt !== undefined) {
		const record: VaultRecord = { pid, startedAt };
		replaceFileAtomically(layout.vaultProcess, JSON.stringify(record));
	}
	return child;
}

async function untilAnswers(port: number, running: () => boolean, log: string): Promise<void> {
	const deadline = Date.now() + START_LIMIT_MS;
	while (running() && Date.now() < deadline) {
		// Vault 0.8 answers only this endpoint before it is initialized.
		const answer = await requestVault(port, 'GET', 'sys/init').catch(() => undefined);
		if (answer !== undefined) return;
		await sleep(20);
	}
	throw new Error(`Vault did not start; see ${log}`);
}

/**
 * Initializes Vault with one share at the first boot; unseals it with the key file at each boot.
 */
async function openAsAtBoot(layout: InstanceLayout, port: number): Promise<void> {
	const { initialized } = await requestVault<{ initialized: boolean }>(port, 'GET', 'sys/init');
	if (!initialized) {
		const made = await requestVault<{ keys_base64: string[]; root_token: string }>(
			...([port, 'PUT', 'sys/init', { secret_shares: 1, secret_threshold: 1 }] as const),
		);
		replaceFileAtomically(layout.unsealKey, `${made.keys_base64[0]}\n`);
		replaceFileAtomically(layout.rootToken, `${made.root_token}\n`);
	}
	if (!existsSync(layout.unsealKey)) return;
	const key = (await readFile(layout.unsealKey, 'latin1')).trim();
	// A replaced key unseals nothing; Vault then stays sealed, as on a real instance.
	await requestVault(port, 'PUT', 'sys/unseal', { key }).catch(() => undefined);
}

/** Whether it responds and is unsealed. */
export async function isVaultUnsealed(port: number): Promise<boolean> {
	const status = requestVault<{ sealed: boolean }>(port, 'GET', 'sys/seal-status');
	return (await status.catch(() => undefined))?.sealed === false;
}

/** @throws Error if there is no response, or not a successful one. */
async function requestVault<T>(
	port: number,
	method: 'GET' | 'PUT',
	path: string,
	body?: Readonly<Record<string, unknown>>,
): Promise<T> {
	const { status, text } = await requestLoopback(`http://127.0.0.1:${port}/v1/${path}`, {
		...{ method, timeout: 10_000, ...(body && { body: JSON.stringify(body) }) },
	});
	if (status !== 200) throw new Error(`Vault returned status ${status} for ${path}`);
	return JSON.parse(text) as T;
}
