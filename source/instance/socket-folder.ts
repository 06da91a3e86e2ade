import { linkSync, lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOwnFolder, privateFolder, steadyFolder } from '../engine/private-folder.ts';
import { InstanceError } from './contract.ts';

/** The socket of the connection itself; ssh takes it away when it ends, however that comes. */
export const CONTROL_SOCKET = 'c';
const PREFIX = 'tfe-ssh-';
/** What is made in a folder of ours: that socket, forwards, what ssh binds first, and our trial. */
const SOCKET_NAME = /^(c|[0-9a-f]{6}|trial)(\.[A-Za-z0-9]{16})?$|^trial-2$/;
/** The shortest limit among systems (macOS: 104 bytes with the final zero). */
const LONGEST_SOCKET = 103;
/** ssh binds `PATH.` and 16 random characters, then links it to its name. */
const SSH_ADDS = 17;
/** An empty folder this old is nobody's who is just connecting. */
const ABANDONED_MS = 10 * 60_000;

export interface SocketPlaces {
	/** Where the caller wants it, if anywhere. */
	wanted?: string | undefined;
	/** XDG_RUNTIME_DIR of the operator: for sockets of one user, emptied when they log out. */
	runtime?: string | undefined;
	/** A folder of this program's own. */
	own?: string | undefined;
}

/**
 * Makes a folder only this user can enter, whose path leaves room for a socket's name, and removes
 * what killed programs left beside it. Folders that only this user can write to come first; in a
 * shared one (/tmp) it has a name that nobody can foresee.
 *
 * @throws InstanceError `unreachable` when there is no safe folder that is short enough
 */
export async function socketFolder(places: SocketPlaces): Promise<string> {
	const { wanted, runtime, own } = places;
	const candidates = [
		...(wanted === undefined ? [] : [steadyFolder(wanted)]),
		...(runtime && isOwnFolder(runtime) ? [privateFolder(runtime)] : []),
		privateFolder(tmpdir()),
		...(own === undefined ? [] : [privateFolder(own)]),
		steadyFolder(tmpdir()),
		steadyFolder('/tmp'),
	].filter((parent) => parent !== undefined);
	for (const parent of new Set(candidates)) {
		const longest = Buffer.byteLength(join(parent, `${PREFIX}XXXXXX`, CONTROL_SOCKET)) + SSH_ADDS;
		// A colon would end the path in `-L`, a quote in `-o`.
		if (longest > LONGEST_SOCKET || /[":\\]/.test(parent)) continue;
		sweep(parent);
		const folder = await folderFor(parent);
		if (folder !== undefined) return folder;
	}
	const tried = [wanted, runtime, own, tmpdir(), '/tmp'].filter(Boolean).join(', ');
	throw new InstanceError('unreachable', 'No folder is fit for the socket of ssh.', [
		`Tried ${tried}.`,
		'Set TMPDIR to a folder of your own, with a path of at most 60 characters, in which nobody else may write.',
	]);
}

/**
 * Removes such a folder with the sockets in it, each by its name. What this program did not make
 * stays, and the folder with it.
 */
export function removeSocketFolder(folder: string): void {
	try {
		const names = readdirSync(folder);
		const isOurs = (name: string) =>
			SOCKET_NAME.test(name) && lstatSync(join(folder, name)).isSocket();
		if (!names.every(isOurs)) return;
		for (const name of names) unlinkSync(join(folder, name));
		rmdirSync(folder);
	} catch {
		// It is gone already, or ssh is putting something into it: the next run looks again.
	}
}

/** Undefined where no socket can be made, as on some network file systems. */
async function folderFor(parent: string): Promise<string | undefined> {
	let folder: string;
	try {
		// mkdtemp makes it with mode 0700.
		folder = await mkdtemp(join(parent, PREFIX));
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
	removeSocketFolder(folder);
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
 * Nobody can put another in the place of a folder of ours in here (`steadyFolder`), and nobody else
 * can write into it: what is seen of it stays true. Those of other users are not opened.
 */
function sweep(parent: string): void {
	for (const name of namesIn(parent)) {
		const folder = join(parent, name);
		if (!name.startsWith(PREFIX) || !isOwnFolder(folder)) continue;
		const held = namesIn(folder);
		if (held.includes(CONTROL_SOCKET)) continue;
		// Sockets of forwards without the connection they went over lead nowhere.
		const leftover = held.length > 0 && !held.some(isUnderWay);
		if (leftover || isAbandoned(folder)) removeSocketFolder(folder);
	}
}

function isAbandoned(folder: string): boolean {
	const stats = lstatSync(folder, { throwIfNoEntry: false });
	return stats !== undefined && Date.now() - stats.mtimeMs > ABANDONED_MS;
}

/** Another run is trying the folder, or its ssh is about to name its socket. */
function isUnderWay(name: string): boolean {
	return /^trial|^c\./.test(name);
}

function namesIn(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}
