import { existsSync, lstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isPrivateGroup } from './private-group.ts';

const ANYBODY_MAY_WRITE = 0o002;
const GROUP_MAY_WRITE = 0o020;
const OTHERS_MAY_ENTER = 0o077;
const STICKY = 0o1000;

/** A folder or link that other users can change: its owner is not trusted, or others may write. */
export interface ExposedPath {
	path: string;
	uid: number;
	/** Permission bits. */
	mode: number;
	link: boolean;
	trustedOwner: boolean;
}

/**
 * The first folder or link on the way to `path`, itself included, by which another user can put
 * something else in the place of `path`. The sticky bit (as on /tmp) protects what is in a folder
 * that others may write to. What does not exist is not exposed.
 */
export function exposedPath(path: string): ExposedPath | undefined {
	const seen = new Set<string>();
	const follow = (one: string): ExposedPath | undefined => {
		if (seen.has(one)) return undefined;
		seen.add(one);
		const above = one === dirname(one) ? undefined : follow(dirname(one));
		const stats = lstatSync(one, { throwIfNoEntry: false });
		if (above !== undefined || stats === undefined) return above;
		const link = stats.isSymbolicLink();
		const { uid } = stats;
		const mode = stats.mode & 0o7777;
		const trustedOwner = isTrustedUser(uid);
		const shared = !link && othersMayWrite(stats) && (mode & STICKY) === 0;
		if (!trustedOwner || shared) return { path: one, uid, mode, link, trustedOwner };
		return link ? follow(resolve(realpathSync(dirname(one)), readlinkSync(one))) : undefined;
	};
	return follow(resolve(path)) ?? (existsSync(path) ? follow(realpathSync(path)) : undefined);
}

/**
 * The folder that `path` leads to, without links, when no other user can put another in its place
 * (`exposedPath`). Undefined otherwise, and when there is no such folder.
 */
export function steadyFolder(path: string): string | undefined {
	try {
		const folder = realpathSync(path);
		if (exposedPath(folder) !== undefined) return undefined;
		return lstatSync(folder).isDirectory() ? folder : undefined;
	} catch {
		return undefined;
	}
}

/** The same for a folder into which no other user can put anything either. */
export function privateFolder(path: string): string | undefined {
	const folder = steadyFolder(path);
	if (folder === undefined) return undefined;
	return othersMayWrite(lstatSync(folder)) ? undefined : folder;
}

/**
 * Whether a user other than its owner may write to a folder. A group of which this user is the only
 * member is nobody else: with umask 002 (Red Hat, Ubuntu) every folder is writable for such a group.
 */
export function othersMayWrite({ mode, gid }: Pick<Stats, 'mode' | 'gid'>): boolean {
	if ((mode & ANYBODY_MAY_WRITE) !== 0) return true;
	return (mode & GROUP_MAY_WRITE) !== 0 && !isPrivateGroup(gid);
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
