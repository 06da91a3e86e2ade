import { closeSync, constants, openSync, rmSync, writeFileSync } from 'node:fs';
import { execa } from 'execa';
import { type ChildEnvironment, exactEnvironment } from '../engine/child-environment.ts';
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
		...exactEnvironment(environment),
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
