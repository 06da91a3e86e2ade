import { afterAll, vi } from 'vitest';

// The unit tests of one worker share a process: what a test file changes in it and leaves changed
// would decide the result of another file, depending on the order.

const environment = { ...process.env };
const directory = process.cwd();
const umask = process.umask();

/** The names of the variables whose value differs between two environments. */
function getChangedVariables(
	before: Readonly<NodeJS.ProcessEnv>,
	after: Readonly<NodeJS.ProcessEnv>,
): readonly string[] {
	const names = new Set([...Object.keys(before), ...Object.keys(after)]);
	return [...names].filter((name) => before[name] !== after[name]).sort();
}

afterAll(() => {
	const left = [
		...getChangedVariables(environment, process.env).map((name) => `variable ${name}`),
		...(process.cwd() === directory ? [] : ['the current directory']),
		...(process.umask() === umask ? [] : ['the umask']),
		...(vi.isFakeTimers() ? ['fake timers'] : []),
		...(process.exitCode === undefined ? [] : ['the exit code']),
	];
	for (const name of getChangedVariables(environment, process.env)) {
		const value = environment[name];
		if (value === undefined) delete process.env[name];
		else process.env[name] = value;
	}
	process.chdir(directory);
	process.umask(umask);
	vi.useRealTimers();
	process.exitCode = undefined;
	if (left.length > 0) throw new Error(`this test file leaves changed: ${left.join(', ')}`);
});
