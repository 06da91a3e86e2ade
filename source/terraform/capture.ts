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
}

export interface CaptureOptions {
	folder: string;
	environment: ChildEnvironment;
	signal?: AbortSignal;
	/** Milliseconds; `limits.terraformReadMs` unless given. */
	limitMs?: number;
	/** Milliseconds between SIGINT and SIGKILL; `limits.terraformGraceMs` unless given. */
	graceMs?: number;
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
	}: CaptureOptions,
): Promise<Captured> {
	const child = execa(binary, argv, {
		cwd: folder,
		...onlyWith(environment),
		stdin: 'ignore',
		detached: true,
		reject: false,
		stripFinalNewline: false,
		// Near the longest string there can be; states and plans are seldom above a few MB.
		maxBuffer: limits.stateBytes,
	});
	const ending = endGroupWhen(child, { signal, limitMs, graceMs });
	const result = await child.finally(ending.stop);
	const cancelled = ending.why() === 'cancelled';
	const late = ending.why() === 'late';
	if (result.exitCode === undefined && result.signal === undefined && !cancelled && !late) {
		throw result.cause ?? new Error(`${binary} could not be started`);
	}
	return {
		exitCode: result.exitCode,
		signal: result.signal,
		stdout: result.stdout ?? '',
		stderr: result.stderr ?? '',
		cancelled,
		...(late ? { lateAfterMs: limitMs } : {}),
	};
}
