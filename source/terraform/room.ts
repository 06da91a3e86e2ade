import { closeSync, ftruncateSync, openSync, statfsSync, statSync } from 'node:fs';
import { execaSync } from 'execa';
import { childEnvironment, onlyWith } from '../engine/child-environment.ts';
import { WizardError } from '../engine/errors.ts';
import { limits } from '../engine/limits.ts';

/** Below this a disk counts as full: the next file or the next line does not fit any more. */
const NEXT_TO_NOTHING = 64 * 1024;

/**
 * Sets room on the disk aside for a file that is about to grow, so that what terraform says, and
 * the state it prints when it can store it nowhere else, still lands there when the disk fills
 * up meanwhile. The file's size stays as it is. Where the system cannot do this (`fallocate` of
 * util-linux, on most Linux file systems), nothing happens.
 *
 * @throws WizardError `command` when there is not that much room
 */
export function setRoomAside(path: string, bytes: number): void {
	const { bavail, bsize } = statfsSync(path);
	if (bavail * bsize < bytes) throw tooFull(path, bytes);
	const argv = ['--keep-size', '--length', String(bytes), path];
	const { exitCode, stderr } = execaSync('fallocate', argv, {
		...onlyWith(childEnvironment({ for: 'helper', inherited: process.env, add: { LC_ALL: 'C' } })),
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

/** Gives back what the file did not need. */
export function giveRoomBack(path: string): void {
	try {
		const file = openSync(path, 'r+');
		try {
			ftruncateSync(file, statSync(path).size);
		} finally {
			closeSync(file);
		}
	} catch {
		// The file is gone: then so is what it held.
	}
}

/** Whether the disk that holds `path` has no room left to speak of. */
export function isDiskFull(path: string): boolean {
	try {
		const { bavail, bsize } = statfsSync(path);
		return bavail * bsize < NEXT_TO_NOTHING;
	} catch {
		return false;
	}
}
