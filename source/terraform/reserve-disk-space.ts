import { closeSync, ftruncateSync, openSync, statfsSync, statSync } from 'node:fs';
import { execaSync } from 'execa';
import {
	buildChildEnvironment,
	createExactEnvironmentOptions,
} from '../engine/child-environment.ts';
import { WizardError } from '../engine/errors.ts';
import { limits } from '../engine/limits.ts';

/** Below this a disk is considered full: the next file or line does not fit. */
const NEXT_TO_NOTHING = 64 * 1024;

/**
 * Reserves disk space for a file that is about to grow, so that Terraform's messages, and a state
 * that it cannot store anywhere else, can still be written if the disk becomes full. The file size
 * does not change. Does nothing where the system does not support it (`fallocate` of util-linux
 * works on most Linux file systems).
 *
 * @throws WizardError `command` if there is not enough space
 */
export function preallocateFile(path: string, bytes: number): void {
	const { bavail, bsize } = statfsSync(path);
	if (bavail * bsize < bytes) throw tooFull(path, bytes);
	const argv = ['--keep-size', '--length', String(bytes), path];
	const { exitCode, stderr } = execaSync('fallocate', argv, {
		...createExactEnvironmentOptions(
			buildChildEnvironment({ for: 'helper', inherited: process.env, add: { LC_ALL: 'C' } }),
		),
		reject: false,
		timeout: limits.helperMs,
		killSignal: 'SIGKILL',
	});
	if (exitCode === 0 || !/No space left|quota exceeded/i.test(stderr ?? '')) return;
	throw tooFull(path, bytes);
}

function tooFull(path: string, bytes: number): WizardError {
	return new WizardError('command', {
		message: `The disk is almost full: less than ${bytes / 1024 / 1024} MiB is available for ${path}.`,
		details: ['Nothing was started.'],
		next: ['Free space on that disk, then run the same command again.'],
	});
}

/** Releases the reserved space that the file did not use. */
export function releasePreallocation(path: string): void {
	try {
		const file = openSync(path, 'r+');
		try {
			ftruncateSync(file, statSync(path).size);
		} finally {
			closeSync(file);
		}
	} catch {
		// The file no longer exists, nor does its reserved space.
	}
}

/** Whether the disk of `path` is practically full. */
export function isDiskFull(path: string): boolean {
	try {
		const { bavail, bsize } = statfsSync(path);
		return bavail * bsize < NEXT_TO_NOTHING;
	} catch {
		return false;
	}
}
