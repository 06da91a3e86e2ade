import { createHash, randomBytes } from 'node:crypto';
import {
	closeSync,
	constants,
	existsSync,
	fstatSync,
	fsyncSync,
	linkSync,
	openSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createDirectory } from './create-directory.ts';
import { addPathToErrors, WizardError } from './errors.ts';
import {
	getSystemErrorCode,
	isHardLinkUnsupportedError,
	isUnsupportedError,
} from './system-errors.ts';

/**
 * Writes bytes that must survive a crash and a power failure. On return they are on disk, complete,
 * readable by this user only, and were read back. An existing file is never changed: the same
 * content is accepted, other content is an error.
 *
 * The bytes are written to a temporary name and linked to `path` when complete, so that a crash or a
 * full disk leaves no partial file. They are read back from the page cache, not from the disk.
 *
 * @returns The hex digest (SHA-256), which is stored in the journal and passed to `readFileMatchingSha256`.
 * @throws WizardError `refused` when a different file exists; system errors with the path.
 */
export function writeFileOnceDurably(path: string, bytes: Buffer): string {
	const sha256 = digest(bytes);
	const folder = dirname(resolve(path));
	for (const created of createDirectory(folder).reverse()) syncFolder(dirname(created));
	if (!existsSync(path)) {
		const partial = `${path}.partial-${randomBytes(6).toString('hex')}`;
		try {
			writeWhole(partial, bytes);
			addPathToErrors(path, () => nameIt(partial, path));
		} finally {
			rmSync(partial, { force: true });
		}
	}
	// Also for a file of another run, which may have crashed before its data was synced.
	if (digest(readRegular(path, true)) !== sha256) throw otherBytes(path);
	syncFolder(folder);
	return sha256;
}

/**
 * Reads a file written by `writeFileOnceDurably` and verifies its content.
 *
 * @param sha256 The hex digest that `writeFileOnceDurably` returned.
 * @throws WizardError `refused` when the file is missing or has changed.
 */
export function readFileMatchingSha256(path: string, sha256: string): Buffer {
	const bytes = existsSync(path) ? readRegular(path) : undefined;
	if (bytes !== undefined && digest(bytes) === sha256) return bytes;
	const problem =
		bytes === undefined
			? {
					message: `A stored file is missing: ${path}.`,
					expected: `a file whose SHA-256 is ${sha256}`,
				}
			: {
					message: `A stored file has changed: ${path}.`,
					expected: `SHA-256 ${sha256}`,
					details: [`Found: SHA-256 ${digest(bytes)}, ${bytes.length} bytes`],
				};
	const next = [`Restore it from another copy, then verify it: sha256sum '${path}'`];
	throw new WizardError('refused', { ...problem, next });
}

/** Replaces a file by a single rename, so that it is complete after a crash. */
export function replaceFileAtomically(path: string, content: string | Buffer, mode = 0o600): void {
	const draft = `${path}.new`;
	addPathToErrors(path, () => writeFileSync(draft, content, { mode, flush: true }));
	renameSync(draft, path);
}

function writeWhole(path: string, bytes: Buffer): void {
	const file = openSync(path, 'wx', 0o600);
	try {
		addPathToErrors(path, () => {
			writeFileSync(file, bytes);
			fsyncSync(file);
		});
	} finally {
		closeSync(file);
	}
}

/** Unlike a rename, a link never replaces a file that another process created in the meantime. */
function nameIt(partial: string, path: string): void {
	try {
		linkSync(partial, path);
	} catch (thrown) {
		if (getSystemErrorCode(thrown) === 'EEXIST') return;
		// File systems without hard links, such as exFAT.
		if (!isHardLinkUnsupportedError(thrown)) throw thrown;
		if (!existsSync(path)) renameSync(partial, path);
	}
}

/** @param sync Syncs the file before it is read. */
function readRegular(path: string, sync = false): Buffer {
	return addPathToErrors(path, () => {
		const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
		try {
			if (!fstatSync(file).isFile()) throw otherBytes(path);
			if (sync) fsyncSync(file);
			return readFileSync(file);
		} finally {
			closeSync(file);
		}
	});
}

function syncFolder(folder: string): void {
	const handle = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
	try {
		addPathToErrors(folder, () => fsyncSync(handle));
	} catch (thrown) {
		// Some network file systems sync directories themselves and do not support fsync on them.
		if (!isUnsupportedError(thrown)) throw thrown;
	} finally {
		closeSync(handle);
	}
}

function otherBytes(path: string): WizardError {
	return new WizardError('refused', {
		message: `A different file already exists: ${path}. It was not changed.`,
		expected: 'no file with this name, or one with the same content',
		next: ['Check what it is, move it away, then run the same command again.'],
	});
}

function digest(bytes: Buffer): string {
	return createHash('sha256').update(bytes).digest('hex');
}
