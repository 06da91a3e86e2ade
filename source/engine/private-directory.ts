import { existsSync, lstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import { readRegularFileText } from './regular-file.ts';

const ANYBODY_MAY_WRITE = 0o002;
const GROUP_MAY_WRITE = 0o020;
const OTHERS_MAY_ENTER = 0o077;
const STICKY = 0o1000;

/** A directory or link that other users can change: untrusted owner, or writable by others. */
export interface ExposedPath {
	path: string;
	uid: number;
	/** Permission bits. */
	mode: number;
	link: boolean;
	trustedOwner: boolean;
}

/**
 * The first directory or link on the way to `path`, including itself, through which another user
 * could replace `path`. The sticky bit (as on /tmp) protects the entries of a directory that is
 * writable by others. A path that does not exist is not exposed.
 */
export function findExposedPath(path: string): ExposedPath | undefined {
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
		const shared = !link && isWritableByOthers(stats) && (mode & STICKY) === 0;
		if (!trustedOwner || shared) return { path: one, uid, mode, link, trustedOwner };
		return link ? follow(resolve(realpathSync(dirname(one)), readlinkSync(one))) : undefined;
	};
	return follow(resolve(path)) ?? (existsSync(path) ? follow(realpathSync(path)) : undefined);
}

/**
 * The directory that `path` resolves to, when no other user can replace it (`findExposedPath`).
 * Undefined otherwise, and when it does not exist.
 */
export function resolveTrustedDirectory(path: string): string | undefined {
	try {
		const folder = realpathSync(path);
		if (findExposedPath(folder) !== undefined) return undefined;
		return lstatSync(folder).isDirectory() ? folder : undefined;
	} catch {
		return undefined;
	}
}

/** The same for a directory that no other user can write to. */
export function resolvePrivateDirectory(path: string): string | undefined {
	const folder = resolveTrustedDirectory(path);
	if (folder === undefined) return undefined;
	return isWritableByOthers(lstatSync(folder)) ? undefined : folder;
}

/**
 * Whether users other than the owner can write to a directory. A group whose only member is this user
 * does not count: with umask 002 (Red Hat, Ubuntu) every directory is writable for that group.
 */
export function isWritableByOthers({ mode, gid }: Pick<Stats, 'mode' | 'gid'>): boolean {
	if ((mode & ANYBODY_MAY_WRITE) !== 0) return true;
	return (mode & GROUP_MAY_WRITE) !== 0 && !isPrivateGroup(gid);
}

/** Whether this is a directory, not a link, that belongs to this user and that no one else can enter. */
export function isOwnPrivateDirectory(path: string): boolean {
	try {
		const stats = lstatSync(path);
		const closed = (stats.mode & OTHERS_MAY_ENTER) === 0;
		return stats.isDirectory() && stats.uid === process.getuid?.() && closed;
	} catch {
		return false;
	}
}

/** Whether a user is this user, root or, under sudo, the user who called sudo. */
export function isTrustedUser(uid: number): boolean {
	const own = process.getuid?.();
	return uid === 0 || uid === own || (own === 0 && String(uid) === process.env.SUDO_UID);
}

const judged = new Map<number, boolean>();

/**
 * Whether this user is the only member of a group, as in the scheme of user private groups
 * (useradd(8), USERGROUPS_ENAB). For a group that is not in /etc/group (a directory service), and on
 * other systems than Linux, only a group with the id of the user is private.
 */
export function isPrivateGroup(gid: number): boolean {
	const known = judged.get(gid);
	if (known !== undefined) return known;
	const own = process.getuid?.();
	const judgement = own !== undefined && judge(gid, own);
	judged.set(gid, judgement);
	return judgement;
}

function judge(gid: number, uid: number): boolean {
	if (gid !== process.getgid?.()) return false;
	try {
		const { username } = userInfo();
		const group =
			process.platform === 'linux' ? parseGroupMembers(textOf('/etc/group'), gid) : undefined;
		if (group === undefined) return gid === uid;
		const members = [...group, ...parseUsersWithPrimaryGroup(textOf('/etc/passwd'), gid)];
		return members.every((name) => name === username);
	} catch {
		return false;
	}
}

const textOf = (path: string): string => readRegularFileText(path) ?? '';

/** Members from `name:password:gid:member,member`, group(5). Undefined when the group is missing. */
export function parseGroupMembers(text: string, gid: number): string[] | undefined {
	const lines = text.split('\n').map((line) => line.split(':'));
	const found = lines.filter(([, , id]) => id === String(gid));
	if (found.length === 0) return undefined;
	return found.flatMap(([, , , members = '']) => members.split(',').filter((name) => name !== ''));
}

/** Users with this primary group, from `name:password:uid:gid:…`, passwd(5). */
export function parseUsersWithPrimaryGroup(text: string, gid: number): string[] {
	const lines = text.split('\n').map((line) => line.split(':'));
	return lines.filter(([, , , id]) => id === String(gid)).map(([name = '']) => name);
}
