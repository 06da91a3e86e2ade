import { userInfo } from 'node:os';
import { readRegularFileText } from './regular-file.ts';

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
		const members = [...group, ...parsePrimaryMembers(textOf('/etc/passwd'), gid)];
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
export function parsePrimaryMembers(text: string, gid: number): string[] {
	const lines = text.split('\n').map((line) => line.split(':'));
	return lines.filter(([, , , id]) => id === String(gid)).map(([name = '']) => name);
}
