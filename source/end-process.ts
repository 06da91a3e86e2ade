import { limits } from './engine/limits.ts';

/** Requests that run on a thread of Node's pool, which an end of the process waits for. */
const ON_A_THREAD = /^(?:FSReq|FileHandle|GetAddrInfo|GetNameInfo|Zlib)/;

/**
 * Ends the process with an exit code. Everything that must still happen has happened, so what is
 * left (a library that waits for a pipe nobody writes to, a name lookup) is given a short time and
 * then dropped. The output is written whole first: a slow reader is waited for, as by any program,
 * and a signal ends that wait.
 *
 * @param graceMs Milliseconds for the process to end by itself.
 */
export function endProcess(code: number, graceMs: number = limits.exitGraceMs): void {
	process.exitCode = code;
	// Does not keep the process alive: it normally ends before.
	setTimeout(() => void flushAndEnd(code), graceMs).unref();
}

async function flushAndEnd(code: number): Promise<void> {
	const end = (): void => endNow(code);
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
	await Promise.all([process.stdout, process.stderr].map(flushed));
	end();
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
	return new Promise((done) => {
		if (stream.destroyed || stream.writableLength === 0) done();
		else stream.write('', () => done());
	});
}

/**
 * `process.exit` joins the threads of the pool, so a thread that is blocked in an `open` blocks it
 * too. Replacing the program ends all threads and keeps the exit code. Node before 22.15 cannot do
 * that; there a kill is the only way left.
 */
function endNow(code: number): never {
	if (!process.getActiveResourcesInfo().some((name) => ON_A_THREAD.test(name))) process.exit(code);
	process.emit('exit', code);
	if (process.stdin.isTTY) process.stdin.setRawMode(false);
	try {
		process.execve?.('/bin/sh', ['sh', '-c', `exit ${code}`], {});
	} catch {
		// There is no such shell.
	}
	process.kill(process.pid, 'SIGKILL');
	throw new Error('the process is still running after SIGKILL');
}
