import { closeSync, constants, fchmodSync, fstatSync, openSync } from 'node:fs';
import { WizardError } from '../errors.ts';
import { makeFolder } from '../folders.ts';
import { isTrustedUser } from '../private-folder.ts';

const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * Creates a folder of a session where it is missing, for this user alone (mode 0700). Terraform runs
 * what is in it, and removing the session removes all of it: it must not lead elsewhere, and must not
 * be another user's.
 *
 * @throws WizardError `refused` for a symbolic link and for a folder of another user.
 */
export function makeOwnFolder(path: string): void {
	makeFolder(path);
	const folder = openOwn(path);
	try {
		fchmodSync(folder, 0o700);
	} finally {
		closeSync(folder);
	}
}

/** @throws WizardError as `makeOwnFolder` does; system errors when it is not there. */
export function assertOwnFolder(path: string): void {
	closeSync(openOwn(path));
}

function openOwn(path: string): number {
	let folder: number;
	try {
		folder = openSync(path, DIRECTORY);
	} catch (thrown) {
		const { code = '' } = thrown as NodeJS.ErrnoException;
		// Linux says ENOTDIR of a link that O_DIRECTORY meets, others ELOOP.
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
