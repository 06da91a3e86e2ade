import { execa } from 'execa';
import { type ChildEnvironment, onlyWith } from '../child-environment.ts';
import { type EndReason, endGroupWhen } from '../end-group.ts';
import { limits } from '../limits.ts';
import { spawnWords } from '../system-errors.ts';

/** Kept of what it prints; a little more than any secret, so that too much can be told. */
const MOST_OUTPUT_BYTES = 128 * 1024;

export interface SecretCommandOptions {
	cwd: string;
	environment: ChildEnvironment;
	signal?: AbortSignal;
	/** Milliseconds; `limits.secretCommandMs` unless given. */
	limit?: number;
	/** Milliseconds for what the command started to close its output, once it has exited. */
	openOutput?: number;
}

export interface SecretCommandResult {
	stdout: Buffer;
	stderr: string;
	/** Why it gave nothing to use, as a clause ("exited with status 2"). */
	failure?: string;
	/** Ended by a limit of time, or because the signal was aborted. */
	stopped?: 'timeout' | 'cancelled';
}

export type RunSecretCommand = (
	argv: readonly string[],
	options: SecretCommandOptions,
) => Promise<SecretCommandResult>;

/**
 * Runs a command for what it prints, without a shell and without input. It gets a process group
 * of its own, ended as a whole, by SIGKILL: what a killed shell leaves behind would hold the pipes
 * open. They are closed on this side too, for a process that has left the group.
 */
export const runSecretCommand: RunSecretCommand = async (argv, options) => {
	const { cwd, environment, signal, limit = limits.secretCommandMs } = options;
	const { openOutput = limits.openOutputMs } = options;
	const [program = '', ...rest] = argv;
	const child = execa(program, rest, {
		cwd,
		...onlyWith(environment),
		stdin: 'ignore',
		encoding: 'buffer',
		reject: false,
		stripFinalNewline: false,
		maxBuffer: MOST_OUTPUT_BYTES,
		detached: true,
	});
	const ending = endGroupWhen(child, {
		...{ signal, limitMs: limit, graceMs: 0, openOutputMs: openOutput },
	});
	try {
		const result = await child;
		const why = ending.why();
		return {
			stdout: Buffer.from(result.stdout ?? []),
			stderr: Buffer.from(result.stderr ?? []).toString('utf8'),
			failure: failureOf(result, why, limit, openOutput),
			...(why === undefined
				? {}
				: { stopped: why === 'cancelled' ? ('cancelled' as const) : ('timeout' as const) }),
		};
	} finally {
		ending.stop();
	}
};

interface Ending {
	failed: boolean;
	exitCode?: number;
	signal?: string;
	cause?: unknown;
	isMaxBuffer: boolean;
}

function failureOf(
	result: Ending,
	why: EndReason | undefined,
	limit: number,
	openOutput: number,
): string | undefined {
	if (why === 'cancelled') return 'was interrupted';
	if (why === 'late') return `timed out after ${limit / 1000} s`;
	if (why === 'open-output')
		return `exited, but a process it started kept its output open for ${openOutput / 1000} s`;
	if (result.isMaxBuffer) return `printed more than ${MOST_OUTPUT_BYTES / 1024} KiB`;
	if (!result.failed) return undefined;
	if (result.exitCode === 127) return 'was not found (status 127)';
	if (result.exitCode !== undefined) return `exited with status ${result.exitCode}`;
	if (result.signal !== undefined) return `was terminated by ${result.signal}`;
	return spawnWords(result.cause);
}
