import { type ChildProcess, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { buildChildEnvironment, exactEnvironment } from '../../engine/child-environment.ts';
import { createDirectory } from '../../engine/directories.ts';
import { WizardError } from '../../engine/errors.ts';
import { limits } from '../../engine/limits.ts';
import { getProcessStartTime } from '../../engine/process-start-time.ts';
import { trackWait } from '../../engine/wait-registry.ts';
import { readFileEnd } from '../../terraform/command-logs.ts';
import { findPracticeVault, type PracticeVault } from '../find-vault.ts';
import { parseLoopbackEndpoint } from '../loopback.ts';
import { endProcessGroup, isSameProcess } from '../process-identity.ts';
import {
	getInstanceLayout,
	type InstanceReadyFile,
	type InstanceSettings,
	PRACTICE_USER,
	readJsonFile,
	writeFileAtomically,
} from './instance-layout.ts';
import { killOrphanedVault } from './instance-vault.ts';

/** Stored by a session to find its practice instance again; plain data. */
export interface PracticeInstanceRecord {
	/** Contains all its files; started again there, it is the same instance. */
	folder: string;
	/** The leader of its own process group. */
	pid: number;
	/** Opaque; distinguishes the process from a later one with the same PID. */
	startedAt: string;
	logPath: string;
}

export interface PracticeInstance extends PracticeInstanceRecord {
	/** Any name works: the SSH configuration maps all of them to this instance. */
	host: string;
	user: string;
	/** For `ssh -F`. */
	configFile: string;
	/** "Vault v1.14.1 at …" */
	vaultWords: string;
	vaultKind: PracticeVault['kind'];
	/** The local ports for its ports 22, 8200 and 80. */
	ports: { ssh: number; vault: number; status: number };
	/** Stops it with all its processes; its files stay. Idempotent. */
	stop(): Promise<void>;
}

interface PracticeInstanceOptions {
	folder: string;
	/** The endpoint of the practice cloud, on loopback. */
	endpoint: string;
	region: string;
	credentials: { accessKeyId: string; secretAccessKey: string };
	/** Default: the Vault that `whichVault` selects. */
	vault?: PracticeVault;
	/** Environment variables for Vault and its CLI (`TFE_STAND_IN_LIKE`). */
	vaultEnvironment?: Readonly<Record<string, string>>;
	/** Appended to; created with mode 0600. */
	logPath: string;
	environment?: NodeJS.ProcessEnv;
	signal?: AbortSignal;
	/** Called with the process as soon as it exists, before it is ready. */
	onProcess?(record: PracticeInstanceRecord): void;
	/** Receives a message with the selected Vault. */
	progress?(text: string): void;
	deadlineMs?: number;
}

/**
 * Starts the practice instance in its own session, so that it outlives this process. In a directory
 * with an existing instance, that instance boots again.
 *
 * @throws WizardError `refused` for an endpoint that is not on loopback, `usage` if
 *   TFE_WIZARD_PRACTICE_VAULT is wrong, `command`, `timeout`, `cancelled`
 */
export async function startPracticeInstance(
	options: PracticeInstanceOptions,
): Promise<PracticeInstance> {
	const { environment = process.env, logPath } = options;
	const endpoint = parseLoopbackEndpoint(options.endpoint);
	const folder = resolve(options.folder);
	const vault = options.vault ?? (await findPracticeVault(environment));
	options.progress?.(`the practice instance uses ${vault.words}`);
	const layout = getInstanceLayout(folder);
	createDirectory(folder);
	createDirectory(dirname(logPath));
	const { region, credentials, vaultEnvironment = {} } = options;
	const settings: InstanceSettings = { endpoint, region, credentials, vault, vaultEnvironment };
	await writeFileAtomically(layout.settings, JSON.stringify(settings));
	if (options.signal?.aborted) throw cancelled();
	const log = await open(logPath, 'a', 0o600);
	// The operator's home contains their AWS profiles.
	const passed = buildChildEnvironment({
		for: 'helper',
		inherited: environment,
		add: { HOME: folder },
	});
	const child = spawn(process.execPath, [programScript(), 'serve', folder], {
		...{ detached: true, stdio: ['ignore', log.fd, log.fd], cwd: folder },
		...exactEnvironment(passed),
	});
	const ended = endOf(child);
	child.unref();
	await log.close();
	const startedAt = child.pid === undefined ? undefined : getProcessStartTime(child.pid);
	if (child.pid === undefined || startedAt === undefined) throw failed(logPath);
	const record = { folder, pid: child.pid, startedAt, logPath };
	try {
		options.onProcess?.(record);
		const { deadlineMs = 60_000 } = options;
		await trackWait('the practice instance to start', deadlineMs, () =>
			untilReady(record, ended, { ...options, deadlineMs }),
		);
	} catch (error) {
		await stopPracticeInstance(record);
		throw error;
	}
	const started = await reattachPracticeInstance(record);
	if (started === undefined) throw failed(logPath);
	return started;
}

/** Reattaches to the recorded instance if that process still runs and is ready. */
export async function reattachPracticeInstance(
	record: PracticeInstanceRecord,
): Promise<PracticeInstance | undefined> {
	const { folder, pid, startedAt, logPath } = record;
	if (!isSameProcess(pid, startedAt)) return undefined;
	const layout = getInstanceLayout(folder);
	const ready = await readJsonFile<InstanceReadyFile>(layout.ready);
	const settings = await readJsonFile<InstanceSettings>(layout.settings);
	if (ready?.pid !== pid || settings === undefined) return undefined;
	return {
		...{ folder, pid, startedAt, logPath },
		...{ host: 'tfe.practice.example', user: PRACTICE_USER, configFile: layout.sshConfig },
		...{ vaultWords: settings.vault.words, vaultKind: settings.vault.kind },
		ports: { ssh: ready.sshPort, vault: ready.vaultPort, status: ready.statusPort },
		stop: () => stopPracticeInstance(record),
	};
}

/** Stops the recorded instance if it runs, and a Vault it may have left; its files stay. */
export async function stopPracticeInstance(record: PracticeInstanceRecord): Promise<void> {
	await endProcessGroup(record.pid, record.startedAt);
	await killOrphanedVault(getInstanceLayout(record.folder));
}

async function untilReady(
	record: PracticeInstanceRecord,
	ended: { yes: boolean },
	{ signal, deadlineMs }: PracticeInstanceOptions & { deadlineMs: number },
): Promise<void> {
	const { ready } = getInstanceLayout(record.folder);
	const deadline = Date.now() + deadlineMs;
	while (Date.now() < deadline) {
		if (signal?.aborted) throw cancelled();
		if (ended.yes) throw failed(record.logPath);
		if ((await readJsonFile<InstanceReadyFile>(ready))?.pid === record.pid) return;
		await sleep(20);
	}
	throw new WizardError('timeout', {
		message: `The practice instance was not ready within ${deadlineMs / 1000} s.`,
		log: record.logPath,
		next: ['tfe-wizard practice'],
	});
}

function endOf(child: ChildProcess): { yes: boolean } {
	const ended = { yes: false };
	for (const event of ['error', 'exit']) {
		child.once(event, () => {
			ended.yes = true;
		});
	}
	return ended;
}

function failed(logPath: string): WizardError {
	const log = readFileEnd(logPath, limits.cutLineBytes);
	return new WizardError('command', {
		message: 'The practice instance could not be started.',
		details: log.trim().split('\n').slice(-3),
		log: logPath,
		next: ['tfe-wizard practice'],
	});
}

function cancelled(): WizardError {
	return new WizardError('cancelled', {
		message: 'Starting the practice instance was interrupted.',
	});
}

/** The built program has its own script beside it; the source tree has only the source. */
function programScript(): string {
	const here = fileURLToPath(import.meta.url);
	const name = here.endsWith('.ts') ? 'source' : 'dist';
	const parts = here.split('/');
	const root = parts.slice(0, parts.lastIndexOf(name)).join('/');
	return name === 'source'
		? join(root, 'scripts', 'practice-instance.ts')
		: join(root, 'dist', 'practice-instance.js');
}
