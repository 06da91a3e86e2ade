import type { Diagnostic, EngineEvent } from '../engine/events.ts';
import { limits } from '../engine/limits.ts';
import { registerWait } from '../engine/wait-registry.ts';
import {
	clearOversizedLog,
	followFileLines,
	prepareLogPaths,
	readFileEnd,
	removeProcessRecord,
	rewriteLogLines,
} from './command-logs.ts';
import { createFailureError, createNotStartedError, createStartError } from './failure-messages.ts';
import {
	type ChangeSummary,
	getPublicOutputs,
	omitStateFromLine,
	type PlannedChange,
	parseJsonMessage,
	type TerraformMessage,
	type TerraformOutput,
} from './json-messages.ts';
import { isDiskFull, releasePreallocation } from './reserve-disk-space.ts';
import {
	attachToProcess,
	createTerraformEnvironment,
	type ProcessRecord,
	type RunningProcess,
	spawnDetached,
	type TerraformEnvironmentVariables,
	type TerraformOptions,
} from './terraform-process.ts';
import { saveStateDump } from './terraform-state.ts';

/** What the messages of a command report. */
interface CommandReport {
	/** Errors and warnings without duplicates, by their JSON. */
	diagnostics: Map<string, Diagnostic>;
	planned: PlannedChange[];
	/** Addresses of resources that were deleted outside Terraform. */
	missing: Set<string>;
	/** The last change summary; Terraform prints it only if the command succeeded. */
	summary?: ChangeSummary;
	outputs?: Readonly<Record<string, TerraformOutput>>;
	/** `init` reported success. */
	initialised: boolean;
	/** Terraform reported that it received an interrupt. */
	interrupted: boolean;
	/** The state of an emergency dump. */
	stateDump?: string;
}

/** A command that succeeded. */
export interface SuccessfulCommandResult
	extends Pick<CommandReport, 'planned' | 'missing' | 'summary'> {
	/** Without sensitive ones; undefined if the command printed none. */
	outputs?: Readonly<Record<string, unknown>>;
	/** For a plan: whether applying it would change anything, including outputs. */
	changes: boolean;
	log: string;
}

/** Terraform must handle the first interrupt before it receives the second. */
const BETWEEN_INTERRUPTS_MS = 500;

const MIB = 1024 * 1024;
/**
 * Disk space for the messages of an apply and for a complete state in case Terraform has to print
 * it; other commands print less.
 */
const roomFor = (label: string) => (label === 'apply' ? 4 : 1) * MIB;

/** Printed whenever a mirror contains only one platform, which is normal for air-gapped sites. */
const EXPECTED_WARNING = 'Incomplete lock file information for providers';

/**
 * Runs long commands, each in a process that survives this one and logs its messages to a file. If
 * the consumer of the events stops early, the command continues and can be followed again from its
 * record.
 */
export class LongCommandRunner {
	readonly #options: TerraformOptions;
	#running: RunningProcess | undefined;
	#interrupts = 0;
	/** Polls until it is safe to interrupt. */
	#waiting: NodeJS.Timeout | undefined;
	#killing: NodeJS.Timeout | undefined;

	constructor(options: TerraformOptions) {
		this.#options = options;
	}

	/**
	 * Starts `argv` and yields its events. Only `plan` and `apply` need `variables`.
	 *
	 * @throws WizardError if it cannot be started, fails or is interrupted
	 */
	async *run(
		label: string,
		argv: readonly string[],
		variables?: TerraformEnvironmentVariables,
	): AsyncGenerator<EngineEvent, SuccessfulCommandResult> {
		const { binary, folder, logFolder, signal, onProcess } = this.#options;
		const environment = createTerraformEnvironment(this.#options.environment, variables);
		if (signal?.aborted) throw createNotStartedError(label);
		let running: RunningProcess;
		try {
			const paths = prepareLogPaths(logFolder, label);
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
	 * Attaches to a command that an earlier process started: yields all its events from the first
	 * one, whether it still runs or has ended. Success is derived from the messages.
	 *
	 * @throws WizardError as `run` does
	 */
	attach(record: ProcessRecord): AsyncGenerator<EngineEvent, SuccessfulCommandResult> {
		return this.#watch(attachToProcess(record));
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

	async *#watch(running: RunningProcess): AsyncGenerator<EngineEvent, SuccessfulCommandResult> {
		const { signal, step } = this.#options;
		const { record } = running;
		this.#running = running;
		this.#interrupts = 0;
		const inFlight = new InFlightOperations();
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
		const report: CommandReport = {
			...{ diagnostics: new Map(), planned: [], missing: new Set() },
			...{ initialised: false, interrupted: false },
		};
		const wait = registerWait(`terraform ${record.label}`);
		try {
			yield { type: 'log', step, path: record.stdoutPath };
			for await (const message of readMessages(running)) {
				if (!addToReport(report, message)) continue;
				inFlight.see(message);
				// Front ends show these, so that the command needs no other heartbeat.
				if (message.type === 'resource' || message.type === 'diagnostic') wait.reportProgress();
				const event = this.#toEvent(message);
				if (event !== undefined) yield event;
			}
		} finally {
			wait.close();
			signal?.removeEventListener('abort', onAbort);
			this.#stopWaiting();
			clearTimeout(this.#killing);
			this.#running = undefined;
		}
		return this.#conclude(running, report);
	}

	/** The event for a message that front ends show. */
	#toEvent(message: TerraformMessage): EngineEvent | undefined {
		const { step, stack } = this.#options;
		switch (message.type) {
			case 'resource': {
				const { type, ...progress } = message;
				return { type, step, stack, ...progress };
			}
			case 'diagnostic': {
				const { type, diagnostic } = message;
				return diagnostic.summary === EXPECTED_WARNING ? undefined : { type, step, diagnostic };
			}
			case 'lock':
				return { type: 'note', step, level: 'info', text: message.message };
			default:
				return undefined;
		}
	}

	async #conclude(
		running: RunningProcess,
		report: CommandReport,
	): Promise<SuccessfulCommandResult> {
		const { folder, pluginDir } = this.#options;
		const { label, stdoutPath, stderrPath } = running.record;
		releasePreallocation(stdoutPath);
		// After releasing the preallocation, which is the only free space on a full disk.
		const stateDump =
			report.stateDump === undefined ? undefined : await saveStateDump(report.stateDump, folder);
		const stderr = readFileEnd(stderrPath, limits.stderrTailBytes);
		await this.#maskLogs(running.record, stateDump);
		// If the state is only in the log, the next run tries to save it again.
		if (stateDump !== 'unsaved') removeProcessRecord(running.record);
		const { exitCode, signal } = running.outcome();
		const diagnostics = [...report.diagnostics.values()];
		const succeeded =
			signal === undefined &&
			(exitCode === undefined
				? reportsSuccess(label, report, stderr)
				: exitCode === 0 || (label === 'plan' && exitCode === 2));
		if (succeeded) {
			const { planned, missing, summary } = report;
			const outputs = report.outputs && getPublicOutputs(report.outputs);
			const changes = exitCode === undefined ? hasChanges(report) : exitCode === 2;
			return { changes, planned, missing, summary, outputs, log: stdoutPath };
		}
		throw createFailureError({
			...{ label, folder, pluginDir, diagnostics, stderr, exitCode, signal, stateDump },
			interrupted: this.#interrupts > 0 || report.interrupted,
			diskFull: isDiskFull(stdoutPath),
			log: stdoutPath,
		});
	}

	/** Logs must not contain known secrets, nor a dumped state that is saved elsewhere. */
	async #maskLogs(
		{ stdoutPath, stderrPath }: ProcessRecord,
		stateDump: 'saved' | 'unsaved' | undefined,
	): Promise<void> {
		const { mask } = this.#options;
		await rewriteLogLines(stdoutPath, (line) => {
			if (stateDump === undefined || parseJsonMessage(line).type !== 'state dump')
				return mask(line);
			// Keep the only copy of a state.
			return stateDump === 'unsaved' ? line : omitStateFromLine(line);
		});
		await rewriteLogLines(stderrPath, mask);
	}
}

/** Reads the messages of a running or ended command from its file, from the first to the last. */
export async function* readMessages(running: RunningProcess): AsyncGenerator<TerraformMessage> {
	const { stdoutPath, stderrPath } = running.record;
	const ended = (): boolean => {
		clearOversizedLog(stderrPath);
		return running.ended();
	};
	for await (const lines of followFileLines(stdoutPath, { ended })) {
		for (const line of lines) if (line !== '') yield parseJsonMessage(line);
	}
}

/** Adds a message to the report; false for a diagnostic that is already in it. */
function addToReport(report: CommandReport, message: TerraformMessage): boolean {
	switch (message.type) {
		case 'diagnostic': {
			const key = JSON.stringify(message.diagnostic);
			if (report.diagnostics.has(key)) return false;
			report.diagnostics.set(key, message.diagnostic);
			break;
		}
		case 'planned':
			report.planned.push(message.change);
			break;
		case 'drift':
			if (message.action === 'delete') report.missing.add(message.address);
			break;
		case 'summary':
			report.summary = message.summary;
			break;
		case 'outputs':
			report.outputs = message.outputs;
			break;
		case 'init':
			report.initialised ||= message.code.startsWith('output_init_success');
			break;
		case 'log':
			report.interrupted ||= /^(?:Interrupt|Two interrupts) received/.test(message.message);
			break;
		case 'state dump':
			report.stateDump = message.state;
			break;
	}
	return true;
}

/** Whether a command is read-only: `init` may copy a state; `apply` and `state push` write one. */
function changesNothing(label: string, argv: readonly string[]): boolean {
	return label === 'plan' || (label === 'init' && !argv.includes('-force-copy'));
}

/** Without an exit code: success by the message that only a successful command prints. */
function reportsSuccess(label: string, report: CommandReport, stderr: string): boolean {
	const { diagnostics, summary, initialised } = report;
	if ([...diagnostics.values()].some(({ severity }) => severity === 'error')) return false;
	if (label === 'init') return initialised;
	if (label === 'plan' || label === 'apply') return summary !== undefined;
	return !stderr.includes('Failed') && !stderr.includes('Error');
}

function hasChanges({ summary, outputs }: CommandReport): boolean {
	if (summary !== undefined && summary.add + summary.change + summary.remove + summary.import > 0) {
		return true;
	}
	return Object.values(outputs ?? {}).some(
		({ action }) => action !== undefined && action !== 'noop',
	);
}

/**
 * After this time AWS has answered the call that creates a resource, and the provider knows its ID
 * and only polls. Some resources are polled for about 6 s before the creation is reported (launch
 * templates).
 */
const ANSWERED_MS = 10_000;
/** When a resource completes, Terraform starts the next one within this time. */
const SETTLED_MS = 1_000;
/** The longest wait before an interrupt is sent anyway, in milliseconds. */
const PATIENCE_MS = 60_000;

/**
 * Tracks the operations of an apply and decides when it may be interrupted. On an interrupt the AWS
 * provider aborts its calls at once: if a creation is not answered yet, its ID is lost and no later
 * run can find the resource (seen with 5.100). So recent creations are waited for.
 */
export class InFlightOperations {
	readonly #since = new Map<string, number>();
	#lastChange: number;

	/** @param startedAt When watching started: earlier events are replayed within the first second. */
	constructor(startedAt = Date.now()) {
		this.#lastChange = startedAt;
	}

	see(event: TerraformMessage, now = Date.now()): void {
		if (event.type !== 'resource' || event.action === 'read' || event.phase === 'progress') return;
		this.#lastChange = now;
		if (event.phase === 'started') this.#since.set(event.address, now);
		else this.#since.delete(event.address);
	}

	/** Whether an interrupt requested at `asked` may be sent now. Times in ms since the epoch. */
	maySend(asked: number, now = Date.now()): boolean {
		if (now - asked >= PATIENCE_MS) return true;
		const youngest = Math.max(0, ...this.#since.values());
		return now - youngest >= ANSWERED_MS && now - this.#lastChange >= SETTLED_MS;
	}
}
