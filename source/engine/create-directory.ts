import { existsSync, mkdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { WizardError } from './errors.ts';
import { describeFileType } from './regular-file.ts';
import { formatSystemError, getSystemErrorCode, suggestSystemErrorFix } from './system-errors.ts';

/**
 * Creates a directory and its missing parents, for this user only. Replaces the recursive `mkdir` of
 * Node.js, which retries forever where the system returns ENOENT for a directory that cannot be
 * created, as below /proc (seen with Node.js 24.21). Created parents are removed when a later
 * directory cannot be created.
 *
 * @returns The created directories, outermost first.
 * @throws WizardError `refused` when a path component is not a directory, `command` when the
 *   system does not allow it.
 */
export function createDirectory(path: string): string[] {
	const missing: string[] = [];
	for (let at = resolve(path); !isFolder(at); at = dirname(at)) missing.unshift(at);
	const made: string[] = [];
	try {
		for (const folder of missing) {
			if (makeOne(folder)) made.push(folder);
		}
	} catch (thrown) {
		for (const folder of made.reverse()) {
			try {
				rmdirSync(folder);
			} catch {
				// Another process has put a file into it.
			}
		}
		throw thrown;
	}
	return made;
}

/** Returns false when another process created it first. */
function makeOne(folder: string): boolean {
	try {
		mkdirSync(folder, { mode: 0o700 });
		return true;
	} catch (thrown) {
		if (getSystemErrorCode(thrown) !== 'EEXIST') throw cannotCreate(folder, thrown);
		if (isFolder(folder)) return false;
		throw inTheWay(folder, 'a broken symbolic link');
	}
}

/** @throws WizardError `refused` when the path exists and is not a directory. */
function isFolder(path: string): boolean {
	try {
		const stat = statSync(path);
		if (stat.isDirectory()) return true;
		throw inTheWay(path, describeFileType(stat));
	} catch (thrown) {
		if (getSystemErrorCode(thrown) === 'ENOENT' || getSystemErrorCode(thrown) === 'ENOTDIR')
			return false;
		throw thrown;
	}
}

function cannotCreate(folder: string, thrown: unknown): WizardError {
	const parent = dirname(folder);
	const words: Readonly<Record<string, string>> = {
		EACCES: `this user cannot write to ${parent}`,
		EPERM: `this user cannot write to ${parent}`,
		// The parent exists.
		ENOENT: `the file system of ${parent} does not allow new directories`,
	};
	return new WizardError('command', {
		message: `Could not create the directory ${folder}: ${words[getSystemErrorCode(thrown) ?? ''] ?? formatSystemError(thrown, folder)}.`,
		expected: 'a location where this user can create directories and files',
		next: [
			`${suggestSystemErrorFix(thrown)}, or choose another directory, then run the same command again.`,
		],
		cause: thrown,
	});
}

/** The first path of `PATH` + separator + 1, 2, 3 … that does not exist. */
export function findFreePath(path: string, separator: string): string {
	for (let n = 1; ; n += 1) {
		const candidate = `${path}${separator}${n}`;
		if (!existsSync(candidate)) return candidate;
	}
}

function inTheWay(path: string, kind: string): WizardError {
	return new WizardError('refused', {
		message: `${path} is ${kind}, not a directory.`,
		expected: 'a directory, or a path where one can be created',
		next: ['Choose another directory, or move it away, then run the same command again.'],
	});
}
