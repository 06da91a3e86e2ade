import { closeSync, constants, openSync, rmSync, writeFileSync } from 'node:fs';
import { execa } from 'execa';
import {
	buildChildEnvironment,
	type ChildEnvironment,
	createExactEnvironmentOptions,
} from '../engine/child-environment.ts';
import { getProcessStartTime } from '../engine/process-start-time.ts';
import { preallocateFile } from './reserve-disk-space.ts';

/** Identifies a running command, so that another process can find and follow it. */
export interface ProcessRecord {
	pid: number;
	/** The start time of that PID in the system's format; distinguishes it from a reused PID. */
	startedAt: string;
	/** The subcommand: `init`, `plan`, `apply`, `state push`. */
	label: string;
	stdoutPath: string;
	stderrPath: string;
	/** It changes nothing. Absent: killing it could lose resources being created, or a state. */
	mayBeKilled?: boolean;
}

interface ProcessExit {
	/** Undefined for an attached process: only the parent receives it. */
	exitCode?: number;
	signal?: string;
}

/** A command started by this process or an earlier one. */
export interface RunningProcess {
	readonly record: ProcessRecord;
	ended(): boolean;
	/** How it ended; only meaningful after `ended()` returns true. */
	outcome(): ProcessExit;
	/** Sends SIGINT. Terraform handles the first as "stop gracefully", the second as "abort". */
	interrupt(): void;
	/** Sends SIGKILL to it and its children; does nothing unless `mayBeKilled`. */
	kill(): void;
}

interface SpawnOptions {
	binary: string;
	argv: readonly string[];
	folder: string;
	environment: ChildEnvironment;
	label: string;
	stdoutPath: string;
	stderrPath: string;
	mayBeKilled: boolean;
	/** Bytes of disk space reserved for standard output. */
	room: number;
}

/**
 * Starts a command that outlives this process: in its own session (the terminal's Ctrl-C and hangup
 * do not reach it), writing directly to two files of mode 0600. With pipes, a Go program is killed
 * by SIGPIPE at its next message after its reader was killed, and loses unsaved state. The record
 * is saved beside the log before anything else happens.
 *
 * @throws the system's error (`ENOENT`) if the command cannot be started, WizardError `command` if
 *   the disk is too full
 */
export async function spawnDetached(options: SpawnOptions): Promise<RunningProcess> {
	const { binary, argv, folder, environment, label, stdoutPath, stderrPath, mayBeKilled } = options;
	const fresh = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_APPEND;
	const stdout = openSync(stdoutPath, fresh, 0o600);
	const stderr = openSync(stderrPath, fresh, 0o600);
	try {
		preallocateFile(stdoutPath, options.room);
	} catch (error) {
		for (const file of [stdout, stderr]) closeSync(file);
		for (const path of [stdoutPath, stderrPath]) rmSync(path, { force: true });
		throw error;
	}
	const child = execa(binary, argv, {
		cwd: folder,
		...createExactEnvironmentOptions(environment),
		// Any descriptor is passed to the child as it is; execa's types allow only the parent's own.
		stdio: ['ignore', stdout as 1, stderr as 2],
		buffer: false,
		detached: true,
		cleanup: false,
		reject: false,
	});
	closeSync(stdout);
	closeSync(stderr);
	let end: ProcessExit | undefined;
	const finished = child.then((result) => {
		end = { exitCode: result.exitCode, signal: result.signal };
		return result;
	});
	if (child.pid === undefined) {
		const result = await finished;
		rmSync(stdoutPath, { force: true });
		rmSync(stderrPath, { force: true });
		throw result.cause ?? new Error(`${binary} could not be started`);
	}
	const pid = child.pid;
	const startedAt = getProcessStartTime(pid) ?? 'gone';
	const record = { pid, startedAt, label, stdoutPath, stderrPath, mayBeKilled };
	try {
		writeFileSync(getProcessRecordPath(stdoutPath), JSON.stringify(record), { mode: 0o600 });
	} catch {
		// The disk is full. The command is already running, and following it matters more than its
		// record.
	}
	return createRunningProcess(record, () => end);
}

/** Attaches to a command started by an earlier process, running or ended. */
export function attachToProcess(record: ProcessRecord): RunningProcess {
	let end: ProcessExit | undefined;
	return createRunningProcess(record, () => {
		if (end === undefined && !isProcessRunning(record)) end = {};
		return end;
	});
}

/** @param getEnd How the process ended; undefined while it runs. */
function createRunningProcess(
	record: ProcessRecord,
	getEnd: () => ProcessExit | undefined,
): RunningProcess {
	const { pid, mayBeKilled } = record;
	return {
		record,
		ended: () => getEnd() !== undefined,
		outcome: () => getEnd() ?? {},
		interrupt: () => {
			if (getEnd() === undefined) send(pid, 'SIGINT');
		},
		kill: () => {
			if (mayBeKilled === true && getEnd() === undefined) send(-pid, 'SIGKILL');
		},
	};
}

/** Whether the recorded process is running; false for a reused PID and a zombie. */
export function isProcessRunning({
	pid,
	startedAt,
}: Pick<ProcessRecord, 'pid' | 'startedAt'>): boolean {
	return getProcessStartTime(pid) === startedAt;
}

/**
 * The path of the process record of a command that logs to `stdoutPath`; it exists until the end of
 * the command was observed.
 */
export function getProcessRecordPath(stdoutPath: string): string {
	return `${stdoutPath.replace(/\.jsonl$/, '')}.process.json`;
}

/** @param pid Negative for the process group it leads. */
function send(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(pid, signal);
	} catch (error) {
		// The process ended between the check and the signal.
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
	}
}

/** Environment variables of one command, as given: `TF_VAR_db_password`. */
export type TerraformEnvironmentVariables = Readonly<Record<string, string>>;

export interface TerraformOptions {
	/** The step and the stack that the events name. */
	step: string;
	stack: string;
	/** Name on PATH or a path. */
	binary: string;
	/** The working directory of the root module. */
	folder: string;
	/** The directory for each command's messages and standard error. */
	logFolder: string;
	/** The environment that the child inherits, including PATH and AWS settings. */
	environment: NodeJS.ProcessEnv;
	/** Masks known secrets in the logs. Events and errors are masked where they are shown. */
	mask(text: string): string;
	/** Aborting it sends one SIGINT to the running command and prevents others from starting. */
	signal?: AbortSignal;
	/** A provider mirror for `init`; without it Terraform uses its own configuration. */
	pluginDir?: string;
	/** How long to wait for another run's lock, in seconds. */
	lockTimeoutSeconds: number;
	/** Timeout of `version`, in milliseconds. Default: `limits.terraformVersionMs`. */
	versionMs?: number;
	/** Milliseconds between the second SIGINT and SIGKILL. Default: `limits.terraformGraceMs`. */
	graceMs?: number;
	/** Called as soon as a long command is running. */
	onProcess?(record: ProcessRecord): void;
}

/**
 * Variables that would make a run differ from its session: extra arguments, variables, another
 * workspace, another data directory, prompts.
 */
const stripped = /^(?:TF_CLI_ARGS|TF_VAR_|TF_WORKSPACE$|TF_DATA_DIR$|TF_INPUT$|TF_IN_AUTOMATION$)/;

/** Terraform's debug logs: the provider logs whole request bodies, passwords included. */
const logging = /TF_LOG(?:_|$)/;

/** Settings of version managers that wrap Terraform, and of the proxies they use. */
const choosing = /^(TFENV|TENV|TOFUENV|ASDF|MISE|AQUA|XDG)_|^(HTTPS?|ALL|NO)_PROXY$/i;

/**
 * The environment of a Terraform child: the inherited one without secrets and the variables above,
 * plus what automation needs and `variables` as given (secrets as `TF_VAR_name`).
 * TF_CLI_CONFIG_FILE, the operator's AWS settings and backend credentials stay. TF_LOG and related
 * variables stay only if there are no `variables`, which may be secrets.
 */
export function createTerraformEnvironment(
	inherited: NodeJS.ProcessEnv,
	variables: TerraformEnvironmentVariables = {},
): ChildEnvironment {
	const mayBeSecret = Object.keys(variables).length > 0;
	return buildChildEnvironment({
		for: 'operator',
		inherited,
		drop: mayBeSecret ? new RegExp(`${stripped.source}|^${logging.source}`) : stripped,
		add: {
			TF_IN_AUTOMATION: '1',
			TF_INPUT: '0',
			// Disables the update check, which would delay air-gapped runs.
			CHECKPOINT_DISABLE: '1',
			...variables,
		},
	});
}

/** The environment of `terraform version`, which needs no account and no state. */
export function createVersionEnvironment(inherited: NodeJS.ProcessEnv): ChildEnvironment {
	const add = { CHECKPOINT_DISABLE: '1' };
	return buildChildEnvironment({ for: 'helper', inherited, pass: choosing, add });
}
