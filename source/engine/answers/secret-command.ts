import { execa } from 'execa';
import { type ChildEnvironment, onlyWith } from '../child-environment.ts';

/** The longest a command may take to print a secret, in milliseconds. */
export const SECRET_COMMAND_MS = 60_000;

/** Kept of what it prints; a little more than any secret, so that too much can be told. */
const MOST_OUTPUT_BYTES = 128 * 1024;

export interface SecretCommandOptions {
	cwd: string;
	environment: ChildEnvironment;
	signal?: AbortSignal;
	/** Milliseconds; `SECRET_COMMAND_MS` unless given. */
	limit?: number;
}

export interface SecretCommandResult {
	stdout: Buffer;
	stderr: string;
	/** Why it gave nothing to use, as a clause ("ended with exit code 2"). */
	failure?: string;
}

export type RunSecretCommand = (
	argv: readonly string[],
	options: SecretCommandOptions,
) => Promise<SecretCommandResult>;

/**
 * Runs a command for what it prints, without a shell and without input. It gets a process group
 * of its own, ended as a whole: what a killed shell leaves behind would hold the pipes open.
 */
export const runSecretCommand: RunSecretCommand = async (argv, options) => {
	const { cwd, environment, signal, limit = SECRET_COMMAND_MS } = options;
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
	const end = (): void => endGroup(child.pid);
	let late = false;
	const timer = setTimeout(() => {
		late = true;
		end();
	}, limit);
	signal?.addEventListener('abort', end, { once: true });
	if (signal?.aborted) end();
	try {
		const result = await child;
		if (result.isMaxBuffer) end();
		return {
			stdout: Buffer.from(result.stdout ?? []),
			stderr: Buffer.from(result.stderr ?? []).toString('utf8'),
			failure: failureOf(result, late ? limit : undefined, signal?.aborted === true),
		};
	} finally {
		clearTimeout(timer);
		signal?.removeEventListener('abort', end);
	}
};

function endGroup(pid: number | undefined): void {
	if (pid === undefined) return;
	try {
		process.kill(-pid, 'SIGKILL');
	} catch {
		// It has ended by itself.
	}
}

interface Ending {
	failed: boolean;
	exitCode?: number;
	signal?: string;
	code?: string;
	isMaxBuffer: boolean;
}

function failureOf(result: Ending, lateAfter: number | undefined, aborted: boolean) {
	if (lateAfter !== undefined) return `took longer than ${lateAfter / 1000} s`;
	if (aborted) return 'was interrupted';
	if (result.isMaxBuffer) return `printed more than ${MOST_OUTPUT_BYTES / 1024} KiB`;
	if (!result.failed) return undefined;
	if (result.exitCode === 127) return 'was not found (exit code 127)';
	if (result.exitCode !== undefined) return `ended with exit code ${result.exitCode}`;
	if (result.signal !== undefined) return `was ended by ${result.signal}`;
	if (result.code === 'ENOENT') return 'was not found';
	return `could not be started (${result.code ?? 'unknown'})`;
}
