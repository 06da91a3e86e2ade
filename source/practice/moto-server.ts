import { randomUUID } from 'node:crypto';
import { WizardError } from '../engine/errors.ts';
import {
	type BackgroundProcess,
	createStartInterruptedError,
	EarlyExitError,
	endProcessGroup,
	isSameProcess,
	startBackgroundProcess,
} from './background-process.ts';
import { fetchStatus, findFreePort } from './loopback.ts';
import {
	createMotoEnvironment,
	MOTO_REQUIREMENT,
	type MotoSource,
	type MotoSourceContext,
	motoSources,
} from './moto-sources.ts';

/** Stored by a session to find its practice cloud again; plain data. */
export interface MotoRecord extends BackgroundProcess {
	/** `http://127.0.0.1:PORT` */
	endpoint: string;
	port: number;
	/** The ID of the source it was started from. */
	how: string;
}

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
}

/** Another process may take a free port before moto does. */
const PORT_ATTEMPTS = 5;
/** How long to wait for the proof that a responding server is ours before accepting it. */
const UNPROVEN_MS = 10_000;
const WHAT = 'the practice cloud';

/**
 * Starts the practice cloud: a moto server on a free loopback port, in its own session, so that it
 * outlives this process and a practice session can be resumed.
 *
 * @throws WizardError `command` if no moto server can be started, `usage` if TFE_WIZARD_MOTO is
 *   wrong, `timeout` if it does not respond in time, `cancelled`.
 */
export async function startMoto(options: MotoOptions): Promise<MotoServer> {
	const { environment = process.env, progress = () => {} } = options;
	const context: MotoSourceContext = {
		environment: createMotoEnvironment(environment),
		givenPath: environment.TFE_WIZARD_MOTO,
		cacheDir: options.cacheDir,
		progress,
		signal: options.signal,
	};
	const failures: string[] = [];
	for (const source of motoSources) {
		stopWhenCancelled(options.signal);
		const probed = source.probe(context);
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
		try {
			return await startOnPort(port, source, context, options);
		} catch (error) {
			const portTaken =
				error instanceof EarlyExitError &&
				/address already in use|errno (98|48)\b/i.test(error.output);
			if (!portTaken || attempt === PORT_ATTEMPTS) throw error;
		}
	}
}

async function startOnPort(
	port: number,
	source: MotoSource,
	context: MotoSourceContext,
	{ logPath, deadlineMs = 60_000, onProcess, signal }: MotoOptions,
): Promise<MotoServer> {
	const endpoint = `http://127.0.0.1:${port}`;
	// Another moto server may have taken the port and would respond as well: only ours writes the
	// request to our log.
	const proof = randomUUID();
	let respondedAt: number | undefined;
	const started = await startBackgroundProcess({
		...{ what: WHAT, argv: source.command(context, port), environment: context.environment },
		...{ logPath, deadlineMs, signal },
		onProcess: (process) => onProcess?.({ ...process, endpoint, port, how: source.id }),
		async isReady(_, output) {
			if ((await fetchStatus(`${endpoint}/moto-api/?started-by=${proof}`)) !== 200) return false;
			respondedAt ??= Date.now();
			return output().includes(proof) || Date.now() - respondedAt > UNPROVEN_MS;
		},
		describeTimeout: (output) => ({
			message: `The practice cloud did not respond within ${deadlineMs / 1000} s.`,
			expected: `a response from ${endpoint}/moto-api/`,
			details: output.trim().split('\n').slice(-5),
		}),
	});
	return withStop({ ...started, endpoint, port, how: source.id });
}

/**
 * Reattaches to the recorded server if that process still runs and responds; undefined otherwise
 * (its data is lost, and a new one must be started).
 */
export async function reattachMoto(record: MotoRecord): Promise<MotoServer | undefined> {
	if (!isSameProcess(record.pid, record.startedAt)) return undefined;
	const status = await fetchStatus(`${record.endpoint}/moto-api/`, 5_000);
	return status === 200 ? withStop(record) : undefined;
}

/** Stops the recorded server if it still runs; another process with its PID is not touched. */
export async function stopMoto(record: MotoRecord): Promise<void> {
	await endProcessGroup(record.pid, record.startedAt);
}

function withStop(record: MotoRecord): MotoServer {
	return { ...record, stop: () => stopMoto(record) };
}

function stopWhenCancelled(signal: AbortSignal | undefined): void {
	if (signal?.aborted === true) throw createStartInterruptedError(WHAT);
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
