import { execa } from 'execa';
import { type ChildEnvironment, createExactEnvironmentOptions } from './child-environment.ts';
import { limits } from './limits.ts';
import { endProcessGroupOnTimeoutOrAbort } from './process-group.ts';

interface HelperOptions {
	environment: ChildEnvironment;
	/** False: a failure is returned instead of thrown. */
	reject?: boolean;
	/** Its standard input; empty when not given. */
	input?: string;
	/** Milliseconds; `limits.helperMs` when not given. */
	timeout?: number;
	signal?: AbortSignal | undefined;
}

interface HelperResult {
	stdout: string;
	stderr: string;
	/** Undefined when it could not be started or was killed. */
	exitCode?: number | undefined;
}

/**
 * Runs a short local program such as `ssh -V`. Its process group is killed as a whole on a timeout,
 * because a wrapper script may ignore SIGTERM or leave a process that keeps the output open. The
 * output is limited.
 */
export async function runHelperProgram(
	program: string,
	argv: readonly string[],
	{ environment, input, timeout = limits.helperMs, signal, reject = true }: HelperOptions,
): Promise<HelperResult> {
	const child = execa(program, argv, {
		...createExactEnvironmentOptions(environment),
		...{ input, stdin: input === undefined ? 'ignore' : 'pipe' },
		...{ reject: false, detached: true },
		maxBuffer: limits.helperOutputBytes,
	});
	const ending = endProcessGroupOnTimeoutOrAbort(child, { signal, limitMs: timeout, graceMs: 0 });
	const ended = await child.finally(ending.stop);
	if (reject && ended.failed) throw ended;
	const { stdout, stderr, exitCode } = ended;
	return { stdout: stdout ?? '', stderr: stderr ?? '', exitCode };
}
