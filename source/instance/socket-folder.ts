import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InstanceError } from './contract.ts';

/** The socket of the connection itself; ssh takes it away when it ends, however that comes. */
export const CONTROL_SOCKET = 'c';
const PREFIX = 'tfe-ssh-';
/** The shortest limit among systems (macOS: 104 bytes with the final zero). */
const LONGEST_SOCKET = 103;
/** ssh binds `PATH.` and 16 random characters, then renames. */
const SSH_ADDS = 17;
/** An empty folder this old is nobody's who is just connecting. */
const ABANDONED_MS = 10 * 60_000;

/**
 * Makes a folder only this user can enter, whose path leaves room for a socket's name, and takes
 * away those that killed programs left.
 *
 * @throws InstanceError `unreachable` when no folder is short enough
 */
export async function socketFolder(wanted: string | undefined): Promise<string> {
	const tried = [wanted ?? [], tmpdir(), '/tmp'].flat();
	for (const parent of tried) {
		const longest = Buffer.byteLength(join(parent, `${PREFIX}XXXXXX`, CONTROL_SOCKET)) + SSH_ADDS;
		// A colon would end the path in `-L`, a quote in `-o`.
		if (longest > LONGEST_SOCKET || /[":\\]/.test(parent) || !existsSync(parent)) continue;
		await sweep(parent);
		// mkdtemp makes it with mode 0700.
		return await mkdtemp(join(parent, PREFIX));
	}
	throw new InstanceError('unreachable', 'No folder is short enough for the socket of ssh.', [
		`Looked in ${tried.join(', ')}; a path of at most 60 characters is needed: set TMPDIR.`,
	]);
}

async function sweep(parent: string): Promise<void> {
	const names = await readdir(parent).catch(() => []);
	for (const name of names.filter((one) => one.startsWith(PREFIX))) {
		const folder = join(parent, name);
		// Somebody else's, or gone meanwhile: left as it is.
		await sweepOne(folder).catch(() => {});
	}
}

async function sweepOne(folder: string): Promise<void> {
	const { uid, mtimeMs } = await stat(folder);
	const held = await readdir(folder);
	if (uid !== process.getuid?.() || held.includes(CONTROL_SOCKET)) return;
	// Sockets of forwards without the connection they went over lead nowhere.
	if (held.length > 0 || Date.now() - mtimeMs > ABANDONED_MS) {
		await rm(folder, { recursive: true, force: true });
	}
}
