import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { WizardError } from './errors.ts';
import { formatByteSize } from './input-file.ts';
import { limits } from './limits.ts';
import { getSystemErrorCode } from './system-errors.ts';

const CHUNK_BYTES = 1024 * 1024;

/**
 * Reads a file written by this program or a child program: a regular file up to a size limit. A pipe
 * or device in its place is rejected, because reading it could block forever.
 *
 * @returns undefined when there is no such file.
 * @throws WizardError `refused` for anything but a regular file and for a file that is too large;
 *   system errors with the path.
 */
export function readRegularFile(
	path: string,
	maxBytes: number = limits.ownFileBytes,
): Buffer | undefined {
	let file: number;
	try {
		file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
	} catch (thrown) {
		const code = getSystemErrorCode(thrown);
		if (code === 'ENOENT') return undefined;
		if (code === 'ENXIO') throw notAFile(path, 'a socket or device');
		throw thrown;
	}
	try {
		const stat = fstatSync(file);
		if (!stat.isFile()) throw notAFile(path, describeFileType(stat));
		if (stat.size > maxBytes) throw tooLarge(path, maxBytes);
		const chunks: Buffer[] = [];
		for (let length = 0; ; ) {
			const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(stat.size - length, 0) + 1));
			const bytesRead = readSync(file, chunk, 0, chunk.length, null);
			if (bytesRead === 0) return Buffer.concat(chunks);
			chunks.push(chunk.subarray(0, bytesRead));
			length += bytesRead;
			// The file may grow while it is read.
			if (length > maxBytes) throw tooLarge(path, maxBytes);
		}
	} catch (thrown) {
		if (thrown instanceof Error && getSystemErrorCode(thrown) !== undefined)
			(thrown as NodeJS.ErrnoException).path ??= path;
		throw thrown;
	} finally {
		closeSync(file);
	}
}

/** The same as text. Bytes that are not UTF-8 become U+FFFD. */
export function readRegularFileText(
	path: string,
	maxBytes: number = limits.ownFileBytes,
): string | undefined {
	return readRegularFile(path, maxBytes)?.toString('utf8');
}

/** Opens a file of this program for appending; rejects anything but a regular file. */
export function openRegularFile(path: string, flags: number, mode = 0o600): number {
	let file: number;
	try {
		file = openSync(path, flags | constants.O_NONBLOCK | constants.O_NOCTTY, mode);
	} catch (thrown) {
		if (getSystemErrorCode(thrown) === 'ENXIO')
			throw notAFile(path, 'a named pipe, socket or device');
		throw thrown;
	}
	const stat = fstatSync(file);
	if (stat.isFile()) return file;
	closeSync(file);
	throw notAFile(path, describeFileType(stat));
}

/** The file type in words: "a directory", "a named pipe". */
export function describeFileType(stat: Stats): string {
	if (stat.isFile()) return 'a file';
	if (stat.isDirectory()) return 'a directory';
	if (stat.isFIFO()) return 'a named pipe';
	if (stat.isSocket()) return 'a socket';
	if (stat.isSymbolicLink()) return 'a symbolic link';
	return 'a device';
}

function notAFile(path: string, kind: string): WizardError {
	return new WizardError('refused', {
		message: `${path} is ${kind}, not a file. It was not changed.`,
		expected: 'a file written by tfe-wizard, or no file',
		next: ['Check what it is, move it away, then run the same command again.'],
	});
}

function tooLarge(path: string, mostBytes: number): WizardError {
	return new WizardError('refused', {
		message: `${path} is larger than ${formatByteSize(mostBytes)}. It was not changed.`,
		expected: `a file written by tfe-wizard, at most ${formatByteSize(mostBytes)}`,
		next: ['Check what it is, move it away, then run the same command again.'],
	});
}
