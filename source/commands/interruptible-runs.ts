import { type CancellationSource, createCancellationSource } from '../engine/cancellation.ts';
import { errorCodes, toWizardError, WizardError } from '../engine/errors.ts';
import type { EngineEvent } from '../engine/events.ts';
import { addWaitingEvents, formatWaitingEvent, reportLongWaits } from '../engine/wait-registry.ts';
import { createRunFailedEvent } from '../reporters/format-failure.ts';
import { writeLines } from '../reporters/output.ts';
import { checkTemporaryDirectory } from './check-temporary-directory.ts';
import { type CommandContext, createFrontEnd } from './command-context.ts';

/** A terminal may deliver one ctrl-c twice: to the process group, and through a parent process. */
const SAME_INTERRUPT_MS = 500;

const words = {
	gentle: 'interrupt: stopping gracefully; the session can be resumed. Interrupt again to abort',
	hard: 'second interrupt: aborting Terraform. An init or plan that has not ended after 10 s is killed; resources that an apply is creating may be missing from the state',
};

/**
 * Shows the events of a run on the front end that the flags select, cancels it on signals, and
 * returns the exit code. An error becomes the last event of the run.
 */
export async function runWithFrontEnd(
	context: CommandContext,
	practice: boolean,
	run: (cancel: CancellationSource) => AsyncGenerator<EngineEvent>,
): Promise<number> {
	const frontEnd = createFrontEnd(context, practice);
	const cancel = createCancellationSource();
	let lastSignalAt = 0;
	const onSignal = () => {
		if (Date.now() - lastSignalAt < SAME_INTERRUPT_MS) return;
		lastSignalAt = Date.now();
		const kind = cancel.request();
		if (kind !== 'ignored') frontEnd.show({ type: 'interrupt', text: words[kind] });
	};
	const ignoreSignals = handleSignals(onSignal);
	// If the reader of the output is gone, stop gracefully instead of failing on the next write.
	for (const stream of [process.stdout, process.stderr]) stream.on('error', onSignal);
	try {
		checkTemporaryDirectory();
		for await (const event of addWaitingEvents(run(cancel))) frontEnd.show(event);
		if (!cancel.gentle.aborted) return 0;
		frontEnd.show({ type: 'interrupt', text: 'the run finished before the interrupt took effect' });
		return errorCodes.cancelled.exitCode;
	} catch (thrown) {
		const error = toWizardError(thrown);
		frontEnd.show(context.secrets.maskShown(createRunFailedEvent(error)));
		return error.exitCode;
	} finally {
		ignoreSignals();
		for (const stream of [process.stdout, process.stderr]) stream.off('error', onSignal);
		frontEnd.end();
	}
}

/**
 * Runs a command without events so that ctrl-c ends it cleanly (exit code 130). Reports on standard
 * error what it is waiting for.
 */
export async function runWithAbortSignal<T>(
	{ streams }: Pick<CommandContext, 'streams'>,
	work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
	const stop = new AbortController();
	const ignoreSignals = handleSignals(() =>
		stop.abort(
			new WizardError('cancelled', {
				message: 'The command was interrupted.',
				next: ['Run the same command again.'],
			}),
		),
	);
	const endHeartbeats = reportLongWaits((event) =>
		writeLines(streams.err, [formatWaitingEvent(event)]),
	);
	try {
		return await work(stop.signal);
	} finally {
		endHeartbeats();
		ignoreSignals();
	}
}

/** Calls `onSignal` for signals that would end the process. Returns a function that ends this. */
export function handleSignals(
	onSignal: () => void,
	signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'],
): () => void {
	for (const signal of signals) process.on(signal, onSignal);
	return () => {
		for (const signal of signals) process.off(signal, onSignal);
	};
}
