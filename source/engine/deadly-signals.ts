/**
 * Signals that end a process which does not listen to them (signal(7)). SIGINT, SIGTERM and SIGHUP
 * are not among them: the wizard listens to those and stops in order. SIGUSR1 is Node's own; and
 * what tells of a broken process (SIGSEGV and its like) cannot be handled in one.
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
 * Does something before a signal ends this process; it ends by that signal all the same.
 *
 * @param last Must not wait for anything.
 * @returns How to take that back.
 */
export function beforeDeadlySignals(last: () => void): () => void {
	// Windows ends a process without any of them.
	const signals = process.platform === 'win32' ? [] : deadly;
	const heard = (signal: NodeJS.Signals) => {
		last();
		end();
		process.kill(process.pid, signal);
	};
	const end = () => {
		for (const signal of signals) process.removeListener(signal, heard);
	};
	for (const signal of signals) process.on(signal, heard);
	return end;
}
