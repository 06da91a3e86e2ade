import { MissingAnswersError } from '../engine/answers/answers-problem.ts';
import { type CancellationSource, createCancellationSource } from '../engine/cancellation.ts';
import { errorCodes, toWizardError } from '../engine/errors.ts';
import type { EngineEvent } from '../engine/events.ts';
import type { SecretRegistry } from '../engine/secret-registry.ts';
import { withHeartbeats } from '../engine/wait-registry.ts';
import { createRunFailedEvent } from '../reporters/format-failure.ts';
import type { FrontEnd } from '../reporters/front-end.ts';
import { checkTemporaryDirectory } from './temporary-directory.ts';

/** A terminal may deliver one ctrl-c twice: to the process group, and through a parent process. */
const SAME_INTERRUPT_MS = 500;

const words = {
	gentle: 'interrupt: stopping gracefully; the session can be resumed. Interrupt again to abort',
	hard: 'second interrupt: aborting Terraform. An init or plan that has not ended after 10 s is killed; resources that an apply is creating may be missing from the state',
};

/**
 * Shows the events of a run on a front end, cancels it on signals, and returns the exit code. An
 * error becomes the last event of the run.
 */
export async function runWithFrontEnd(
	frontEnd: FrontEnd,
	secrets: SecretRegistry,
	run: (cancel: CancellationSource) => AsyncGenerator<EngineEvent>,
): Promise<number> {
	const cancel = createCancellationSource();
	let lastSignalAt = 0;
	const onSignal = () => {
		if (Date.now() - lastSignalAt < SAME_INTERRUPT_MS) return;
		lastSignalAt = Date.now();
		const kind = cancel.request();
		if (kind !== 'ignored') frontEnd.show({ type: 'interrupt', text: words[kind] });
	};
	const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
	for (const signal of signals) process.on(signal, onSignal);
	// If the reader of the output is gone, stop gracefully instead of failing on the next write.
	for (const stream of [process.stdout, process.stderr]) stream.on('error', onSignal);
	try {
		checkTemporaryDirectory();
		for await (const event of withHeartbeats(run(cancel))) frontEnd.show(event);
		if (!cancel.gentle.aborted) return 0;
		frontEnd.show({ type: 'interrupt', text: 'the run finished before the interrupt took effect' });
		return errorCodes.cancelled.exitCode;
	} catch (thrown) {
		const error = toWizardError(thrown);
		const missing = error instanceof MissingAnswersError ? error.missing : undefined;
		frontEnd.show(secrets.maskShown(createRunFailedEvent(error, missing)));
		return error.exitCode;
	} finally {
		for (const signal of signals) process.off(signal, onSignal);
		for (const stream of [process.stdout, process.stderr]) stream.off('error', onSignal);
		frontEnd.end();
	}
}
