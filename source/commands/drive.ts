import { type CancellationSource, cancellationSource } from '../engine/cancellation.ts';
import { asWizardError, faults, type WizardError } from '../engine/errors.ts';
import type { EngineEvent } from '../engine/events.ts';
import type { SecretRegistry } from '../engine/secrets.ts';
import type { Session } from '../engine/session/session.ts';
import { withHeartbeats } from '../engine/waits.ts';
import { failedEvent } from '../headless/failure.ts';
import type { FrontEnd } from '../headless/front-end.ts';
import { jsonLines } from '../headless/json-lines.ts';
import { MissingAnswers } from './answers-of-run.ts';
import { openEventLog } from './event-log.ts';
import { checkTemporaryFolder } from './temporary-folder.ts';

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
export async function drive(
	frontEnd: FrontEnd,
	secrets: SecretRegistry,
	run: (cancel: CancellationSource) => AsyncGenerator<EngineEvent>,
): Promise<number> {
	const cancel = cancellationSource();
	let last = 0;
	const onSignal = () => {
		if (Date.now() - last < SAME_INTERRUPT_MS) return;
		last = Date.now();
		const kind = cancel.request();
		if (kind !== 'ignored') frontEnd.show({ type: 'interrupt', text: words[kind] });
	};
	const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
	for (const signal of signals) process.on(signal, onSignal);
	// If the reader of the output is gone, stop gracefully instead of failing on the next write.
	for (const stream of [process.stdout, process.stderr]) stream.on('error', onSignal);
	try {
		checkTemporaryFolder();
		for await (const event of withHeartbeats(run(cancel))) frontEnd.show(event);
		if (!cancel.gentle.aborted) return 0;
		frontEnd.show({ type: 'interrupt', text: 'the run finished before the interrupt took effect' });
		return faults.cancelled.exitCode;
	} catch (thrown) {
		const error = asWizardError(thrown);
		const missing = error instanceof MissingAnswers ? error.missing : undefined;
		frontEnd.show(secrets.maskShown(failedEvent(error, missing)));
		return error.exitCode;
	} finally {
		for (const signal of signals) process.off(signal, onSignal);
		for (const stream of [process.stdout, process.stderr]) stream.off('error', onSignal);
		frontEnd.end();
	}
}

/**
 * Forwards events and also writes them to `logs/events.jsonl` of the session, including the failure
 * that ends the run.
 */
export async function* logged(
	session: Session,
	secrets: SecretRegistry,
	events: AsyncGenerator<EngineEvent>,
): AsyncGenerator<EngineEvent> {
	const file = openEventLog(session.folders.logs);
	const out = file ?? { write() {} };
	const log = jsonLines({ out }, session.record.practice ? { practice: true } : {});
	try {
		for await (const event of events) {
			log.show(event);
			yield event;
		}
	} catch (thrown) {
		const error: WizardError = asWizardError(thrown);
		log.show(secrets.maskShown(failedEvent(error)));
		throw error;
	} finally {
		file?.end();
	}
}
