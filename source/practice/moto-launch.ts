import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChildEnvironment, exactEnvironment } from '../engine/child-environment.ts';
import { createDirectory } from '../engine/directories.ts';
import { WizardError } from '../engine/errors.ts';
import { limits } from '../engine/limits.ts';
import { getProcessStartTime } from '../engine/process-start-time.ts';
import { trackWait } from '../engine/wait-registry.ts';
import { readFileEnd } from '../terraform/command-logs.ts';
import { fetchStatus } from './loopback.ts';
import { endProcessGroup } from './process-identity.ts';

interface MotoLaunchOptions {
	record: Pick<MotoRecord, 'endpoint' | 'port' | 'how'>;
	argv: readonly string[];
	environment: ChildEnvironment;
	logPath: string;
	deadlineMs: number;
	onProcess?(record: MotoRecord): void;
	signal?: AbortSignal;
}

/** The command exited before it responded. */
export class EarlyExitError extends Error {
	readonly portTaken: boolean;

	constructor(how: string, output: string) {
		const lastLine = output.trim().split('\n').at(-1) ?? '';
		super(lastLine === '' ? how : `${how}: ${lastLine}`);
		this.portTaken = /address already in use|errno (98|48)\b/i.test(output);
	}
}

/** How long to wait for the proof that a responding server is ours before accepting it. */
const UNPROVEN_MS = 10_000;

/**
 * Runs `argv` detached with its output in the log file, and waits until it responds.
 *
 * @throws EarlyEnd if it exits first, WizardError `timeout` or `cancelled` after stopping it.
 */
export async function launchMoto(options: MotoLaunchOptions): Promise<MotoRecord> {
	createDirectory(dirname(options.logPath));
	const log = await open(options.logPath, 'a', 0o600);
	try {
		const logStart = (await log.stat()).size;
		const [command = '', ...args] = options.argv;
		const child = spawn(command, args, {
			...exactEnvironment(options.environment),
			detached: true,
			stdio: ['ignore', log.fd, log.fd],
		});
		const ended = endOf(child);
		child.unref();
		const output = async () => {
			const written = (await log.stat()).size - logStart;
			return readFileEnd(options.logPath, Math.min(written, limits.stderrTailBytes));
		};
		return await untilReady(options, child, ended, output);
	} finally {
		await log.close();
	}
}

async function untilReady(
	options: MotoLaunchOptions,
	child: ChildProcess,
	ended: { how?: string },
	output: () => Promise<string>,
): Promise<MotoRecord> {
	const { pid } = child;
	const startedAt = pid === undefined ? undefined : getProcessStartTime(pid);
	if (pid === undefined || startedAt === undefined) {
		// The event with the reason follows shortly.
		while (ended.how === undefined) await sleep(5);
		throw new EarlyExitError(ended.how, await output());
	}
	const record: MotoRecord = { ...options.record, pid, startedAt, logPath: options.logPath };
	try {
		options.onProcess?.(record);
		await trackWait('the practice cloud to start', options.deadlineMs, () =>
			untilAnswers(options, ended, output),
		);
		return record;
	} catch (error) {
		await endProcessGroup(pid, startedAt);
		throw error;
	}
}

async function untilAnswers(
	options: MotoLaunchOptions,
	ended: { how?: string },
	output: () => Promise<string>,
): Promise<void> {
	// Another moto server may have taken the port and would respond as well: only ours writes the
	// request to our log.
	const proof = randomUUID();
	const url = `${options.record.endpoint}/moto-api/?started-by=${proof}`;
	const deadline = Date.now() + options.deadlineMs;
	let answeredAt: number | undefined;
	while (Date.now() < deadline) {
		if (ended.how !== undefined) throw new EarlyExitError(ended.how, await output());
		if (options.signal?.aborted) {
			throw new WizardError('cancelled', {
				message: 'Starting the practice cloud was interrupted.',
			});
		}
		if ((await fetchStatus(url, Math.max(1, Math.min(2_000, deadline - Date.now())))) === 200) {
			answeredAt ??= Date.now();
			if ((await output()).includes(proof) || Date.now() - answeredAt > UNPROVEN_MS) return;
		}
		await sleep(50);
	}
	throw new WizardError('timeout', {
		message: `The practice cloud did not respond within ${options.deadlineMs / 1000} s.`,
		expected: `a response from ${options.record.endpoint}/moto-api/`,
		details: (await output()).trim().split('\n').slice(-5),
		log: options.logPath,
		next: ['tfe-wizard practice'],
	});
}

function endOf(child: ChildProcess): { how?: string } {
	const ended: { how?: string } = {};
	child.once('error', (error) => {
		ended.how ??= error.message;
	});
	child.once('exit', (code, signal) => {
		ended.how ??=
			code === null ? `it was terminated by ${signal}` : `it exited with status ${code}`;
	});
	return ended;
}

/** Stored by a session to find its practice cloud again; plain data. */
export interface MotoRecord {
	/** `http://127.0.0.1:PORT` */
	endpoint: string;
	port: number;
	/** The leader of its own process group. */
	pid: number;
	/** Opaque; distinguishes the process from a later one with the same PID. */
	startedAt: string;
	logPath: string;
	/** The ID of the source it was started from. */
	how: string;
}
