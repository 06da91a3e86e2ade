import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { type ChildEnvironment, exactEnvironment } from '../engine/child-environment.ts';
import { limits } from '../engine/limits.ts';
import { limitProcessGroup } from '../engine/process-group.ts';

export interface CapturedOutput {
	exitCode?: number;
	signal?: string;
	stdout: string;
	stderr: string;
	/** The abort signal ended it. */
	cancelled: boolean;
	/** It took longer than this limit, in milliseconds. */
	lateAfterMs?: number;
	/** It printed more than this limit, in bytes. */
	moreThanBytes?: number;
}

interface CaptureOptions {
	folder: string;
	environment: ChildEnvironment;
	signal?: AbortSignal;
	/** Milliseconds; `limits.terraformReadMs` unless given. */
	limitMs?: number;
	/** Milliseconds between SIGINT and SIGKILL; `limits.terraformGraceMs` unless given. */
	graceMs?: number;
	/** Of standard output and of standard error each; `limits.stateBytes` unless given. */
	mostBytes?: number;
}

/**
 * Runs a short command that changes nothing and keeps its output in memory, never in a file,
 * because a pulled state and outputs contain secrets. It runs in its own session, so Ctrl-C reaches
 * it only through this process. Whatever still runs some time after SIGINT, wrappers and their
 * children included, is killed by SIGKILL, which is safe because it changes nothing.
 *
 * @throws the system's error (`ENOENT`) if the command cannot be started
 */
export async function captureOutput(
	binary: string,
	argv: readonly string[],
	{
		folder,
		environment,
		signal,
		limitMs = limits.terraformReadMs,
		graceMs = limits.terraformGraceMs,
		mostBytes = limits.stateBytes,
	}: CaptureOptions,
): Promise<CapturedOutput> {
	const child = execa(binary, argv, {
		cwd: folder,
		...exactEnvironment(environment),
		stdin: 'ignore',
		detached: true,
		reject: false,
		// execa would keep several copies, and its limit would stop only the command itself.
		buffer: false,
	});
	const ending = limitProcessGroup(child, { signal, limitMs, graceMs });
	const stdout = collected(child.stdout, mostBytes, ending.tooLarge);
	const stderr = collected(child.stderr, mostBytes, ending.tooLarge);
	const result = await child.finally(ending.stop);
	const cancelled = ending.why() === 'cancelled';
	const late = ending.why() === 'late';
	const tooLarge = ending.why() === 'too-large';
	if (result.exitCode === undefined && result.signal === undefined && ending.why() === undefined) {
		throw result.cause ?? new Error(`${binary} could not be started`);
	}
	return {
		exitCode: result.exitCode,
		signal: result.signal,
		stdout: stdout(),
		stderr: stderr(),
		cancelled,
		...(late ? { lateAfterMs: limitMs } : {}),
		...(tooLarge ? { moreThanBytes: mostBytes } : {}),
	};
}

/** @returns a function that returns the text received so far, at most `mostBytes`. */
function collected(stream: Readable, mostBytes: number, tooLarge: () => void): () => string {
	let chunks: Buffer[] = [];
	let length = 0;
	stream.on('data', (chunk: Buffer) => {
		length += chunk.length;
		if (length <= mostBytes) {
			chunks.push(chunk);
			return;
		}
		chunks = [];
		tooLarge();
	});
	return () => Buffer.concat(chunks).toString('utf8');
}
