import { describe, expect, it } from 'vitest';
import {
	isPrivateGroup,
	parseGroupMembers,
	parseUsersWithPrimaryGroup,
} from '../../source/engine/private-directory.ts';

describe('a group with write permission', () => {
	const group = 'root:x:0:\nana:x:1000:\nstaff:x:50:ana,ben\n';
	const passwd = 'ana:x:1000:1000:Ana:/home/ana:/bin/sh\neve:x:1001:50::/home/eve:/bin/sh\n';

	it('has the members in /etc/group and the users with this primary group', () => {
		expect(parseGroupMembers(group, 1000)).toEqual([]);
		expect(parseGroupMembers(group, 50)).toEqual(['ana', 'ben']);
		expect(parseGroupMembers(group, 77)).toBeUndefined();
		expect(parseUsersWithPrimaryGroup(passwd, 50)).toEqual(['eve']);
		expect(parseUsersWithPrimaryGroup(passwd, 1000)).toEqual(['ana']);
	});

	it('is not private when it is not the group of this user', () => {
		expect(isPrivateGroup((process.getgid?.() ?? 0) + 1)).toBe(false);
	});
});
