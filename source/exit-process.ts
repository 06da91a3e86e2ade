import { limits } from './engine/limits.ts';

/** Requests on the Node.js thread pool, which a normal process exit waits for. */
const ON_A_THREAD = /^(?:FSReq|FileHandle|GetAddrInfo|GetNameInfo|Zlib)/;

/**
 * Ends the process with an exit code. Remaining work (a library that waits for a pipe without a
 * writer, a DNS lookup) gets a short grace period and is then dropped. Output is flushed first, even
 * to a slow reader; a signal ends that wait.
 *
 * @param graceMs Milliseconds for the process to exit by itself.
 */
export function exitProcess(code: number, graceMs: number = limits.exitGraceMs): void {
	process.exitCode = code;
	// The timer must not keep the process alive.
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
 * `process.exit` joins the threads of the pool, so a thread that is blocked in `open` blocks it.
 * Replacing the process image ends all threads and keeps the exit code. Node.js before 22.15 has no
 * `execve`; there the process kills itself.
 */
function endNow(code: number): never {
	if (!process.getActiveResourcesInfo().some((name) => ON_A_THREAD.test(name))) process.exit(code);
	process.emit('exit', code);
	if (process.stdin.isTTY) process.stdin.setRawMode(false);
	try {
		process.execve?.('/bin/sh', ['sh', '-c', `exit ${code}`], {});
	} catch {
		// /bin/sh does not exist.
	}
	process.kill(process.pid, 'SIGKILL');
	throw new Error('the process is still running after SIGKILL');
}
