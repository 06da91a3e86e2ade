import { chmodSync, chownSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
	isOwnPrivateDirectory,
	isTrustedUser,
	resolvePrivateDirectory,
	resolveTrustedDirectory,
} from '../../source/engine/private-directory.ts';
import { canRunAsOtherUser, OTHER_UID } from '../helpers/run-as-other-user.ts';
import { createDirectoryForEachTest } from '../helpers/temporary-directory.ts';

const base = realpathSync(createDirectoryForEachTest('/tmp'));
afterEach(() => {
	delete process.env.SUDO_UID;
});

function folder(name: string, mode: number): string {
	const path = join(base, name);
	mkdirSync(path, { recursive: true });
	chmodSync(path, mode);
	return path;
}

describe('a directory', () => {
	it.each([
		[0o700, { steady: true, alone: true, own: true }],
		[0o755, { steady: true, alone: true, own: false }],
		[0o1777, { steady: true, alone: false, own: false }],
		[0o777, { steady: false, alone: false, own: false }],
	])('with mode %o is classified as %o', (mode, { steady, alone, own }) => {
		const path = folder('one', mode);
		expect(resolveTrustedDirectory(path)).toBe(steady ? path : undefined);
		expect(resolvePrivateDirectory(path)).toBe(alone ? path : undefined);
		expect(isOwnPrivateDirectory(path)).toBe(own);
	});

	it('is not private below a directory that others can write to', () => {
		const path = folder('open/own', 0o700);
		chmodSync(join(base, 'open'), 0o777);
		expect(resolvePrivateDirectory(path)).toBeUndefined();
		chmodSync(join(base, 'open'), 0o1777);
		expect(resolvePrivateDirectory(path)).toBe(path);
	});

	it('is returned without symbolic links; a link itself is never owned', () => {
		const path = folder('one', 0o700);
		const link = join(base, 'link');
		symlinkSync(path, link);
		expect(resolvePrivateDirectory(link)).toBe(path);
		expect(isOwnPrivateDirectory(link)).toBe(false);
	});

	it('is undefined when the path is missing or a file', () => {
		const file = join(base, 'file');
		writeFileSync(file, '');
		for (const path of [file, join(base, 'missing')]) {
			expect(resolveTrustedDirectory(path)).toBeUndefined();
			expect(resolvePrivateDirectory(path)).toBeUndefined();
			expect(isOwnPrivateDirectory(path)).toBe(false);
		}
	});

	it.skipIf(!canRunAsOtherUser)(
		'of another user is trusted only for the user who called sudo',
		() => {
			const path = folder('one', 0o700);
			chownSync(path, OTHER_UID, OTHER_UID);
			expect(resolveTrustedDirectory(path)).toBeUndefined();
			expect(isOwnPrivateDirectory(path)).toBe(false);
			process.env.SUDO_UID = String(OTHER_UID);
			expect(isTrustedUser(OTHER_UID)).toBe(true);
			expect(resolvePrivateDirectory(path)).toBe(path);
			expect(isOwnPrivateDirectory(path)).toBe(false);
		},
	);
});
