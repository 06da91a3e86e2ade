import { closeSync, constants, openSync, rmSync, writeFileSync } from 'node:fs';
import { execa } from 'execa';
import { type ChildEnvironment, onlyWith } from '../engine/child-environment.ts';
import { processBirth } from '../engine/process-birth.ts';
import { setRoomAside } from './room.ts';

/** Enough to find a running command again from another process, and to follow it. */
export interface ProcessRecord {
	pid: number;
	/** When that pid began, in the system's own terms: tells a reused pid from the real one. */
	startedAt: string;
	/** The subcommand: `init`, `plan`, `apply`, `state push`. */
	label: string;
	stdoutPath: string;
	stderrPath: string;
	/** It changes nothing. Absent: killing it could lose what it creates, or a state. */
	mayBeKilled?: boolean;
}

export interface Ended {
	/** Undefined for an adopted process: only a parent learns it. */
	exitCode?: number;
	signal?: string;
}

/** A command under way, begun by this process or an earlier one. */
export interface RunningProcess {
	readonly record: ProcessRecord;
	ended(): boolean;
	/** How it ended; only meaningful once `ended()` holds. */
	outcome(): Ended;
	/** Sends SIGINT. Terraform takes the first as "stop gracefully", the second as "drop all". */
	interrupt(): void;
	/** Sends SIGKILL to it and to what it started; does nothing unless `mayBeKilled`. */
	kill(): void;
}

export interface SpawnOptions {
	binary: string;
	argv: readonly string[];
	folder: string;
	environment: ChildEnvironment;
	label: string;
	stdoutPath: string;
	stderrPath: string;
	mayBeKilled: boolean;
	/** Bytes set aside on the disk for standard output. */
	room: number;
}

/**
 * Starts a command that outlives this process: in a session of its own (the terminal's Ctrl-C
 * and hang-up do not reach it), writing straight to two files of mode 0600. With pipes, a Go
 * program dies of SIGPIPE at its next message after its reader was killed, and takes unsaved
 * state with it. The record is saved beside the log before anything else happens.
 *
 * @throws the system's error (`ENOENT`) when the command cannot be started, WizardError `command`
 *   when the disk is too full for it
 */
export async function spawnLogged(options: SpawnOptions): Promise<RunningProcess> {
	const { binary, argv, folder, environment, label, stdoutPath, stderrPath, mayBeKilled } = options;
	const fresh = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_APPEND;
	const stdout = openSync(stdoutPath, fresh, 0o600);
	const stderr = openSync(stderrPath, fresh, 0o600);
	try {
		setRoomAside(stdoutPath, options.room);
	} catch (error) {
		for (const file of [stdout, stderr]) closeSync(file);
		for (const path of [stdoutPath, stderrPath]) rmSync(path, { force: true });
		throw error;
	}
	const child = execa(binary, argv, {
		cwd: folder,
		...onlyWith(environment),
		// Any descriptor is handed to the child as it is; execa's types name only the parent's own.
		stdio: ['ignore', stdout as 1, stderr as 2],
		buffer: false,
		detached: true,
		cleanup: false,
		reject: false,
	});
	closeSync(stdout);
	closeSync(stderr);
	let end: Ended | undefined;
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
	const startedAt = processBirth(pid) ?? 'gone';
	const record = { pid, startedAt, label, stdoutPath, stderrPath, mayBeKilled };
	try {
		writeFileSync(recordPath(stdoutPath), JSON.stringify(record), { mode: 0o600 });
	} catch {
		// A full disk. The command runs by now, and watching it matters more than its record.
	}
	return {
		record,
		ended: () => end !== undefined,
		outcome: () => end ?? {},
		interrupt: () => {
			if (end === undefined) send(pid, 'SIGINT');
		},
		kill: () => {
			if (mayBeKilled && end === undefined) send(-pid, 'SIGKILL');
		},
	};
}

/** Takes over a command begun by an earlier process, running or already over. */
export function adopt(record: ProcessRecord): RunningProcess {
	let over = false;
	return {
		record,
		ended: () => {
			over ||= !isAlive(record);
			return over;
		},
		outcome: () => ({}),
		interrupt: () => {
			if (isAlive(record)) send(record.pid, 'SIGINT');
		},
		kill: () => {
			if (record.mayBeKilled === true && isAlive(record)) send(-record.pid, 'SIGKILL');
		},
	};
}

/** Whether the recorded process still runs; a reused pid and a zombie do not count. */
export function isAlive({ pid, startedAt }: Pick<ProcessRecord, 'pid' | 'startedAt'>): boolean {
	return processBirth(pid) === startedAt;
}

/** Where the record of the command that logs to `stdoutPath` lies until it was seen to end. */
export function recordPath(stdoutPath: string): string {
	return `${stdoutPath.replace(/\.jsonl$/, '')}.process.json`;
}

/** @param pid Negative for the process group that it leads. */
function send(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(pid, signal);
	} catch (error) {
		// It ended between the look and the signal.
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
	}
}
