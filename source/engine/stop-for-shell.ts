/** A process that still runs after this was not stopped. */
const DROPPED_MS = 500;

/**
 * Stops this process as a shell expects it of ctrl-z, whoever here listens to that, and resolves
 * when it goes on.
 */
export async function stopUntilContinued(): Promise<void> {
	const { promise, resolve } = Promise.withResolvers<void>();
	const listeners = process.listeners('SIGTSTP');
	process.removeAllListeners('SIGTSTP');
	process.once('SIGCONT', resolve);
	// Only this process: terraform under way goes on, or its state would be left half written.
	process.kill(process.pid, 'SIGTSTP');
	// Where no shell does job control the signal is dropped; nobody would ever continue.
	const timer = setTimeout(resolve, DROPPED_MS);
	await promise;
	clearTimeout(timer);
	process.removeListener('SIGCONT', resolve);
	for (const listener of listeners) process.on('SIGTSTP', listener);
}
