import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { type ChildEnvironment, onlyWith } from '../engine/child-environment.ts';
import { endGroupWhen } from '../engine/end-group.ts';
import { limits } from '../engine/limits.ts';

export interface Captured {
	exitCode?: number;
	signal?: string;
	stdout: string;
	stderr: string;
	/** Ended because of the abort signal. */
	cancelled: boolean;
	/** Ended because it took longer than the limit, in milliseconds. */
	lateAfterMs?: number;
	/** Ended because it printed more than the limit, in bytes. */
	moreThanBytes?: number;
}

export interface CaptureOptions {
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
 * Runs a short command that changes nothing and keeps its output in memory, never in a file: a
 * pulled state and outputs hold secrets. In a session of its own, so that a Ctrl-C reaches it
 * through us only. Whatever is still there a while after SIGINT, wrappers and what they started
 * included, is ended by SIGKILL: nothing of it changes anything.
 *
 * @throws the system's error (`ENOENT`) when the command cannot be started
 */
export async function capture(
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
): Promise<Captured> {
	const child = execa(binary, argv, {
		cwd: folder,
		...onlyWith(environment),
		stdin: 'ignore',
		detached: true,
		reject: false,
		// Collected here: execa keeps several copies, and stops only the command itself.
		buffer: false,
	});
	const ending = endGroupWhen(child, { signal, limitMs, graceMs });
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

/** @returns what tells the text of the stream so far, of at most `mostBytes`. */
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
