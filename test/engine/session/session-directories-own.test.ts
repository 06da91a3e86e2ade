import {
	chmodSync,
	chownSync,
	existsSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretRegistry } from '../../../source/engine/secret-registry.ts';
import { removeSessionDirectory, Session } from '../../../source/engine/session/session.ts';
import { buildSessionPaths } from '../../../source/engine/session/session-directories.ts';
import { canRunAsOtherUser, OTHER_UID } from '../../helpers/run-as-other-user.ts';
import { createDirectoryForEachTest } from '../../helpers/temporary-directory.ts';

const NAME = 'acme';
const home = createDirectoryForEachTest();
/** A directory whose content and mode must not change. */
let victim: string;

beforeEach(() => {
	victim = join(home, 'victim');
	mkdirSync(victim);
	chmodSync(victim, 0o755);
	writeFileSync(join(victim, 'precious'), 'kept');
	mkdirSync(join(home, 'sessions'));
});
afterEach(() => {
	delete process.env.SUDO_UID;
});

const open = () =>
	Session.open({ home, name: NAME, practice: false, secrets: new SecretRegistry() });

function expectVictimWhole(): void {
	expect(readdirSync(victim)).toEqual(['precious']);
	expect(readFileSync(join(victim, 'precious'), 'utf8')).toBe('kept');
	expect(statSync(victim).mode & 0o777).toBe(0o755);
}

describe('the directory of a session', () => {
	it('is accessible to this user only, even if it was open to others before', () => {
		open().close();
		const folders = Object.values(buildSessionPaths(home, NAME));
		for (const folder of folders) chmodSync(folder, 0o777);
		open().close();
		for (const folder of folders) expect(statSync(folder).mode & 0o777, folder).toBe(0o700);
	});

	it('is rejected when it is a symbolic link, whose target is not changed', () => {
		symlinkSync(victim, buildSessionPaths(home, NAME).root);
		expect(open).toThrow(/is a symbolic link or a file/);
		expectVictimWhole();
		expect(() => removeSessionDirectory(home, NAME)).toThrow(/is a symbolic link or a file/);
		expectVictimWhole();
	});

	it.each(['workspace', 'logs', 'plans'] as const)(
		'is rejected when its %s is a symbolic link',
		(part) => {
			const folders = buildSessionPaths(home, NAME);
			mkdirSync(folders.root);
			symlinkSync(victim, folders[part]);
			expect(open).toThrow(/is a symbolic link or a file/);
			expectVictimWhole();
		},
	);

	it('is removed with the links in it but without their targets', () => {
		open().close();
		const { workspace, root } = buildSessionPaths(home, NAME);
		symlinkSync(victim, join(workspace, 'elsewhere'));
		symlinkSync(join(victim, 'precious'), join(root, 'a-file'));
		removeSessionDirectory(home, NAME);
		expect(existsSync(root)).toBe(false);
		expectVictimWhole();
	});

	it.skipIf(!canRunAsOtherUser)('is rejected when it belongs to another user (needs root)', () => {
		const { root } = buildSessionPaths(home, NAME);
		mkdirSync(root);
		chownSync(root, OTHER_UID, OTHER_UID);
		expect(open).toThrow(/belongs to another user \(uid 65534\)/);
		expect(lstatSync(root).uid).toBe(OTHER_UID);
		expect(existsSync(join(root, 'lock'))).toBe(false);
		expect(() => removeSessionDirectory(home, NAME)).toThrow(/belongs to another user/);
	});

	it.skipIf(!canRunAsOtherUser)(
		'is accepted for root when it belongs to the user who called sudo (needs root)',
		() => {
			open().close();
			for (const folder of Object.values(buildSessionPaths(home, NAME)))
				chownSync(folder, OTHER_UID, OTHER_UID);
			process.env.SUDO_UID = String(OTHER_UID);
			expect(open().resumed).toBe(true);
		},
	);
});
