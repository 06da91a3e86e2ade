import { resolve } from 'node:path';
import { buildChildEnvironment } from '../../engine/child-environment.ts';
import { createDirectory } from '../../engine/directories.ts';
import { replaceFileAtomically } from '../../engine/durable-file.ts';
import { WizardError } from '../../engine/errors.ts';
import { getPackageProgramPath } from '../../engine/find-program-files.ts';
import {
	type BackgroundProcess,
	createStartInterruptedError,
	EarlyExitError,
	endProcessGroup,
	isSameProcess,
	startBackgroundProcess,
} from '../background-process.ts';
import { normalizeLoopbackEndpoint } from '../loopback.ts';
import { type PracticeVaultProgram, selectPracticeVaultProgram } from '../select-vault-program.ts';
import {
	getInstanceLayout,
	type InstanceReadyFile,
	type InstanceSettings,
	PRACTICE_USER,
	readJsonFile,
} from './instance-layout.ts';
import { assertInstanceCommandsAvailable } from './instance-requirements.ts';
import { killOrphanedVault } from './instance-vault.ts';

/** Stored by a session to find its practice instance again; plain data. */
export interface PracticeInstanceRecord extends BackgroundProcess {
	/** Contains all its files; started again there, it is the same instance. */
	folder: string;
}

export interface PracticeInstance extends PracticeInstanceRecord {
	/** Any name works: the SSH configuration maps all of them to this instance. */
	host: string;
	user: string;
	/** For `ssh -F`. */
	configFile: string;
	/** The local ports for its ports 22 and 8200. */
	ports: { ssh: number; vault: number };
	/** Stops it with all its processes; its files stay. Idempotent. */
	stop(): Promise<void>;
}

const WHAT = 'the practice instance';

interface PracticeInstanceOptions {
	folder: string;
	/** The endpoint of the practice cloud, on loopback. */
	endpoint: string;
	region: string;
	/** Default: the Vault that `selectPracticeVaultProgram` selects. */
	vault?: PracticeVaultProgram;
	/** Environment variables for Vault and its CLI (`TFE_EMULATED_VAULT_VERSION`). */
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
 *   TFE_WIZARD_PRACTICE_VAULT is wrong, `command` also where a command of Linux is missing,
 *   `timeout`, `cancelled`
 */
export async function startPracticeInstance(
	options: PracticeInstanceOptions,
): Promise<PracticeInstance> {
	const { environment = process.env, logPath, signal, deadlineMs = 60_000 } = options;
	const endpoint = normalizeLoopbackEndpoint(options.endpoint);
	await assertInstanceCommandsAvailable();
	const folder = resolve(options.folder);
	const vault = options.vault ?? (await selectPracticeVaultProgram(environment));
	options.progress?.(`the practice instance uses ${vault.description}`);
	const layout = getInstanceLayout(folder);
	createDirectory(folder);
	const { region, vaultEnvironment = {} } = options;
	const settings: InstanceSettings = { endpoint, region, vault, vaultEnvironment };
	replaceFileAtomically(layout.settings, JSON.stringify(settings));
	if (signal?.aborted) throw createStartInterruptedError(WHAT);
	try {
		const started = await startBackgroundProcess({
			...{ what: WHAT, cwd: folder, logPath, deadlineMs, signal },
			argv: [process.execPath, getPackageProgramPath('practice-instance'), 'serve', folder],
			// The operator's home contains their AWS profiles.
			environment: buildChildEnvironment({
				for: 'helper',
				inherited: environment,
				add: { HOME: folder },
			}),
			onProcess: (process) => options.onProcess?.({ ...process, folder }),
			isReady: async ({ pid }) => readJsonFile<InstanceReadyFile>(layout.ready)?.pid === pid,
			describeTimeout: () => ({
				message: `The practice instance was not ready within ${deadlineMs / 1000} s.`,
			}),
		});
		const instance = await reattachPracticeInstance({ ...started, folder });
		if (instance !== undefined) return instance;
		throw new EarlyExitError('it exited', '');
	} catch (error) {
		await killOrphanedVault(layout);
		if (!(error instanceof EarlyExitError)) throw error;
		throw new WizardError('command', {
			message: 'The practice instance could not be started.',
			details: error.output.trim().split('\n').slice(-3),
			log: logPath,
			next: ['tfe-wizard practice'],
		});
	}
}

/** Reattaches to the recorded instance if that process still runs and is ready. */
export async function reattachPracticeInstance(
	record: PracticeInstanceRecord,
): Promise<PracticeInstance | undefined> {
	const { pid } = record;
	if (!isSameProcess(pid, record.startedAt)) return undefined;
	const layout = getInstanceLayout(record.folder);
	const ready = readJsonFile<InstanceReadyFile>(layout.ready);
	if (ready?.pid !== pid) return undefined;
	return {
		...record,
		...{ host: 'tfe.practice.example', user: PRACTICE_USER, configFile: layout.sshConfig },
		ports: { ssh: ready.sshPort, vault: ready.vaultPort },
		stop: () => stopPracticeInstance(record),
	};
}

/** Stops the recorded instance if it runs, and a Vault it may have left; its files stay. */
export async function stopPracticeInstance(record: PracticeInstanceRecord): Promise<void> {
	await endProcessGroup(record.pid, record.startedAt);
	await killOrphanedVault(getInstanceLayout(record.folder));
}
