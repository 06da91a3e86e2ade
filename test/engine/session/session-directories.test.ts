import { execFileSync } from 'node:child_process';
import {
	chmodSync,
	chownSync,
	existsSync,
	lchownSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDirectory } from '../../../source/engine/create-directory.ts';
import { toWizardError, WizardError } from '../../../source/engine/errors.ts';
import { isPrivateGroup } from '../../../source/engine/private-directory.ts';
import { SecretRegistry } from '../../../source/engine/secret-registry.ts';
import {
	readSessionRecord,
	removeSessionDirectory,
	Session,
} from '../../../source/engine/session/session.ts';
import { assertUsableHome } from '../../../source/engine/session/session-directories.ts';
import { canRunAsOtherUser, OTHER_UID, runAsOtherUser } from '../../helpers/run-as-other-user.ts';
import { createDirectoryForEachTest } from '../../helpers/temporary-directory.ts';

const root = realpathSync(createDirectoryForEachTest());
afterEach(() => {
	delete process.env.SUDO_UID;
});

const fifo = (path: string) => execFileSync('mkfifo', [path]);

function thrownBy(work: () => unknown): WizardError {
	try {
		work();
	} catch (thrown) {
		expect(thrown).toBeInstanceOf(WizardError);
		return thrown as WizardError;
	}
	return expect.unreachable();
}

const open = (home: string) =>
	Session.open({ home, name: 'acme', practice: false, secrets: new SecretRegistry() });

describe('a home directory', () => {
	it.each<[string, (home: string) => void, string]>([
		['a file', (home) => writeFileSync(home, ''), 'is a file, not a directory.'],
		['a named pipe', fifo, 'is a named pipe, not a directory.'],
		[
			'a broken symbolic link',
			(home) => symlinkSync('/nowhere', home),
			'is a broken symbolic link.',
		],
		[
			'a symbolic link loop',
			(home) => symlinkSync(home, home),
			'too many levels of symbolic links.',
		],
	])('that is %s is rejected', (_, make, words) => {
		const home = join(root, 'home');
		make(home);
		const error = thrownBy(() => assertUsableHome(home));
		expect(error).toMatchObject({ fault: 'usage', exitCode: 2 });
		expect(error.message).toContain(`The home directory ${home}`);
		expect(error.message).toContain(words);
		expect(error.facts.next?.join()).toContain('--home');
	});

	it.each([
		['below a file', () => join(root, 'file', 'home'), /a part of its path is not a directory/],
		['with a line break', () => join(root, 'a\nb'), /line break or control character/],
		['with a name that is not UTF-8', () => join(root, 'a\uFFFD'), /is not valid UTF-8/],
		['longer than the system allows', () => `/${'x'.repeat(5_000)}`, /longer than the system/],
		['with a name that is too long', () => join(root, 'x'.repeat(300)), /longer than the system/],
	])('%s is rejected', (_, path, words) => {
		writeFileSync(join(root, 'file'), '');
		const error = thrownBy(() => assertUsableHome(path()));
		expect(error).toMatchObject({ fault: 'usage', exitCode: 2 });
		expect(error.message).toMatch(words);
	});

	it('is accepted when it does not exist yet or links to a directory of this user', () => {
		assertUsableHome(join(root, 'new', 'home'));
		expect(readdirSync(root)).toEqual([]);
		symlinkSync(root, join(root, 'home'));
		assertUsableHome(join(root, 'home'));
	});
});

const refused = { fault: 'refused', exitCode: 6 };

describe('a home directory that other users may be able to change', () => {
	const home = () => join(root, 'home');
	const sessions = () => join(home(), 'sessions');
	/** A session in a home of this user that must not be changed. */
	const real = () => join(root, 'real');
	beforeEach(() => {
		open(real()).close();
		chmodSync(root, 0o755);
		mkdirSync(home());
	});
	const theirs = (path: string) => {
		mkdirSync(path, { recursive: true });
		chownSync(path, OTHER_UID, OTHER_UID);
		return path;
	};

	function expectRefused(named: string, fact: string): WizardError {
		const works = [
			() => assertUsableHome(home()),
			() => open(home()).close(),
			() => removeSessionDirectory(home(), 'acme'),
		];
		const errors = works.map(thrownBy);
		for (const error of errors) {
			expect(error).toMatchObject(refused);
			expect(error.message).toContain(` ${named} `);
			expect(error.message).toContain(fact);
			expect(error.facts.next?.join()).toContain('--home DIR');
		}
		expect(existsSync(join(real(), 'sessions/acme/session.json'))).toBe(true);
		return errors[0] ?? expect.unreachable();
	}

	it.each(['0777', '0757'])('is rejected when its mode is %s', (mode) => {
		chmodSync(home(), mode);
		const { facts } = expectRefused(home(), `(mode ${mode})`);
		expect(facts.next?.[0]).toBe(`chmod go-w ${home()}`);
		expect(readdirSync(home())).toEqual([]);
	});

	it.skipIf(!canRunAsOtherUser)(
		'is rejected when another group can write to it (needs root)',
		() => {
			chownSync(home(), 0, OTHER_UID);
			chmodSync(home(), '0775');
			expectRefused(home(), '(mode 0775)');
		},
	);

	it('is accepted when only the private group of this user can write to it, as with umask 002', () => {
		if (!isPrivateGroup(process.getgid?.() ?? -1)) return;
		chmodSync(home(), '0775');
		open(home()).close();
	});

	it.each(['0777', '1777'])('is rejected when the mode of sessions is %s', (mode) => {
		mkdirSync(sessions());
		chmodSync(sessions(), mode);
		const { facts } = expectRefused(sessions(), `(mode ${mode})`);
		expect(facts.next?.[0]).toBe(`chmod go-w ${sessions()}`);
	});

	it('is rejected when a parent directory is writable by others', () => {
		chmodSync(root, 0o777);
		expectRefused(root, 'mode 0777');
		rmSync(home(), { recursive: true });
		expectRefused(root, 'mode 0777');
		chmodSync(root, 0o1777);
		open(home()).close();
	});

	it('is accepted when it has the sticky bit and sessions belongs to this user', () => {
		chmodSync(home(), 0o1777);
		open(home()).close();
		assertUsableHome(home());
		removeSessionDirectory(home(), 'acme');
	});

	it('is accepted when it or sessions links to a private directory of this user', () => {
		symlinkSync(join(real(), 'sessions'), sessions());
		expect(open(home()).resumed).toBe(true);
		rmSync(home(), { recursive: true });
		symlinkSync(real(), home());
		assertUsableHome(home());
		symlinkSync('home', join(root, 'relative'));
		assertUsableHome(join(root, 'relative'));
	});

	it('is rejected when sessions links into a directory writable by others', () => {
		mkdirSync(join(root, 'shared/inner'), { recursive: true });
		chmodSync(join(root, 'shared'), 0o777);
		symlinkSync('../shared/inner', sessions());
		expectRefused(join(root, 'shared'), 'mode 0777');
	});

	it('is reported as an error when sessions is a symbolic link loop', () => {
		symlinkSync('sessions', sessions());
		let thrown: unknown;
		try {
			assertUsableHome(home());
		} catch (error) {
			thrown = error;
		}
		expect(toWizardError(thrown)).toMatchObject({ fault: 'command' });
		expect(toWizardError(thrown).message).toContain(sessions());
	});

	describe.skipIf(!canRunAsOtherUser)('with files of another user (needs root)', () => {
		it('is rejected when it belongs to another user, who redirects sessions', () => {
			theirs(home());
			expectRefused(home(), `uid ${OTHER_UID}`);
			runAsOtherUser(`ln -s '${real()}/sessions' '${sessions()}'`);
			expectRefused(home(), `uid ${OTHER_UID}`);
		});

		it('is rejected when it is sticky and another user created sessions', () => {
			chmodSync(home(), 0o1777);
			runAsOtherUser(`ln -s '${real()}/sessions' '${sessions()}'`);
			expectRefused(sessions(), `uid ${OTHER_UID}`);
			rmSync(sessions());
			runAsOtherUser(`mkdir '${sessions()}'`);
			expectRefused(sessions(), `uid ${OTHER_UID}`);
		});

		it('is rejected when sessions links into a directory of another user', () => {
			const evil = theirs(join(root, 'evil'));
			symlinkSync(evil, sessions());
			expectRefused(evil, `uid ${OTHER_UID}`);
			rmSync(sessions());
			// A directory of the other user above one of this user.
			mkdirSync(join(evil, 'inner'));
			symlinkSync(join(evil, 'inner'), sessions());
			expectRefused(evil, `uid ${OTHER_UID}`);
		});

		it('is rejected when it is reached through a link or directory of another user', () => {
			const evil = theirs(join(root, 'evil'));
			rmSync(home(), { recursive: true });
			symlinkSync(evil, home());
			expectRefused(evil, `uid ${OTHER_UID}`);
			rmSync(home());
			// The owner of the link controls where the sessions are.
			symlinkSync(real(), home());
			lchownSync(home(), OTHER_UID, OTHER_UID);
			expectRefused(home(), `uid ${OTHER_UID}`);
		});

		it('is accepted when it belongs to the user who called sudo', () => {
			theirs(home());
			process.env.SUDO_UID = String(OTHER_UID);
			open(home()).close();
			assertUsableHome(home());
		});
	});
});

describe('a directory that cannot be created', () => {
	it('is reported as an error below /proc', () => {
		expect(thrownBy(() => open('/proc/tfe-wizard'))).toMatchObject({
			fault: 'command',
			message:
				'Could not create the directory /proc/tfe-wizard: the file system of /proc does not allow new directories.',
		});
	});

	it('is reported with the reason on a read-only file system', (context) => {
		const place = join(root, 'readonly');
		mkdirSync(place);
		try {
			execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', place], { stdio: 'ignore' });
		} catch {
			return context.skip('needs permission to mount');
		}
		try {
			expect(thrownBy(() => open(join(place, 'home')))).toMatchObject({
				fault: 'command',
				message: `Could not create the directory ${place}/home: ${place}/home: the file system is read-only.`,
			});
		} finally {
			execFileSync('umount', ['-l', place]);
		}
	});

	it('leaves no parent directories behind', () => {
		const path = join(root, 'a', 'b', 'x'.repeat(300));
		expect(thrownBy(() => createDirectory(path))).toMatchObject({ fault: 'command' });
		expect(existsSync(join(root, 'a'))).toBe(false);
	});
});

describe('a session file that is not a regular file', () => {
	it.each(['session.json', 'journal.jsonl', 'lock'])(
		'is rejected when %s is a named pipe',
		(name) => {
			open(root).close();
			const path = join(root, 'sessions', 'acme', name);
			rmSync(path, { force: true });
			fifo(path);
			const refused = {
				fault: 'refused',
				exitCode: 6,
				message: `${path} is a named pipe, not a file. It was not changed.`,
			};
			// The journal is only written, not read, while session.json is intact.
			const use = () => (name === 'journal.jsonl' ? open(root).note('a', 1) : open(root));
			expect(thrownBy(use)).toMatchObject(refused);
			if (name === 'session.json')
				expect(thrownBy(() => readSessionRecord(root, 'acme'))).toMatchObject(refused);
			expect(lstatSync(path).isFIFO()).toBe(true);
		},
	);

	it('is rejected when session.json is a directory', () => {
		open(root).close();
		const path = join(root, 'sessions', 'acme', 'session.json');
		rmSync(path);
		mkdirSync(path);
		expect(thrownBy(() => open(root)).message).toBe(
			`${path} is a directory, not a file. It was not changed.`,
		);
	});

	it('is rejected when session.json is an endless device', () => {
		open(root).close();
		const path = join(root, 'sessions', 'acme', 'session.json');
		rmSync(path);
		symlinkSync('/dev/zero', path);
		expect(thrownBy(() => open(root)).message).toContain('is a device, not a file');
	});
});

it('reports the missing file when the home directory disappears while a session is open', () => {
	const session = open(root);
	rmSync(join(root, 'sessions'), { recursive: true });
	expect(thrownBy(() => session.note('a', 1))).toMatchObject({
		fault: 'command',
		message: `${join(root, 'sessions/acme/session.json')} is missing while session acme is open.`,
	});
	expect(() => session.change({ answers: {} })).toThrow(/ENOENT.*journal\.jsonl/);
	expect(existsSync(join(root, 'sessions'))).toBe(false);
	session.close();
});
