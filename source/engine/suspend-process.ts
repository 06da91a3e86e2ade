/** The time after which a process that is still running was not suspended. */
const DROPPED_MS = 500;

/**
 * Suspends this process as a shell expects on Ctrl-Z, ignoring other SIGTSTP listeners, and resolves
 * when it is resumed.
 */
export async function suspendProcess(): Promise<void> {
	const { promise, resolve } = Promise.withResolvers<void>();
	const listeners = process.listeners('SIGTSTP');
	process.removeAllListeners('SIGTSTP');
	process.once('SIGCONT', resolve);
	// Only this process: a running terraform must continue, or its state could be left incomplete.
	process.kill(process.pid, 'SIGTSTP');
	// Without a job control shell the signal is dropped, and no SIGCONT would follow.
	const timer = setTimeout(resolve, DROPPED_MS);
	await promise;
	clearTimeout(timer);
	process.removeListener('SIGCONT', resolve);
	for (const listener of listeners) process.on('SIGTSTP', listener);
}
