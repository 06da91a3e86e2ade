import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { replaceFileAtomically } from '../../engine/durable-file.ts';
import { writeCommandScripts } from './command-scripts.ts';
import {
	createInstanceDirectories,
	getInstanceLayout,
	type InstanceReadyFile,
	type InstanceSettings,
	REAL_INSTANCE_STATUS_PORT,
	REAL_INSTANCE_VAULT_PORT,
	readJsonFile,
} from './instance-layout.ts';
import { createInstanceVault, isVaultUnsealed } from './instance-vault.ts';
import { ensureSshKeys, writeSshConfig } from './ssh-keys.ts';
import { startSshServer } from './ssh-server.ts';
import { type DaemonTasks, startStatusAndTaskServer } from './status-and-task-server.ts';

/** The interval at which its cloud is checked; after this many refused connections it stops. */
const LOOK_MS = 2_000;
const REFUSALS = 3;

/**
 * Runs the practice instance until it is stopped (SIGTERM, SIGINT), or until its cloud or its
 * directory is gone.
 *
 * @param program The command that starts this program again: node and its script.
 */
export async function runPracticeInstanceDaemon(
	folder: string,
	program: readonly string[],
): Promise<void> {
	process.umask(0o077);
	const layout = getInstanceLayout(folder);
	const settings = readJsonFile<InstanceSettings>(layout.settings);
	if (settings === undefined) throw new Error(`${layout.settings} does not exist`);
	const end = new AbortController();
	for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
		process.on(signal, () => end.abort());
	}
	await rm(layout.ready, { force: true });
	createInstanceDirectories(layout);
	const keys = await ensureSshKeys(layout);
	const vault = await createInstanceVault(layout, settings);
	const ports = new Map([[REAL_INSTANCE_VAULT_PORT, vault.port]]);
	const ssh = await startSshServer(layout, keys, ports);
	const tasks: DaemonTasks = {
		'start-vault': async () => {
			if (!vault.running()) await vault.restart();
		},
		'restart-vault': async () => {
			await vault.restart();
		},
		'stop-vault': async () => {
			await vault.stop();
		},
		'is-active-vault': async () => {
			const ok = vault.running();
			return { ok, words: ok ? 'active' : 'inactive' };
		},
		reboot: async () => {
			// After the response, like a host that shuts down and cuts its sessions.
			setTimeout(() => {
				ssh.dropConnections();
				vault.restart().catch(() => {});
			}, 50);
		},
		'drop-connections': async () => {
			ssh.dropConnections();
		},
	};
	const token = randomBytes(16).toString('hex');
	const page = await startStatusAndTaskServer(() => isVaultUnsealed(vault.port), tasks, token);
	ports.set(REAL_INSTANCE_STATUS_PORT, page.port);
	try {
		writeCommandScripts(
			layout,
			settings,
			{ vaultPort: vault.port, statusPort: page.port },
			program,
		);
		await writeSshConfig(layout, ssh.port);
		await vault.restart();
		replaceFileAtomically(
			layout.ready,
			JSON.stringify({
				...{ pid: process.pid, sshPort: ssh.port, vaultPort: vault.port },
				...{ statusPort: page.port, token },
			} satisfies InstanceReadyFile),
		);
		await untilEnd(end.signal, settings.endpoint, folder);
	} finally {
		page.close();
		await Promise.all([ssh.close(), vault.stop()]);
		await rm(layout.ready, { force: true });
	}
}

async function untilEnd(signal: AbortSignal, endpoint: string, folder: string): Promise<void> {
	let refused = 0;
	while (!signal.aborted) {
		await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
		if (signal.aborted || !existsSync(folder)) return;
		// Only a refused connection counts: a busy cloud responds late.
		refused = (await isRefused(endpoint)) ? refused + 1 : 0;
		if (refused >= REFUSALS) return;
	}
}

function isRefused(endpoint: string): Promise<boolean> {
	const { hostname, port } = new URL(endpoint);
	return new Promise((resolve) => {
		const socket = createConnection({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
		socket.setTimeout(2_000, () => socket.destroy());
		socket.once('connect', () => socket.destroy());
		socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED'));
		socket.once('close', () => resolve(false));
	});
}
