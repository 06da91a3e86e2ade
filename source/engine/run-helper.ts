import { execa } from 'execa';
import { type ChildEnvironment, onlyWith } from './child-environment.ts';
import { endGroupWhen } from './end-group.ts';
import { limits } from './limits.ts';

export interface HelperOptions {
	environment: ChildEnvironment;
	/** False: a failure is returned and not thrown. */
	reject?: boolean;
	stdin?: 'ignore';
	input?: string;
	/** Milliseconds; `limits.helperMs` unless given. */
	timeout?: number;
	signal?: AbortSignal | undefined;
}

export interface HelperResult {
	stdout: string;
	stderr: string;
	/** Undefined when it could not be started or was ended. */
	exitCode?: number | undefined;
}

/**
 * Runs a local program that answers at once, such as `ssh -V`. It leads a process group, which is
 * ended as a whole when it takes too long: a wrapper of that name may ignore SIGTERM, or leave
 * something behind that holds the output open. What it may print is bounded.
 */
export async function runHelper(
	program: string,
	argv: readonly string[],
	{ environment, timeout = limits.helperMs, signal, reject = true, ...options }: HelperOptions,
): Promise<HelperResult> {
	const child = execa(program, argv, {
		...onlyWith(environment),
		...options,
		reject: false,
		detached: true,
		maxBuffer: limits.helperOutputBytes,
	});
	const ending = endGroupWhen(child, { signal, limitMs: timeout, graceMs: 0 });
	const ended = await child.finally(ending.stop);
	if (reject && ended.failed) throw ended;
	const { stdout, stderr, exitCode } = ended;
	return { stdout: stdout ?? '', stderr: stderr ?? '', exitCode };
}
