import { execFileSync } from 'node:child_process';
import {
	existsSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WizardError } from '../../../source/engine/errors.ts';
import { makeFolder } from '../../../source/engine/folders.ts';
import { SecretRegistry } from '../../../source/engine/secrets.ts';
import { checkHome } from '../../../source/engine/session/home.ts';
import { recallRecord, Session } from '../../../source/engine/session/session.ts';

let root: string;
beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), 'home-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

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

describe('a home folder', () => {
	it.each<[string, (home: string) => void, string]>([
		['a file', (home) => writeFileSync(home, ''), 'is a file, not a folder.'],
		['a named pipe', fifo, 'is a named pipe, not a folder.'],
		['a link that leads nowhere', (home) => symlinkSync('/nowhere', home), 'leads nowhere.'],
		['a link in a circle', (home) => symlinkSync(home, home), 'leads in circles.'],
	])('that is %s is refused', (_, make, words) => {
		const home = join(root, 'home');
		make(home);
		const error = thrownBy(() => checkHome(home));
		expect(error).toMatchObject({ fault: 'usage', exitCode: 2 });
		expect(error.message).toContain(`The home folder ${home}`);
		expect(error.message).toContain(words);
		expect(error.facts.next?.join()).toContain('--home');
	});

	it.each([
		['below a file', () => join(root, 'file', 'home'), /a part of its path is not a folder/],
		['with a line break', () => join(root, 'a\nb'), /line break or control character/],
		['longer than the system allows', () => `/${'x'.repeat(5_000)}`, /longer than the system/],
		['with a name too long', () => join(root, 'x'.repeat(300)), /longer than the system/],
	])('%s is refused', (_, path, words) => {
		writeFileSync(join(root, 'file'), '');
		const error = thrownBy(() => checkHome(path()));
		expect(error).toMatchObject({ fault: 'usage', exitCode: 2 });
		expect(error.message).toMatch(words);
	});

	it('that is a link to the folder of another user is refused', (context) => {
		if (process.getuid?.() !== 0) return context.skip('needs root to make another user’s folder');
		mkdirSync(join(root, 'theirs'));
		execFileSync('chown', ['65534', join(root, 'theirs')]);
		symlinkSync(join(root, 'theirs'), join(root, 'home'));
		expect(thrownBy(() => checkHome(join(root, 'home')))).toMatchObject({
			fault: 'refused',
			exitCode: 6,
		});
		checkHome(join(root, 'theirs'));
	});

	it('that does not exist yet, or is a link to an own folder, is accepted', () => {
		checkHome(join(root, 'new', 'home'));
		expect(readdirSync(root)).toEqual([]);
		symlinkSync(root, join(root, 'home'));
		checkHome(join(root, 'home'));
	});
});

describe('a folder that cannot be created', () => {
	it('below /proc is an error, not an endless search', () => {
		expect(thrownBy(() => open('/proc/tfe-wizard'))).toMatchObject({
			fault: 'command',
			message:
				'Could not create the folder /proc/tfe-wizard: /proc is on a file system without new folders.',
		});
	});

	it('on a read-only file system is named with the reason', (context) => {
		const place = join(root, 'readonly');
		mkdirSync(place);
		try {
			execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', place], { stdio: 'ignore' });
		} catch {
			return context.skip('needs the right to mount');
		}
		try {
			expect(thrownBy(() => open(join(place, 'home')))).toMatchObject({
				fault: 'command',
				message: `Could not create the folder ${place}/home: ${place}/home: the file system is read-only.`,
			});
		} finally {
			execFileSync('umount', ['-l', place]);
		}
	});

	it('leaves nothing of the way to it behind', () => {
		const path = join(root, 'a', 'b', 'x'.repeat(300));
		expect(thrownBy(() => makeFolder(path))).toMatchObject({ fault: 'command' });
		expect(existsSync(join(root, 'a'))).toBe(false);
	});
});

describe('something else in the place of a file of a session', () => {
	it.each(['session.json', 'journal.jsonl', 'lock'])('%s: a named pipe', (name) => {
		open(root).close();
		const path = join(root, 'sessions', 'acme', name);
		rmSync(path, { force: true });
		fifo(path);
		const refused = {
			fault: 'refused',
			exitCode: 6,
			message: `${path} is a named pipe, not a file. It was left as it is.`,
		};
		// The journal of a session whose file is whole is not read, only written.
		const use = () => (name === 'journal.jsonl' ? open(root).note('a', 1) : open(root));
		expect(thrownBy(use)).toMatchObject(refused);
		if (name === 'session.json')
			expect(thrownBy(() => recallRecord(root, 'acme'))).toMatchObject(refused);
		expect(lstatSync(path).isFIFO()).toBe(true);
	});

	it('session.json: a folder', () => {
		open(root).close();
		const path = join(root, 'sessions', 'acme', 'session.json');
		rmSync(path);
		mkdirSync(path);
		expect(thrownBy(() => open(root)).message).toBe(
			`${path} is a folder, not a file. It was left as it is.`,
		);
	});

	it('session.json: a file without an end', () => {
		open(root).close();
		const path = join(root, 'sessions', 'acme', 'session.json');
		rmSync(path);
		symlinkSync('/dev/zero', path);
		expect(thrownBy(() => open(root)).message).toContain('is a device, not a file');
	});
});

it('a home that disappears while a session is open is an error that names the file', () => {
	const session = open(root);
	rmSync(join(root, 'sessions'), { recursive: true });
	expect(thrownBy(() => session.note('a', 1))).toMatchObject({
		fault: 'command',
		message: `${join(root, 'sessions/acme/session.json')} is gone while session acme is open.`,
	});
	expect(() => session.change({ answers: {} })).toThrow(/ENOENT.*journal\.jsonl/);
	expect(existsSync(join(root, 'sessions'))).toBe(false);
	session.close();
});
