import type { ChildEnvironment } from '../engine/child-environment.ts';
import { WizardError } from '../engine/errors.ts';
import type { ResourceAction } from '../engine/events.ts';
import { limits } from '../engine/limits.ts';
import { startWait } from '../engine/wait-registry.ts';
import { createLogPaths, removeProcessRecord, rewriteLogLines } from './command-logs.ts';
import {
	attachToProcess,
	type ProcessRecord,
	type RunningProcess,
	spawnDetached,
} from './detached-process.ts';
import type { TerraformDiagnostic } from './diagnostics.ts';
import { isDiskFull } from './disk-space.ts';
import { createFailureError } from './failure-messages.ts';
import { type FollowResult, followMessages } from './follow-messages.ts';
import { InterruptTiming } from './interrupt-timing.ts';
import {
	type OutputMessage,
	parseStateDump,
	removeStateDump,
	type TerraformEvent,
} from './json-messages.ts';
import { createNotStartedError, createStartError } from './start-errors.ts';

/** A command that succeeded. */
export interface CommandOutcome {
	ok: true;
	label: string;
	/** Undefined if an earlier process started the command. */
	exitCode?: number;
	/** An interrupt was sent, but the command completed anyway. */
	interrupted: boolean;
	/** For a plan: whether applying it would change anything, including outputs. */
	changes: boolean;
	summary?: TerraformEvent & { type: 'summary' };
	outputs?: Readonly<Record<string, OutputMessage>>;
	warnings: readonly TerraformDiagnostic[];
	log: string;
}

export interface LongCommandOptions {
	binary: string;
	folder: string;
	logFolder: string;
	environment: ChildEnvironment;
	/** For the commands that evaluate variables: `plan` and `apply`. */
	withVariables: ChildEnvironment;
	pluginDir?: string;
	signal?: AbortSignal;
	/** Milliseconds between the second SIGINT and SIGKILL. Default: `limits.terraformGraceMs`. */
	graceMs?: number;
	mask(text: string): string;
	onProcess?(record: ProcessRecord): void;
	usual(resourceType: string, action: ResourceAction): readonly [number, number] | undefined;
}

/** Terraform must handle the first interrupt before it receives the second. */
const BETWEEN_INTERRUPTS_MS = 500;

const MIB = 1024 * 1024;
/**
 * Disk space for the messages of an apply and for a complete state in case Terraform has to print
 * it; other commands print less.
 */
const roomFor = (label: string) => (label === 'apply' ? 4 : 1) * MIB;

/** Runs long commands, each in a process that survives this one and logs its messages to a file. */
export class LongCommandRunner {
	readonly #options: LongCommandOptions;
	#running: RunningProcess | undefined;
	#interrupts = 0;
	/** Polls until it is safe to interrupt. */
	#waiting: NodeJS.Timeout | undefined;
	#killing: NodeJS.Timeout | undefined;

	constructor(options: LongCommandOptions) {
		this.#options = options;
	}

	/**
	 * Starts `argv` and yields its messages.
	 *
	 * @throws WizardError if it cannot be started, fails or is interrupted
	 */
	async *run(
		label: string,
		argv: readonly string[],
	): AsyncGenerator<TerraformEvent, CommandOutcome> {
		const { binary, folder, logFolder, signal, onProcess } = this.#options;
		const evaluates = label === 'plan' || label === 'apply';
		const environment = evaluates ? this.#options.withVariables : this.#options.environment;
		if (signal?.aborted) throw createNotStartedError(label);
		let running: RunningProcess;
		try {
			const paths = createLogPaths(logFolder, label);
			const room = roomFor(label);
			running = await spawnDetached({
				...{ binary, argv, folder, environment, label, room, ...paths },
				mayBeKilled: changesNothing(label, argv),
			});
		} catch (error) {
			throw createStartError(error, binary, folder);
		}
		onProcess?.(running.record);
		return yield* this.#watch(running);
	}

	/**
	 * Attaches to a command that an earlier process started: yields all its messages from the first
	 * one, whether it still runs or has ended. Success is derived from the messages.
	 *
	 * @throws WizardError as `run` does
	 */
	async *attach(record: ProcessRecord): AsyncGenerator<TerraformEvent, CommandOutcome> {
		return yield* this.#watch(attachToProcess(record));
	}

	/**
	 * Sends SIGINT to the running command. The first lets Terraform finish the operations in
	 * progress; the second aborts them, and resources being created may be missing from the state.
	 * There is no third. A command that changes nothing and does not end is killed after that; an
	 * apply never is.
	 *
	 * @returns how many have been sent, 0 if nothing runs
	 */
	interrupt(): 0 | 1 | 2 {
		if (this.#running === undefined || this.#running.ended()) return 0;
		if (this.#interrupts === 2) return 2;
		this.#interrupts += 1;
		this.#running.interrupt();
		if (this.#interrupts === 2) {
			const { graceMs = limits.terraformGraceMs } = this.#options;
			this.#killing = setTimeout(() => this.#running?.kill(), graceMs);
		}
		if (this.#waiting !== undefined) {
			// The first interrupt is still delayed, so this request sends both.
			this.#stopWaiting();
			setTimeout(() => this.interrupt(), BETWEEN_INTERRUPTS_MS);
		}
		return this.#interrupts === 1 ? 1 : 2;
	}

	#stopWaiting(): void {
		clearInterval(this.#waiting);
		this.#waiting = undefined;
	}

	async *#watch(running: RunningProcess): AsyncGenerator<TerraformEvent, CommandOutcome> {
		const { signal, folder, usual } = this.#options;
		this.#running = running;
		this.#interrupts = 0;
		const inFlight = new InterruptTiming();
		const onAbort = () => {
			if (this.#interrupts > 0) return;
			const asked = Date.now();
			const sendWhenSafe = () => {
				if (!inFlight.maySend(asked)) return;
				this.#stopWaiting();
				this.interrupt();
			};
			this.#waiting = setInterval(sendWhenSafe, 50);
			sendWhenSafe();
		};
		signal?.addEventListener('abort', onAbort);
		// The signal may have been aborted before this line, or before an attach.
		if (signal?.aborted) onAbort();
		let followed: FollowResult;
		const wait = startWait(`terraform ${running.record.label}`);
		try {
			yield { type: 'following', log: running.record.stdoutPath };
			followed = yield* followMessages(running, {
				folder,
				usual,
				see: (event) => {
					inFlight.see(event);
					if (isShown(event)) wait.heard();
				},
			});
		} finally {
			wait.close();
			signal?.removeEventListener('abort', onAbort);
			this.#stopWaiting();
			clearTimeout(this.#killing);
			this.#running = undefined;
		}
		await this.#maskLogs(running.record, followed);
		// If the state is only in the log, the next run tries to save it again.
		if (followed.stateDump !== 'unsaved') removeProcessRecord(running.record);
		return this.#conclude(running.record, followed);
	}

	#conclude({ label, stdoutPath }: ProcessRecord, followed: FollowResult): CommandOutcome {
		const { exitCode, summary, outputs, diagnostics } = followed;
		const interrupted = this.#interrupts > 0 || followed.interrupted;
		if (succeeded(label, followed)) {
			return {
				ok: true,
				label,
				exitCode,
				interrupted,
				changes: exitCode === undefined ? hasChanges(followed) : exitCode === 2,
				summary,
				outputs,
				warnings: diagnostics.filter(({ severity }) => severity === 'warning'),
				log: stdoutPath,
			};
		}
		const { folder, pluginDir, mask } = this.#options;
		const { stderr, signal, stateDump } = followed;
		const error = createFailureError({
			label,
			folder,
			pluginDir,
			diagnostics,
			stderr,
			exitCode,
			signal,
			interrupted,
			stateDump,
			diskFull: isDiskFull(stdoutPath),
			log: stdoutPath,
		});
		throw maskError(error, mask);
	}

	/** Logs must not contain known secrets, nor a dumped state that is saved elsewhere. */
	async #maskLogs(
		{ stdoutPath, stderrPath }: ProcessRecord,
		followed: FollowResult,
	): Promise<void> {
		const { mask } = this.#options;
		await rewriteLogLines(stdoutPath, (line) => {
			if (followed.stateDump === undefined || parseStateDump(line) === undefined) return mask(line);
			// Keep the only copy of a state.
			return followed.stateDump === 'unsaved' ? line : removeStateDump(line);
		});
		await rewriteLogLines(stderrPath, mask);
	}
}

/** Whether a command is read-only: `init` may copy a state; `apply` and `state push` write one. */
function changesNothing(label: string, argv: readonly string[]): boolean {
	return label === 'plan' || (label === 'init' && !argv.includes('-force-copy'));
}

/** Whether front ends show an event, so that the command needs no other heartbeat. */
function isShown({ type }: TerraformEvent): boolean {
	return type === 'resource' || type === 'diagnostic';
}

/** By exit code if known, else by the message that only a successful command prints. */
function succeeded(label: string, followed: FollowResult): boolean {
	const { exitCode, signal, diagnostics, summary, initialised, stderr } = followed;
	if (signal !== undefined) return false;
	if (exitCode !== undefined) return exitCode === 0 || (label === 'plan' && exitCode === 2);
	if (diagnostics.some(({ severity }) => severity === 'error')) return false;
	if (label === 'init') return initialised;
	if (label === 'plan' || label === 'apply') return summary !== undefined;
	return !stderr.includes('Failed') && !stderr.includes('Error');
}

function hasChanges({ summary, outputs }: FollowResult): boolean {
	if (summary !== undefined && summary.add + summary.change + summary.remove + summary.import > 0) {
		return true;
	}
	return Object.values(outputs ?? {}).some(
		({ action }) => action !== undefined && action !== 'noop',
	);
}

/** Masks every known secret in an error, because Terraform quotes values in its diagnostics. */
export function maskError(error: WizardError, mask: (text: string) => string): WizardError {
	const { message, expected, details, next, ...rest } = error.facts;
	return new WizardError(error.fault, {
		...rest,
		message: mask(message),
		expected: expected === undefined ? undefined : mask(expected),
		details: details?.map(mask),
		next: next?.map(mask),
	});
}
