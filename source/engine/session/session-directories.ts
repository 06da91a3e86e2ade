import {
	closeSync,
	constants,
	fchmodSync,
	fstatSync,
	lstatSync,
	openSync,
	realpathSync,
	type Stats,
	statSync,
} from 'node:fs';
import { join } from 'node:path';
import { createDirectory } from '../directories.ts';
import { addPathToErrors, WizardError } from '../errors.ts';
import {
	type ExposedPath,
	findExposedPath,
	isTrustedUser,
	isWritableByOthers,
} from '../private-directory.ts';
import { describeFileType } from '../regular-file.ts';
import { quoteShellWord } from '../shell-quote.ts';
import {
	formatSystemError,
	formatSystemErrorSentence,
	getSystemErrorCode,
} from '../system-errors.ts';

/** The directories of a session, readable by the owner only. */
export interface SessionDirectories {
	root: string;
	/** A plain Terraform root module per stack. */
	workspace: string;
	logs: string;
	plans: string;
}

export function buildSessionPaths(home: string, name: string): SessionDirectories {
	const root = join(home, 'sessions', name);
	return {
		root,
		workspace: join(root, 'workspace'),
		logs: join(root, 'logs'),
		plans: join(root, 'plans'),
	};
}

const expected = 'a directory of this user, or a path where one can be created';

/**
 * Rejects a home directory that cannot store sessions, before anything is created: a file or pipe, a
 * broken link, a directory in which another user could change sessions. A missing directory is
 * accepted and created with the first session.
 *
 * @param home An absolute path.
 * @throws WizardError `usage` for a path that cannot be a directory, `refused` as in
 *   `assertSecureSessionsDirectory`, `command` when the path is not accessible.
 */
export function assertUsableHome(home: string): void {
	if (/\p{Cc}/u.test(home))
		throw unusable(
			`The home directory ${JSON.stringify(home)} has a line break or control character in its name.`,
		);
	if (home.includes('\uFFFD'))
		throw unusable(`The home directory ${home} has a name that is not valid UTF-8.`);
	const found = statOf(home, lstatSync);
	const target = found?.isSymbolicLink() ? statOf(home, statSync) : found;
	if (found !== undefined && target === undefined)
		throw unusable(`The home directory ${home} is a broken symbolic link.`);
	if (target?.isDirectory() === false)
		throw unusable(`The home directory ${home} is ${describeFileType(target)}, not a directory.`);
	assertSecureSessionsDirectory(home);
}

/**
 * Rejects a home directory in which another user could replace, redirect or remove sessions: every
 * directory and link up to `sessions` must belong to a trusted user (`isTrustedUser`) and must not be
 * writable by others. The sticky bit is accepted for the home directory, but not for `sessions`.
 *
 * @throws WizardError `refused`, naming the directory or link and its owner or mode.
 */
export function assertSecureSessionsDirectory(home: string): void {
	const sessions = join(home, 'sessions');
	addPathToErrors(sessions, () => {
		const exposed = findExposedPath(sessions);
		if (exposed !== undefined) throw insecure(home, exposed);
		const stats = statSync(sessions, { throwIfNoEntry: false });
		if (stats === undefined || !isWritableByOthers(stats)) return;
		const path = realpathSync(sessions);
		const mode = stats.mode & 0o7777;
		throw insecure(home, { path, uid: stats.uid, mode, link: false, trustedOwner: true });
	});
}

/**
 * Creates the directory of all sessions if it is missing, for this user only.
 *
 * @throws WizardError as `assertSecureSessionsDirectory` and `createDirectory`.
 */
export function createSessionsDirectory(home: string): void {
	assertSecureSessionsDirectory(home);
	createDirectory(join(home, 'sessions'));
	// In a home directory with the sticky bit another user may have created it first.
	assertSecureSessionsDirectory(home);
}

function insecure(home: string, { path, uid, mode, link, trustedOwner }: ExposedPath): WizardError {
	const what = `The ${link ? 'symbolic link' : 'directory'} ${path}`;
	const other =
		'Choose a directory that only this user can write to with --home DIR or TFE_WIZARD_HOME.';
	const own = process.getuid?.();
	const harm = `could replace or remove the sessions in ${home}`;
	return new WizardError('refused', {
		message: trustedOwner
			? `${what} is writable by other users (mode ${mode.toString(8).padStart(4, '0')}), who ${harm}.`
			: `${what} belongs to another user (uid ${uid}), who ${harm}.`,
		expected: `a directory of ${own === 0 ? 'root' : `uid ${own} or root`} that no other user can write to`,
		next: trustedOwner ? [`chmod go-w ${quoteShellWord(path)}`, other] : [other],
	});
}

function statOf(home: string, look: (path: string) => Stats): Stats | undefined {
	try {
		return look(home);
	} catch (thrown) {
		const code = getSystemErrorCode(thrown);
		if (code === 'ENOENT') return undefined;
		if (code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'ELOOP')
			throw unusable(`${formatSystemError(thrown, `The home directory ${shortened(home)}`)}.`);
		throw new WizardError('command', {
			message: formatSystemErrorSentence(thrown, `The home directory ${home}`),
			expected,
			next: ['Fix this, or choose another directory with --home DIR.'],
			cause: thrown,
		});
	}
}

/** Truncates paths that are too long. */
function shortened(path: string): string {
	return path.length > 200 ? `${path.slice(0, 120)}… (${path.length} characters)` : path;
}

function unusable(message: string): WizardError {
	return new WizardError('usage', {
		message,
		expected,
		next: ['Choose another directory with --home DIR or TFE_WIZARD_HOME.'],
	});
}

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

/** @throws WizardError as `createOwnDirectory`; system errors when it does not exist. */
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
