import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
	type ChildEnvironment,
	createExactEnvironmentOptions,
} from '../engine/child-environment.ts';
import { createDirectory } from '../engine/create-directory.ts';
import { type ErrorDescription, WizardError } from '../engine/errors.ts';
import { limits } from '../engine/limits.ts';
import { getProcessStartTime } from '../engine/process-start-time.ts';
import { trackWait } from '../engine/wait-registry.ts';
import { readFileEnd } from '../terraform/command-logs.ts';

/** Stored by a session to find the process again; plain data. */
export interface BackgroundProcess {
	/** The leader of its own process group. */
	pid: number;
	/** Opaque; distinguishes the process from a later one with the same PID. */
	startedAt: string;
	/** Appended to; created with mode 0600. */
	logPath: string;
}

interface BackgroundOptions {
	/** A description for messages: "the practice cloud". */
	what: string;
	argv: readonly string[];
	environment: ChildEnvironment;
	cwd?: string;
	logPath: string;
	deadlineMs: number;
	signal?: AbortSignal | undefined;
	/** Called with the process as soon as it exists, before it is ready. */
	onProcess?(started: BackgroundProcess): void;
	/** Whether it is ready. `output` reads the end of what it has printed. */
	isReady(started: BackgroundProcess, output: () => string): Promise<boolean>;
	/** The error when it is not ready in time. */
	describeTimeout(output: string): ErrorDescription;
}

/** The process exited before it was ready. */
export class EarlyExitError extends Error {
	readonly output: string;

	constructor(how: string, output: string) {
		const lastLine = output.trim().split('\n').at(-1) ?? '';
		super(lastLine === '' ? how : `${how}: ${lastLine}`);
		this.output = output;
	}
}

/**
 * Starts a program in its own session, so that it outlives this process, and waits until it is ready.
 *
 * @throws EarlyExitError if it exits first, WizardError `timeout` or `cancelled` after stopping it.
 */
export async function startBackgroundProcess(
	options: BackgroundOptions,
): Promise<BackgroundProcess> {
	const { what, logPath, deadlineMs, signal } = options;
	createDirectory(dirname(logPath));
	const log = await open(logPath, 'a', 0o600);
	const logStart = (await log.stat()).size;
	const [command = '', ...words] = options.argv;
	const child = spawn(command, words, {
		...createExactEnvironmentOptions(options.environment),
		...{ cwd: options.cwd, detached: true, stdio: ['ignore', log.fd, log.fd] },
	});
	let ended: string | undefined;
	child.once('error', (error) => {
		ended ??= error.message;
	});
	child.once('exit', (code, signal) => {
		ended ??= code === null ? `it was terminated by ${signal}` : `it exited with status ${code}`;
	});
	child.unref();
	await log.close();
	const output = () => {
		const { size = logStart } = statSync(logPath, { throwIfNoEntry: false }) ?? {};
		return readFileEnd(logPath, Math.min(size - logStart, limits.stderrTailBytes));
	};
	const { pid } = child;
	const startedAt = pid === undefined ? undefined : getProcessStartTime(pid);
	if (pid === undefined || startedAt === undefined) {
		// The event with the reason follows shortly.
		while (ended === undefined) await sleep(5);
		throw new EarlyExitError(ended, output());
	}
	const started = { pid, startedAt, logPath };
	const untilReady = async () => {
		const deadline = Date.now() + deadlineMs;
		while (Date.now() < deadline) {
			if (ended !== undefined) throw new EarlyExitError(ended, output());
			if (signal?.aborted) throw createStartInterruptedError(what);
			if (await options.isReady(started, output)) return;
			await sleep(25);
		}
		throw new WizardError('timeout', {
			...options.describeTimeout(output()),
			...{ log: logPath, next: ['tfe-wizard practice'] },
		});
	};
	try {
		options.onProcess?.(started);
		await trackWait(`${what} to start`, deadlineMs, untilReady);
		return started;
	} catch (error) {
		await endProcessGroup(pid, startedAt);
		throw error;
	}
}

/** The error of a start that the operator interrupted. */
export function createStartInterruptedError(what: string): WizardError {
	return new WizardError('cancelled', { message: `Starting ${what} was interrupted.` });
}

/** Whether the recorded process still runs, and not another one with the same PID. */
export function isSameProcess(pid: number, startedAt: string): boolean {
	return getProcessStartTime(pid) === startedAt;
}

/**
 * Ends the process group of the recorded process: SIGTERM, then SIGKILL after `graceMs`. Does
 * nothing if that process is gone.
 */
export async function endProcessGroup(
	pid: number,
	startedAt: string,
	graceMs = 5_000,
): Promise<void> {
	for (const [signal, waitMs] of [
		['SIGTERM', graceMs],
		['SIGKILL', 2_000],
	] as const) {
		if (!isSameProcess(pid, startedAt)) return;
		try {
			process.kill(-pid, signal);
		} catch (error) {
			// The process ended between the check and the signal.
			if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
		}
		const deadline = Date.now() + waitMs;
		while (Date.now() < deadline && isSameProcess(pid, startedAt)) await sleep(25);
	}
}
