import {
	chmodSync,
	chownSync,
	mkdirSync,
	mkdtempSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
	isOwnFolder,
	isTrustedUser,
	privateFolder,
	steadyFolder,
} from '../../source/engine/private-folder.ts';
import { canActAsAnother, OTHER_UID } from '../helpers/other-user.ts';

let base: string;
beforeEach(() => {
	base = realpathSync(mkdtempSync('/tmp/private-'));
});
afterEach(() => {
	delete process.env.SUDO_UID;
	rmSync(base, { recursive: true, force: true });
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
		expect(steadyFolder(path)).toBe(steady ? path : undefined);
		expect(privateFolder(path)).toBe(alone ? path : undefined);
		expect(isOwnFolder(path)).toBe(own);
	});

	it('is not private below a directory that others can write to', () => {
		const path = folder('open/own', 0o700);
		chmodSync(join(base, 'open'), 0o777);
		expect(privateFolder(path)).toBeUndefined();
		chmodSync(join(base, 'open'), 0o1777);
		expect(privateFolder(path)).toBe(path);
	});

	it('is returned without symbolic links; a link itself is never owned', () => {
		const path = folder('one', 0o700);
		const link = join(base, 'link');
		symlinkSync(path, link);
		expect(privateFolder(link)).toBe(path);
		expect(isOwnFolder(link)).toBe(false);
	});

	it('is undefined when the path is missing or a file', () => {
		const file = join(base, 'file');
		writeFileSync(file, '');
		for (const path of [file, join(base, 'missing')]) {
			expect(steadyFolder(path)).toBeUndefined();
			expect(privateFolder(path)).toBeUndefined();
			expect(isOwnFolder(path)).toBe(false);
		}
	});

	it.skipIf(!canActAsAnother)(
		'of another user is trusted only for the user who called sudo',
		() => {
			const path = folder('one', 0o700);
			chownSync(path, OTHER_UID, OTHER_UID);
			expect(steadyFolder(path)).toBeUndefined();
			expect(isOwnFolder(path)).toBe(false);
			process.env.SUDO_UID = String(OTHER_UID);
			expect(isTrustedUser(OTHER_UID)).toBe(true);
			expect(privateFolder(path)).toBe(path);
			expect(isOwnFolder(path)).toBe(false);
		},
	);
});
