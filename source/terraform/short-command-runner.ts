import type { ChildEnvironment } from '../engine/child-environment.ts';
import { WizardError } from '../engine/errors.ts';
import { formatByteSize } from '../engine/input-file.ts';
import { limits } from '../engine/limits.ts';
import { quoteExternalLines } from '../engine/terminal-escape.ts';
import { trackWait } from '../engine/wait-registry.ts';
import { type CapturedOutput, captureOutput } from './capture-output.ts';
import { parseTextDiagnostics } from './diagnostics.ts';
import { createFailureError } from './failure-messages.ts';
import { maskError } from './long-command-runner.ts';
import { createNotStartedError, createStartError } from './start-errors.ts';

interface ShortCommandOptions {
	binary: string;
	folder: string;
	environment: ChildEnvironment;
	/** For `version`, which needs no account and no state. */
	versionEnvironment: ChildEnvironment;
	signal?: AbortSignal;
	mask(text: string): string;
}

/** Runs short commands and keeps their output in memory. */
export class ShortCommandRunner {
	readonly #options: ShortCommandOptions;

	constructor(options: ShortCommandOptions) {
		this.#options = options;
	}

	/**
	 * @param good exit codes that mean success
	 * @throws WizardError if it cannot be started, fails or is interrupted
	 */
	async run(
		label: string,
		argv: readonly string[],
		folder = this.#options.folder,
		good: readonly number[] = [0],
		limitMs: number = limits.terraformReadMs,
	): Promise<CapturedOutput> {
		const { binary, signal } = this.#options;
		const environment =
			label === 'version' ? this.#options.versionEnvironment : this.#options.environment;
		const mostBytes = label === 'version' ? limits.helperOutputBytes : limits.stateBytes;
		if (signal?.aborted) throw createNotStartedError(label);
		let result: CapturedOutput;
		try {
			result = await trackWait(`terraform ${label}`, limitMs, () =>
				captureOutput(binary, argv, { folder, environment, signal, limitMs, mostBytes }),
			);
		} catch (error) {
			throw createStartError(error, binary, folder);
		}
		if (result.exitCode !== undefined && good.includes(result.exitCode)) return result;
		throw this.failure(label, result);
	}

	/** Parses standard output as JSON; anything else is a failure of the command. */
	json(label: string, result: CapturedOutput): unknown {
		try {
			return JSON.parse(result.stdout);
		} catch {
			throw this.failure(label, result);
		}
	}

	/** The error for a failed command, with known secrets masked. */
	failure(label: string, captured: CapturedOutput): WizardError {
		const { stderr, exitCode, signal, cancelled, lateAfterMs, moreThanBytes } = captured;
		const { binary, folder, mask } = this.#options;
		if (lateAfterMs !== undefined) {
			return new WizardError('timeout', {
				message: `${binary} ${label} did not finish within ${lateAfterMs / 1000} s.`,
				details: stderr.trim() === '' ? [] : quoteExternalLines(mask(stderr).trim()).slice(-5),
				next: [
					`Run it manually until it succeeds: cd ${folder} && ${binary} ${label}`,
					'Then run the same command again: it resumes.',
				],
			});
		}
		if (moreThanBytes !== undefined) {
			return new WizardError('command', {
				message: `${binary} ${label} printed more than ${formatByteSize(moreThanBytes)} and was stopped.`,
				next: [
					`Run it manually to see its output: cd ${folder} && ${binary} ${label} | head -n 20`,
					'Then run the same command again: it resumes.',
				],
			});
		}
		const diagnostics = parseTextDiagnostics(stderr);
		const interrupted = cancelled;
		const failure = { label, folder, diagnostics, stderr, exitCode, signal, interrupted };
		return maskError(createFailureError(failure), mask);
	}
}
