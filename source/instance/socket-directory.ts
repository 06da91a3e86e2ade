import { linkSync, lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	isOwnPrivateDirectory,
	resolvePrivateDirectory,
	resolveTrustedDirectory,
} from '../engine/private-directory.ts';
import { InstanceError } from './instance-types.ts';

/** Name of the connection's own socket, which ssh removes when it exits. */
export const CONTROL_SOCKET_NAME = 'c';
const DIRECTORY_PREFIX = 'tfe-ssh-';
/** Names in a socket directory: that socket, forwards, ssh's temporary names, and our test socket. */
const SOCKET_NAME = /^(c|[0-9a-f]{6}|trial)(\.[A-Za-z0-9]{16})?$|^trial-2$/;
/** The shortest limit of any system (macOS: 104 bytes with the terminating NUL). */
const MAX_SOCKET_PATH_BYTES = 103;
/** ssh binds `PATH.` and 16 random characters, then links it to its name. */
const SSH_SUFFIX_BYTES = 17;
/** An empty directory this old does not belong to a run that is still connecting. */
const ABANDONED_AFTER_MS = 10 * 60_000;

interface SocketDirectoryOptions {
	/** Preference of the caller, if any. */
	wanted?: string | undefined;
	/** The operator's XDG_RUNTIME_DIR: private to one user, removed when they log out. */
	runtime?: string | undefined;
	/** A directory of this program. */
	own?: string | undefined;
}

/**
 * Creates a directory that only this user can enter, with a path short enough for a socket, and
 * removes what killed runs left next to it. Prefers parents that only this user can write to; in a
 * shared one (/tmp) its name is unpredictable.
 *
 * @throws InstanceError `unreachable` when no safe directory has a short enough path
 */
export async function createSocketDirectory(options: SocketDirectoryOptions): Promise<string> {
	const { wanted, runtime, own } = options;
	const candidates = [
		...(wanted === undefined ? [] : [resolveTrustedDirectory(wanted)]),
		...(runtime && isOwnPrivateDirectory(runtime) ? [resolvePrivateDirectory(runtime)] : []),
		resolvePrivateDirectory(tmpdir()),
		...(own === undefined ? [] : [resolvePrivateDirectory(own)]),
		resolveTrustedDirectory(tmpdir()),
		resolveTrustedDirectory('/tmp'),
	].filter((parent) => parent !== undefined);
	for (const parent of new Set(candidates)) {
		const longest =
			Buffer.byteLength(join(parent, `${DIRECTORY_PREFIX}XXXXXX`, CONTROL_SOCKET_NAME)) +
			SSH_SUFFIX_BYTES;
		// A colon would end the path in `-L`, a quote in `-o`.
		if (longest > MAX_SOCKET_PATH_BYTES || /[":\\]/.test(parent)) continue;
		removeAbandonedDirectories(parent);
		const folder = await createUsableDirectory(parent);
		if (folder !== undefined) return folder;
	}
	const tried = [wanted, runtime, own, tmpdir(), '/tmp'].filter(Boolean).join(', ');
	throw new InstanceError('unreachable', 'No directory is suitable for the socket of ssh.', [
		`Tried ${tried}.`,
		'Set TMPDIR to a directory that only you can write to, with a path of at most 60 characters.',
	]);
}

/**
 * Removes a socket directory with its sockets, each checked by name. A directory with anything else in
 * it is not changed.
 */
export function removeSocketDirectory(folder: string): void {
	try {
		const names = readdirSync(folder);
		const isOurs = (name: string) =>
			SOCKET_NAME.test(name) && lstatSync(join(folder, name)).isSocket();
		if (!names.every(isOurs)) return;
		for (const name of names) unlinkSync(join(folder, name));
		rmdirSync(folder);
	} catch {
		// Already gone, or ssh is creating something in it: the next run tries again.
	}
}

/** Undefined if sockets cannot be created there, as on some network file systems. */
async function createUsableDirectory(parent: string): Promise<string | undefined> {
	let folder: string;
	try {
		// mkdtemp creates it with mode 0700.
		folder = await mkdtemp(join(parent, DIRECTORY_PREFIX));
	} catch {
		return undefined;
	}
	const trial = join(folder, 'trial');
	const server = createServer();
	const works = await new Promise<boolean>((resolve) => {
		server.once('error', () => resolve(false));
		server.listen(trial, () => resolve(canLink(trial)));
	});
	// Closing it removes the socket.
	await new Promise((resolve) => server.close(resolve));
	if (works) return folder;
	removeSocketDirectory(folder);
	return undefined;
}

function canLink(path: string): boolean {
	try {
		linkSync(path, `${path}-2`);
		unlinkSync(`${path}-2`);
		return true;
	} catch {
		return false;
	}
}

/**
 * No other user can replace or write to a directory of ours in here (`resolveTrustedDirectory`), so what is read
 * from it stays true. Directories of other users are not opened.
 */
function removeAbandonedDirectories(parent: string): void {
	for (const name of listNames(parent)) {
		const folder = join(parent, name);
		if (!name.startsWith(DIRECTORY_PREFIX) || !isOwnPrivateDirectory(folder)) continue;
		const held = listNames(folder);
		if (held.includes(CONTROL_SOCKET_NAME)) continue;
		// Sockets of forwards are useless without the connection's own socket.
		const leftover = held.length > 0 && !held.some(isInUse);
		if (leftover || isAbandoned(folder)) removeSocketDirectory(folder);
	}
}

function isAbandoned(folder: string): boolean {
	const stats = lstatSync(folder, { throwIfNoEntry: false });
	return stats !== undefined && Date.now() - stats.mtimeMs > ABANDONED_AFTER_MS;
}

/** Another run is testing the directory, or its ssh is about to name its socket. */
function isInUse(name: string): boolean {
	return /^trial|^c\./.test(name);
}

function listNames(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}
