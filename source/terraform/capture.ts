import { execa } from 'execa';
import { type ChildEnvironment, onlyWith } from '../engine/child-environment.ts';

export interface Captured {
	exitCode?: number;
	signal?: string;
	stdout: string;
	stderr: string;
	/** Ended because of the abort signal. */
	cancelled: boolean;
}

export interface CaptureOptions {
	folder: string;
	environment: ChildEnvironment;
	signal?: AbortSignal;
}

/**
 * Runs a short command that changes nothing and keeps its output in memory, never in a file: a
 * pulled state and outputs hold secrets. In a session of its own, so that a Ctrl-C reaches it
 * through us only.
 *
 * @throws the system's error (`ENOENT`) when the command cannot be started
 */
export async function capture(
	binary: string,
	argv: readonly string[],
	{ folder, environment, signal }: CaptureOptions,
): Promise<Captured> {
	const result = await execa(binary, argv, {
		cwd: folder,
		...onlyWith(environment),
		stdin: 'ignore',
		detached: true,
		reject: false,
		stripFinalNewline: false,
		// Near the longest string there can be; states and plans are seldom above a few MB.
		maxBuffer: 400_000_000,
		cancelSignal: signal,
		killSignal: 'SIGINT',
		forceKillAfterDelay: false,
	});
	if (result.exitCode === undefined && result.signal === undefined && !result.isCanceled) {
		throw result.cause ?? new Error(`${binary} could not be started`);
	}
	return {
		exitCode: result.exitCode,
		signal: result.signal,
		stdout: result.stdout,
		stderr: result.stderr,
		cancelled: result.isCanceled,
	};
}
