import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, open as openFile, read as readBytes } from 'node:fs';
import { Socket } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type ErrorCode, WizardError } from './errors.ts';
import { limits } from './limits.ts';
import { formatSystemError, getSystemErrorCode } from './system-errors.ts';
import { trackWait } from './wait-registry.ts';

interface InputFileOptions {
	/** A description for messages and heartbeats: "the answers file". */
	what: string;
	mostBytes: number;
	/** For a pipe, from open to end of file. `limits.pipeMs` when not given. */
	limitMs?: number;
	signal?: AbortSignal | undefined;
	/** The error for a file that cannot be read or is too large. `answers` when not given. */
	fault?: ErrorCode;
	expected?: string;
	next?: readonly string[];
	/** Returns the first `mostBytes` and one more instead of rejecting a larger file. */
	cut?: boolean;
}

const open = promisify(openFile);
const read = promisify(readBytes);

const CHUNK_BYTES = 64 * 1024;
/**
 * The content of pipes, by path. A pipe can be read only once, but a run needs a value more than
 * once: to check it and to use it.
 */
const pipes = new Map<string, Buffer>();

/** The path that stands for standard input on the command line. */
export const STANDARD_INPUT = '-';

/** How messages name an input file: `standard input` for `-`. */
export const formatInputFileName = (path: string): string =>
	path === STANDARD_INPUT ? 'standard input' : path;

/** Between two reads of a device without data. */
const DEVICE_POLL_MS = 50;

/**
 * Reads a file that the operator specified: a regular file, `-` for standard input, or a pipe such as a
 * process substitution (`<(command)`), a named pipe or `/dev/stdin`. It is opened without blocking, because a blocking
 * open of a pipe without a writer would block a thread and the process exit forever.
 *
 * @throws WizardError `fault` when it cannot be read or is too large, `timeout` when a pipe does not
 *   end in time, `cancelled` when the signal is aborted.
 */
export async function readInputFile(path: string, options: InputFileOptions): Promise<Buffer> {
	const { what, limitMs = limits.pipeMs, signal, mostBytes } = options;
	const name = formatInputFileName(path);
	const late = AbortSignal.timeout(limitMs);
	const stop = signal === undefined ? late : AbortSignal.any([late, signal]);
	try {
		const bytes = await trackWait(`${what} ${name}`, limitMs, () =>
			orAborted(readBounded(path, mostBytes, stop), stop),
		);
		if (bytes.length <= mostBytes) return bytes;
		if (options.cut === true) return bytes.subarray(0, mostBytes + 1);
		throw refusal(options, `${name} is larger than ${formatByteSize(mostBytes)}`);
	} catch (thrown) {
		if (signal?.aborted === true) {
			throw new WizardError('cancelled', {
				message: `Reading ${what} ${name} was interrupted.`,
				next: ['Run the same command again.'],
			});
		}
		if (thrown instanceof WizardError) throw thrown;
		if (late.aborted) {
			throw new WizardError('timeout', {
				message: `Reading ${what} ${name} took longer than ${limitMs / 1000} s.`,
				expected: 'a file, or a pipe that a command writes to and closes',
				next: options.next ?? [
					'Check the command that writes to the pipe, then run the same command again.',
				],
			});
		}
		throw refusal(options, formatSystemError(thrown, name), thrown);
	}
}

/**
 * Reads an input file as text in UTF-8, with or without a byte order mark.
 *
 * @throws WizardError as `readInputFile`, and `fault` for another encoding.
 */
export async function readInputFileText(path: string, options: InputFileOptions): Promise<string> {
	const bytes = await readInputFile(path, options);
	const encoding = findEncodingProblem(bytes);
	if (encoding === undefined) return new TextDecoder('utf-8').decode(bytes);
	throw refusal(
		{ ...options, expected: 'text in UTF-8' },
		`${formatInputFileName(path)} ${encoding}; save it as UTF-8`,
	);
}

/** Why bytes are not UTF-8, as a clause that follows the file name. */
export function findEncodingProblem(bytes: Buffer): string | undefined {
	const [first, second] = bytes;
	if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
		return 'is encoded as UTF-16';
	return isUtf8(bytes) ? undefined : 'contains bytes that are not valid UTF-8';
}

/** "64 KiB", from bytes. */
export function formatByteSize(bytes: number): string {
	const kib = bytes / 1024;
	if (kib < 1) return `${bytes} bytes`;
	if (kib < 1024) return `${Math.round(kib)} KiB`;
	const mib = kib / 1024;
	return mib < 1024 ? `${Math.round(mib)} MiB` : `${Math.round(mib / 1024)} GiB`;
}

function refusal(
	{ what, fault = 'answers', expected, next }: InputFileOptions,
	why: string,
	cause?: unknown,
): WizardError {
	return new WizardError(fault, {
		message: `Could not read ${what}: ${why}.`,
		...(expected === undefined ? {} : { expected }),
		...(next === undefined ? {} : { next }),
		...(cause === undefined ? {} : { cause }),
	});
}

/** Reads at most one chunk more than allowed. */
async function readBounded(given: string, mostBytes: number, stop: AbortSignal): Promise<Buffer> {
	const path = given === STANDARD_INPUT ? '/dev/stdin' : given;
	let file: number;
	try {
		file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
	} catch (thrown) {
		// Node.js may pass standard input to a child as a socket, which cannot be opened by name.
		const inherited = inheritedDescriptor(path);
		if (getSystemErrorCode(thrown) !== 'ENXIO' || inherited === undefined) throw thrown;
		return pipes.get(resolve(path)) ?? remembered(path, await readPipe(inherited, mostBytes, stop));
	}
	let closes = true;
	try {
		stop.throwIfAborted();
		const stat = fstatSync(file);
		if (stat.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
		if (!stat.isFIFO()) return await readFile(file, mostBytes, stop);
		const known = pipes.get(resolve(path));
		if (known !== undefined) return known;
		closes = false;
		return remembered(path, await readPipe(file, mostBytes, stop));
	} finally {
		if (closes) closeSync(file);
	}
}

function remembered(path: string, bytes: Buffer): Buffer {
	pipes.set(resolve(path), bytes);
	return bytes;
}

/** The file descriptor behind a name such as `/dev/stdin` or `/dev/fd/63`. */
function inheritedDescriptor(path: string): number | undefined {
	const name = resolve(path);
	if (name === '/dev/stdin') return 0;
	const number = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(name)?.[1];
	return number === undefined ? undefined : Number(number);
}

/** Reads a regular file or a device. A device may temporarily have no data. */
async function readFile(file: number, mostBytes: number, stop: AbortSignal): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let length = 0;
	while (length <= mostBytes) {
		stop.throwIfAborted();
		const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, mostBytes + 1 - length));
		try {
			const { bytesRead } = await read(file, chunk, 0, chunk.length, null);
			if (bytesRead === 0) break;
			chunks.push(chunk.subarray(0, bytesRead));
			length += bytesRead;
		} catch (thrown) {
			if (getSystemErrorCode(thrown) !== 'EAGAIN') throw thrown;
			await sleep(DEVICE_POLL_MS, undefined, { signal: stop });
		}
	}
	return Buffer.concat(chunks);
}

/**
 * Reads a pipe or socket on the event loop, because a thread that reads one cannot be stopped. For a
 * named pipe the kernel reports its end only after a first writer (pipe_poll in fs/pipe.c).
 *
 * @param file Is closed.
 */
async function readPipe(file: number, mostBytes: number, stop: AbortSignal): Promise<Buffer> {
	const pipe = new Socket({ fd: file, readable: true, writable: false });
	const abort = (): void => void pipe.destroy(stop.reason as Error);
	stop.addEventListener('abort', abort, { once: true });
	try {
		const chunks: Buffer[] = [];
		let length = 0;
		for await (const chunk of pipe as AsyncIterable<Buffer>) {
			chunks.push(chunk);
			length += chunk.length;
			if (length > mostBytes) break;
		}
		stop.throwIfAborted();
		return Buffer.concat(chunks);
	} finally {
		stop.removeEventListener('abort', abort);
		pipe.destroy();
	}
}

/** Rejects when the signal is aborted, because a read on a hanging network file system cannot be stopped. */
function orAborted<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
	return new Promise((done, fail) => {
		const abort = (): void => fail(stop.reason);
		if (stop.aborted) abort();
		stop.addEventListener('abort', abort, { once: true });
		work.then(done, fail).finally(() => stop.removeEventListener('abort', abort));
	});
}
