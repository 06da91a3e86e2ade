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
import { aboutFile, WizardError } from './errors.ts';
import { makeFolder } from './folders.ts';
import { hasNoLinks, isUnsupported, systemCode } from './system-errors.ts';

export interface Kept {
	/** Hex. Goes into the journal, and back into `readKept`. */
	sha256: string;
}

/**
 * Keeps bytes that must outlive this process and this machine's power: when it returns they are on
 * disk, whole, under this name, readable by this user alone, and were read back. A file that is there
 * already is never changed: with the same bytes it is fine, with others it is an error.
 *
 * The bytes go to a name of their own first and are linked to `path` when they are complete, so that
 * no crash and no full disk leaves half a file there. (Read back means from the page cache: what the
 * disk itself makes of an fsync cannot be seen from here.)
 *
 * @throws WizardError `refused` when other bytes are there; system errors with the path.
 */
export function keepDurably(path: string, bytes: Buffer): Kept {
	const sha256 = digest(bytes);
	const folder = dirname(resolve(path));
	makeFolderDurably(folder);
	if (!existsSync(path)) {
		const partial = `${path}.partial-${randomBytes(6).toString('hex')}`;
		try {
			writeWhole(partial, bytes);
			aboutFile(path, () => nameIt(partial, path));
		} finally {
			rmSync(partial, { force: true });
		}
	}
	// Also what another run wrote: it may have died before its bytes were safe.
	if (digest(readSynced(path)) !== sha256) throw otherBytes(path);
	syncFolder(folder);
	return { sha256 };
}

/**
 * The bytes kept before, if they are still the same.
 *
 * @param sha256 What `keepDurably` returned, hex.
 * @throws WizardError `refused` when the file is gone or not what was written.
 */
export function readKept(path: string, sha256: string): Buffer {
	const bytes = aboutFile(path, () => (existsSync(path) ? readRegular(path) : undefined));
	if (bytes === undefined) {
		throw new WizardError('refused', {
			message: `A stored file is missing: ${path}.`,
			expected: `a file whose SHA-256 is ${sha256}`,
			next: [`Restore it from another copy, then verify it: sha256sum '${path}'`],
		});
	}
	if (digest(bytes) === sha256) return bytes;
	throw new WizardError('refused', {
		message: `A stored file has changed: ${path}.`,
		expected: `SHA-256 ${sha256}`,
		details: [`Found: SHA-256 ${digest(bytes)}, ${bytes.length} bytes`],
		next: [`Restore it from another copy, then verify it: sha256sum '${path}'`],
	});
}

function writeWhole(path: string, bytes: Buffer): void {
	const file = openSync(path, 'wx', 0o600);
	try {
		aboutFile(path, () => {
			writeFileSync(file, bytes);
			fsyncSync(file);
		});
	} finally {
		closeSync(file);
	}
}

/** Unlike a rename, a link never replaces what somebody else put there meanwhile. */
function nameIt(partial: string, path: string): void {
	try {
		linkSync(partial, path);
	} catch (thrown) {
		if (systemCode(thrown) === 'EEXIST') return;
		// File systems without links, such as those of most memory sticks.
		if (!hasNoLinks(thrown)) throw thrown;
		if (!existsSync(path)) renameSync(partial, path);
	}
}

function readSynced(path: string): Buffer {
	return aboutFile(path, () => {
		const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
		try {
			if (!fstatSync(file).isFile()) throw otherBytes(path);
			fsyncSync(file);
		} finally {
			closeSync(file);
		}
		return readRegular(path);
	});
}

function readRegular(path: string): Buffer {
	const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
	try {
		if (!fstatSync(file).isFile()) throw otherBytes(path);
		return readFileSync(file);
	} finally {
		closeSync(file);
	}
}

/** Makes what is missing, 0700, and makes sure that its names are on disk too. */
function makeFolderDurably(folder: string): void {
	for (const made of makeFolder(folder).reverse()) syncFolder(dirname(made));
}

function syncFolder(folder: string): void {
	const handle = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
	try {
		aboutFile(folder, () => fsyncSync(handle));
	} catch (thrown) {
		// Some network file systems sync names by themselves, and refuse to be asked.
		if (!isUnsupported(thrown)) throw thrown;
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
