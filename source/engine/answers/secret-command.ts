import { execa } from 'execa';
import { type ChildEnvironment, exactEnvironment } from '../child-environment.ts';
import { limits } from '../limits.ts';
import { limitProcessGroup, type TerminationReason } from '../process-group.ts';
import { formatSpawnError } from '../system-errors.ts';

/** The maximum output kept; more than any secret, to detect too much output. */
const MOST_OUTPUT_BYTES = 128 * 1024;

interface SecretCommandOptions {
	cwd: string;
	environment: ChildEnvironment;
	signal?: AbortSignal;
	/** Milliseconds; `limits.secretCommandMs` when not given. */
	limit?: number;
	/** Milliseconds for descendants to close the output after the command has exited. */
	openOutput?: number;
}

export interface SecretCommandResult {
	stdout: Buffer;
	stderr: string;
	/** Why it failed, as a clause ("exited with status 2"). */
	failure?: string;
	/** Set when it was stopped by the timeout or by the signal. */
	stopped?: 'timeout' | 'cancelled';
}

export type SecretCommandRunner = (
	argv: readonly string[],
	options: SecretCommandOptions,
) => Promise<SecretCommandResult>;

/**
 * Runs a command and returns its output, without a shell and without input. It gets its own process
 * group, which is killed as a whole, because descendants of a killed shell would keep the pipes open.
 * The pipes are also closed on this side for processes that left the group.
 */
export const runSecretCommand: SecretCommandRunner = async (argv, options) => {
	const { cwd, environment, signal, limit = limits.secretCommandMs } = options;
	const { openOutput = limits.openOutputMs } = options;
	const [program = '', ...rest] = argv;
	const child = execa(program, rest, {
		cwd,
		...exactEnvironment(environment),
		stdin: 'ignore',
		encoding: 'buffer',
		reject: false,
		stripFinalNewline: false,
		maxBuffer: MOST_OUTPUT_BYTES,
		detached: true,
	});
	const ending = limitProcessGroup(child, {
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
	why: TerminationReason | undefined,
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
	return formatSpawnError(result.cause);
}
