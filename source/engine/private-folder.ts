import { lstatSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';

const OTHERS_MAY_WRITE = 0o022;
const OTHERS_MAY_ENTER = 0o077;
const STICKY = 0o1000;

/**
 * The folder that `path` leads to, without links, when no other user can put another in its place:
 * every folder above it belongs to somebody trusted, and whoever else may write into one may not
 * rename what is not theirs there (the sticky bit, as on /tmp). Undefined otherwise, and when there
 * is no such folder.
 */
export function steadyFolder(path: string): string | undefined {
	try {
		const folder = realpathSync(path);
		for (let one = folder; ; one = dirname(one)) {
			const { uid, mode } = lstatSync(one);
			const shared = (mode & OTHERS_MAY_WRITE) !== 0 && (mode & STICKY) === 0;
			if (!isTrustedUser(uid) || shared) return undefined;
			if (one === dirname(one)) return lstatSync(folder).isDirectory() ? folder : undefined;
		}
	} catch {
		return undefined;
	}
}

/** The same for a folder into which no other user can put anything either. */
export function privateFolder(path: string): string | undefined {
	const folder = steadyFolder(path);
	if (folder === undefined) return undefined;
	return (lstatSync(folder).mode & OTHERS_MAY_WRITE) === 0 ? folder : undefined;
}

/** Whether this is a folder that belongs to this user, that nobody else can enter, and no link. */
export function isOwnFolder(path: string): boolean {
	try {
		const stats = lstatSync(path);
		const closed = (stats.mode & OTHERS_MAY_ENTER) === 0;
		return stats.isDirectory() && stats.uid === process.getuid?.() && closed;
	} catch {
		return false;
	}
}

/** This user, root, and for root by way of sudo the user who called it. */
export function isTrustedUser(uid: number): boolean {
	const own = process.getuid?.();
	return uid === 0 || uid === own || (own === 0 && String(uid) === process.env.SUDO_UID);
}
