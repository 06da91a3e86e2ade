/**
 * Signals that end a process without a handler (signal(7)). Excludes SIGINT, SIGTERM and SIGHUP,
 * which the program handles, SIGUSR1, which Node.js uses, and signals of a crashed process such as
 * SIGSEGV, which cannot be handled.
 */
const deadly = [
	'SIGQUIT',
	'SIGABRT',
	'SIGALRM',
	'SIGVTALRM',
	'SIGXCPU',
	'SIGUSR2',
	'SIGTRAP',
	'SIGSYS',
	...(process.platform === 'linux' ? (['SIGIO', 'SIGPWR', 'SIGSTKFLT'] as const) : []),
] as const satisfies readonly NodeJS.Signals[];

/**
 * Runs a handler before a signal ends this process.
 *
 * @param handler Must be synchronous.
 * @returns A function that removes the handler.
 */
export function onFatalSignal(handler: () => void): () => void {
	// Windows does not send these signals.
	const signals = process.platform === 'win32' ? [] : deadly;
	const heard = (signal: NodeJS.Signals) => {
		handler();
		end();
		process.kill(process.pid, signal);
	};
	const end = () => {
		for (const signal of signals) process.removeListener(signal, heard);
	};
	for (const signal of signals) process.on(signal, heard);
	return end;
}
