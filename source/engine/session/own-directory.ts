import { closeSync, constants, fchmodSync, fstatSync, openSync } from 'node:fs';
import { createDirectory } from '../directories.ts';
import { WizardError } from '../errors.ts';
import { isTrustedUser } from '../private-directory.ts';

const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * Creates a directory of a session if it is missing, for this user only (mode 0700). Terraform executes
 * its content, and removing the session removes all of it, so it must not be a link and must not
 * belong to another user.
 *
 * @throws WizardError `refused` for a symbolic link and for a directory of another user.
 */
export function createOwnDirectory(path: string): void {
	createDirectory(path);
	const folder = openOwn(path);
	try {
		fchmodSync(folder, 0o700);
	} finally {
		closeSync(folder);
	}
}

/** @throws WizardError as `makeOwnFolder`; system errors when it does not exist. */
export function assertOwnDirectory(path: string): void {
	closeSync(openOwn(path));
}

function openOwn(path: string): number {
	let folder: number;
	try {
		folder = openSync(path, DIRECTORY);
	} catch (thrown) {
		const { code = '' } = thrown as NodeJS.ErrnoException;
		// For a link, O_DIRECTORY fails with ENOTDIR on Linux and with ELOOP on other systems.
		if (code !== 'ELOOP' && code !== 'ENOTDIR') throw thrown;
		throw new WizardError('refused', {
			message: `${path} is a symbolic link or a file.`,
			expected: 'a directory that belongs to this user',
			next: ['Move it away, or choose another directory with --home DIR or TFE_WIZARD_HOME.'],
		});
	}
	const { uid } = fstatSync(folder);
	if (isTrustedUser(uid)) return folder;
	closeSync(folder);
	throw new WizardError('refused', {
		message: `${path} belongs to another user (uid ${uid}), who could change what Terraform runs.`,
		expected: `a directory that belongs to uid ${process.getuid?.()}`,
		next: [
			'Run the same command as that user.',
			'Or choose another directory with --home DIR or TFE_WIZARD_HOME.',
		],
	});
}
