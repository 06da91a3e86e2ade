import { WizardError } from '../engine/errors.ts';
import { formatWait, reportHeartbeats } from '../engine/wait-registry.ts';
import type { OutputStreams } from '../reporters/front-end.ts';
import { writeLines } from '../reporters/output.ts';

/**
 * Runs a command without events so that ctrl-c ends it cleanly (exit code 130). Reports on standard
 * error what it is waiting for.
 */
export async function runWithAbortSignal<T>(
	streams: Pick<OutputStreams, 'err'>,
	work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
	const stop = new AbortController();
	const onSignal = (): void =>
		stop.abort(
			new WizardError('cancelled', {
				message: 'The command was interrupted.',
				next: ['Run the same command again.'],
			}),
		);
	const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
	for (const signal of signals) process.on(signal, onSignal);
	const end = reportHeartbeats((event) => writeLines(streams.err, [formatWait(event)]));
	try {
		return await work(stop.signal);
	} finally {
		end();
		for (const signal of signals) process.off(signal, onSignal);
	}
}
