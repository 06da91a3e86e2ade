import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { addPathToErrors, WizardError } from './errors.ts';
import { formatByteSize } from './input-file.ts';
import { limits } from './limits.ts';
import { getSystemErrorCode } from './system-errors.ts';

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
		file = openRegularFile(path, constants.O_RDONLY);
	} catch (thrown) {
		if (getSystemErrorCode(thrown) === 'ENOENT') return undefined;
		throw thrown;
	}
	try {
		return addPathToErrors(path, () => {
			if (fstatSync(file).size > maxBytes) throw tooLarge(path, maxBytes);
			const bytes = readFileSync(file);
			// The file may grow while it is read.
			if (bytes.length > maxBytes) throw tooLarge(path, maxBytes);
			return bytes;
		});
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

/** Opens a file of this program; rejects anything but a regular file. */
export function openRegularFile(path: string, flags: number): number {
	let file: number;
	try {
		file = openSync(path, flags | constants.O_NONBLOCK | constants.O_NOCTTY, 0o600);
	} catch (thrown) {
		if (getSystemErrorCode(thrown) !== 'ENXIO') throw thrown;
		const pipe = (flags & constants.O_WRONLY) === 0 ? '' : 'named pipe, ';
		throw notAFile(path, `a ${pipe}socket or device`);
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

const notAFile = (path: string, kind: string): WizardError =>
	refusal(`${path} is ${kind}, not a file`, 'or no file');

const tooLarge = (path: string, maxBytes: number): WizardError =>
	refusal(
		`${path} is larger than ${formatByteSize(maxBytes)}`,
		`at most ${formatByteSize(maxBytes)}`,
	);

function refusal(problem: string, expected: string): WizardError {
	return new WizardError('refused', {
		message: `${problem}. It was not changed.`,
		expected: `a file written by tfe-wizard, ${expected}`,
		next: ['Check what it is, move it away, then run the same command again.'],
	});
}
