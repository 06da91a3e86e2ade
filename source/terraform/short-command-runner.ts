import type { Readable } from 'node:stream';
import { execa } from 'execa';
import {
	type ChildEnvironment,
	createExactEnvironmentOptions,
} from '../engine/child-environment.ts';
import { WizardError } from '../engine/errors.ts';
import { quoteExternalLines } from '../engine/escape-for-terminal.ts';
import { formatByteSize } from '../engine/input-file.ts';
import { limits } from '../engine/limits.ts';
import {
	endProcessGroupOnTimeoutOrAbort,
	type ProcessGroupKillReason,
} from '../engine/process-group.ts';
import { trackWait } from '../engine/wait-registry.ts';
import { parseTextDiagnostics } from './diagnostics.ts';
import { createFailureError, createNotStartedError, createStartError } from './failure-messages.ts';
import {
	createTerraformEnvironment,
	createVersionEnvironment,
	type TerraformOptions,
} from './terraform-process.ts';

interface CapturedOutput {
	exitCode?: number;
	signal?: string;
	stdout: string;
	stderr: string;
	/** Why it was stopped: the abort signal, the time limit or the size limit. */
	stopped?: ProcessGroupKillReason;
	/** The limits it ran with. */
	limitMs: number;
	mostBytes: number;
}

interface ShortCommandOptions {
	/** Exit codes that mean success. */
	good?: readonly number[];
	/** Milliseconds. */
	limitMs?: number;
	folder?: string;
}

/** Runs short commands and keeps their output in memory. */
export class ShortCommandRunner {
	readonly #options: TerraformOptions;

	constructor(options: TerraformOptions) {
		this.#options = options;
	}

	/** @throws WizardError if it cannot be started, fails or is interrupted */
	async run(
		label: string,
		argv: readonly string[],
		{
			good = [0],
			limitMs = limits.terraformReadMs,
			folder = this.#options.folder,
		}: ShortCommandOptions = {},
	): Promise<CapturedOutput> {
		const { binary, signal, environment, graceMs } = this.#options;
		const isVersion = label === 'version';
		if (signal?.aborted) throw createNotStartedError(label);
		const options = {
			folder,
			environment: isVersion
				? createVersionEnvironment(environment)
				: createTerraformEnvironment(environment),
			...{ signal, limitMs, graceMs },
			mostBytes: isVersion ? limits.helperOutputBytes : limits.stateBytes,
		};
		let result: CapturedOutput;
		try {
			result = await trackWait(`terraform ${label}`, limitMs, () =>
				captureOutput(binary, argv, options),
			);
		} catch (error) {
			throw createStartError(error, binary, folder);
		}
		if (result.exitCode !== undefined && good.includes(result.exitCode)) return result;
		throw this.failure(label, result);
	}

	/** The error for a failed command. */
	failure(
		label: string,
		{ stderr, exitCode, signal, stopped, limitMs, mostBytes }: CapturedOutput,
	): WizardError {
		const { binary, folder } = this.#options;
		if (stopped === 'late') {
			return new WizardError('timeout', {
				message: `${binary} ${label} did not finish within ${limitMs / 1000} s.`,
				details: stderr.trim() === '' ? [] : quoteExternalLines(stderr.trim()).slice(-5),
				next: [
					`Run it manually until it succeeds: cd ${folder} && ${binary} ${label}`,
					'Then run the same command again: it resumes.',
				],
			});
		}
		if (stopped === 'too-large') {
			return new WizardError('command', {
				message: `${binary} ${label} printed more than ${formatByteSize(mostBytes)} and was stopped.`,
				next: [
					`Run it manually to see its output: cd ${folder} && ${binary} ${label} | head -n 20`,
					'Then run the same command again: it resumes.',
				],
			});
		}
		const diagnostics = parseTextDiagnostics(stderr);
		const interrupted = stopped === 'cancelled';
		return createFailureError({
			...{ label, folder, diagnostics, stderr, exitCode, signal, interrupted },
		});
	}
}

interface CaptureOptions {
	folder: string;
	environment: ChildEnvironment;
	signal?: AbortSignal;
	/** Milliseconds. */
	limitMs: number;
	/** Of standard output and of standard error each. */
	mostBytes: number;
	/** Milliseconds between SIGINT and SIGKILL; `limits.terraformGraceMs` unless given. */
	graceMs?: number;
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
	options: CaptureOptions,
): Promise<CapturedOutput> {
	const { folder, environment, limitMs, mostBytes, graceMs = limits.terraformGraceMs } = options;
	const child = execa(binary, argv, {
		cwd: folder,
		...createExactEnvironmentOptions(environment),
		stdin: 'ignore',
		detached: true,
		reject: false,
		// execa would keep several copies, and its limit would stop only the command itself.
		buffer: false,
	});
	const ending = endProcessGroupOnTimeoutOrAbort(child, { ...options, graceMs });
	const stdout = collected(child.stdout, mostBytes, ending.tooLarge);
	const stderr = collected(child.stderr, mostBytes, ending.tooLarge);
	const { exitCode, signal, cause } = await child.finally(ending.stop);
	const stopped = ending.why();
	if (exitCode === undefined && signal === undefined && stopped === undefined) {
		throw cause ?? new Error(`${binary} could not be started`);
	}
	return { exitCode, signal, stdout: stdout(), stderr: stderr(), stopped, limitMs, mostBytes };
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
