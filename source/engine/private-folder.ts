import { lstatSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';

const OTHERS_MAY_WRITE = 0o022;
const OTHERS_MAY_ENTER = 0o077;
const STICKY = 0o1000;

/**
 * The folder that `path` leads to, without links, when nobody but this user and root can put another
 * in its place: every folder above it belongs to one of them, and whoever else may write into one
 * may not rename what is not theirs there (the sticky bit, as on /tmp). Undefined otherwise, and when
 * there is no such folder.
 */
export function steadyFolder(path: string): string | undefined {
	try {
		const folder = realpathSync(path);
		for (let one = folder; ; one = dirname(one)) {
			const { uid, mode } = lstatSync(one);
			const shared = (mode & OTHERS_MAY_WRITE) !== 0 && (mode & STICKY) === 0;
			if ((uid !== 0 && uid !== process.getuid?.()) || shared) return undefined;
			if (one === dirname(one)) return lstatSync(folder).isDirectory() ? folder : undefined;
		}
	} catch {
		return undefined;
	}
}

/**
 * The same for a folder into which nobody else (but root) can put anything either.
 *
 * @param unseen Nobody else may look into it either (mode 0700).
 */
export function privateFolder(path: string, unseen = false): string | undefined {
	const folder = steadyFolder(path);
	if (folder === undefined) return undefined;
	const { uid, mode } = lstatSync(folder);
	const others = unseen ? OTHERS_MAY_ENTER : OTHERS_MAY_WRITE;
	return uid === process.getuid?.() && (mode & others) === 0 ? folder : undefined;
}

/** Whether this is a folder of this user's alone, and no link to one; for one in a steady folder. */
export function isOwnFolder(path: string): boolean {
	const stats = lstatSync(path);
	const closed = (stats.mode & OTHERS_MAY_ENTER) === 0;
	return stats.isDirectory() && stats.uid === process.getuid?.() && closed;
}
