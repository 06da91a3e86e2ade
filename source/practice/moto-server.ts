import { WizardError } from '../engine/errors.ts';
import { fetchStatus, findFreePort } from './loopback.ts';
import { createMotoEnvironment } from './moto-environment.ts';
import { EarlyExitError, launchMoto, type MotoRecord } from './moto-launch.ts';
import {
	MOTO_REQUIREMENT,
	type MotoSource,
	type MotoSourceContext,
	motoSources,
} from './moto-sources.ts';
import { endProcessGroup, isSameProcess } from './process-identity.ts';

export type { MotoRecord } from './moto-launch.ts';

export interface MotoServer extends MotoRecord {
	/** Stops it with all its processes; its data is lost. Idempotent. */
	stop(): Promise<void>;
}

export interface MotoOptions {
	/** Contains the private virtual environment, if needed. */
	cacheDir: string;
	/** Appended to; created with mode 0600. */
	logPath: string;
	/** The operator's environment; little of it reaches moto. */
	environment?: NodeJS.ProcessEnv;
	/** Receives messages about slow operations. */
	progress?(text: string): void;
	/** Called with the process as soon as it exists, before it responds. */
	onProcess?(record: MotoRecord): void;
	/** How long to wait for a started server. */
	deadlineMs?: number;
	signal?: AbortSignal;
	sources?: readonly MotoSource[];
}

/** Another process may take a free port before moto does. */
const PORT_ATTEMPTS = 5;

/**
 * Starts the practice cloud: a moto server on a free loopback port, in its own session, so that it
 * outlives this process and a practice session can be resumed.
 *
 * @throws WizardError `command` if no moto server can be started, `usage` if TFE_WIZARD_MOTO is
 *   wrong, `timeout` if it does not respond in time, `cancelled`.
 */
export async function startMoto(options: MotoOptions): Promise<MotoServer> {
	const { environment = process.env, progress = () => {}, sources = motoSources } = options;
	const context: MotoSourceContext = {
		environment: createMotoEnvironment(environment),
		givenPath: environment.TFE_WIZARD_MOTO,
		cacheDir: options.cacheDir,
		progress,
		signal: options.signal,
	};
	const failures: string[] = [];
	for (const source of sources) {
		stopWhenCancelled(options.signal);
		const probed = await source.probe(context);
		if (probed !== true) {
			failures.push(`${source.title}: ${probed}`);
			continue;
		}
		try {
			await source.prepare?.(context);
			return await startFrom(source, context, options);
		} catch (error) {
			stopWhenCancelled(options.signal);
			if (error instanceof WizardError) throw error;
			if (source.explicit === true) throw notWorking(source, error, options.logPath);
			failures.push(`${source.title}: ${reasonOf(error)}`);
		}
	}
	throw new WizardError('command', {
		message:
			'Practice mode needs moto, which emulates AWS on this computer, but it could not be started.',
		expected: 'moto_server on PATH, or uvx or python3 to install it',
		details: failures,
		log: options.logPath,
		next: [`pip install '${MOTO_REQUIREMENT}'`, 'tfe-wizard practice'],
	});
}

async function startFrom(
	source: MotoSource,
	context: MotoSourceContext,
	options: MotoOptions,
): Promise<MotoServer> {
	for (let attempt = 1; ; attempt++) {
		const port = await findFreePort();
		const record = { endpoint: `http://127.0.0.1:${port}`, port, how: source.id };
		try {
			return withStop(
				await launchMoto({
					...{ record, argv: source.command(context, port), environment: context.environment },
					...{ logPath: options.logPath, deadlineMs: options.deadlineMs ?? 60_000 },
					...{ onProcess: options.onProcess, signal: options.signal },
				}),
			);
		} catch (error) {
			const portTaken = error instanceof EarlyExitError && error.portTaken;
			if (!portTaken || attempt === PORT_ATTEMPTS) throw error;
		}
	}
}

/**
 * Reattaches to the recorded server if that process still runs and responds; undefined otherwise
 * (its data is lost, and a new one must be started).
 */
export async function reattachMoto(
	record: MotoRecord,
	timeoutMs = 5_000,
): Promise<MotoServer | undefined> {
	if (!isSameProcess(record.pid, record.startedAt)) return undefined;
	const status = await fetchStatus(`${record.endpoint}/moto-api/`, timeoutMs);
	return status === 200 ? withStop(record) : undefined;
}

/** Stops the recorded server if it still runs; another process with its PID is not touched. */
export async function stopMoto(record: MotoRecord): Promise<void> {
	await endProcessGroup(record.pid, record.startedAt);
}

function withStop(record: MotoRecord): MotoServer {
	const { endpoint, port, pid, startedAt, logPath, how } = record;
	return { endpoint, port, pid, startedAt, logPath, how, stop: () => stopMoto(record) };
}

function stopWhenCancelled(signal: AbortSignal | undefined): void {
	if (signal?.aborted !== true) return;
	throw new WizardError('cancelled', { message: 'Starting the practice cloud was interrupted.' });
}

function notWorking(source: MotoSource, error: unknown, log: string): WizardError {
	return new WizardError('command', {
		message: `Could not start ${source.title}: ${reasonOf(error)}`,
		log,
		next: ['unset TFE_WIZARD_MOTO', `pip install '${MOTO_REQUIREMENT}'`],
		cause: error,
	});
}

/** The last line of the command's output, which contains the reason for python, pip and uv. */
function reasonOf(error: unknown): string {
	const { stderr, message } = error as { stderr?: unknown; message?: string };
	const text =
		typeof stderr === 'string' && stderr.trim() !== '' ? stderr : (message ?? String(error));
	return text.trim().split('\n').at(-1)?.trim() ?? '';
}
