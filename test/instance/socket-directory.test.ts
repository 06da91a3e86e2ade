import { spawn } from 'node:child_process';
import {
	chmodSync,
	chownSync,
	existsSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
	createSocketDirectory,
	removeSocketDirectory,
} from '../../source/instance/socket-directory.ts';
import { canRunAsOtherUser, OTHER_UID, runAsOtherUser } from '../helpers/run-as-other-user.ts';
import { createDirectoryForEachTest } from '../helpers/temporary-directory.ts';

// Short, for the limit of a socket's path, and not below the TMPDIR that the tests replace.
const base = createDirectoryForEachTest('/tmp');
/** Like /tmp: everyone can create files in it. */
let shared: string;
/** A directory with files that must not be removed. */
let victim: string;
const temporary = process.env.TMPDIR;

beforeEach(() => {
	chmodSync(base, 0o755);
	shared = join(base, 'shared');
	victim = join(base, 'victim');
	mkdirSync(shared);
	chmodSync(shared, 0o1777);
	mkdirSync(victim, { mode: 0o755 });
	writeFileSync(join(victim, 'precious'), 'kept');
	mkdirSync(join(victim, 'below'));
	writeFileSync(join(victim, 'below', 'more'), 'kept');
	process.env.TMPDIR = shared;
});

afterEach(() => {
	if (temporary === undefined) delete process.env.TMPDIR;
	else process.env.TMPDIR = temporary;
});

function expectVictimWhole(): void {
	expect(readdirSync(victim).sort()).toEqual(['below', 'precious']);
	expect(readFileSync(join(victim, 'precious'), 'utf8')).toBe('kept');
	expect(readFileSync(join(victim, 'below', 'more'), 'utf8')).toBe('kept');
}

/** A socket that remains when its server is gone, as after a kill. */
async function leaveSocket(path: string): Promise<void> {
	const { renameSync } = await import('node:fs');
	const server: Server = createServer();
	await new Promise<void>((resolve) => server.listen(`${path}-`, resolve));
	renameSync(`${path}-`, path);
	await new Promise((resolve) => server.close(resolve));
}

function folderOf(parent: string, name: string, mode = 0o700): string {
	const folder = join(parent, name);
	mkdirSync(folder);
	chmodSync(folder, mode);
	return folder;
}

describe('the parent of the socket directory', () => {
	it("is the user's runtime directory if only the user can access it", async () => {
		const runtime = folderOf(base, 'run');
		const folder = await createSocketDirectory({ runtime, own: folderOf(base, 'own') });
		expect(folder.startsWith(`${runtime}/tfe-ssh-`)).toBe(true);
		expect(statSync(folder).mode & 0o777).toBe(0o700);
		expect(readdirSync(folder)).toEqual([]);
	});

	it.each([
		['is accessible to others', (runtime: string) => chmodSync(runtime, 0o750)],
		['does not exist', (runtime: string) => rmSync(runtime, { recursive: true })],
		[
			'is a link',
			(runtime: string) => {
				rmSync(runtime, { recursive: true });
				symlinkSync(victim, runtime);
			},
		],
	])("is the program's own directory if the runtime directory %s", async (_, spoil) => {
		const runtime = folderOf(base, 'run');
		const own = folderOf(base, 'own');
		spoil(runtime);
		expect((await createSocketDirectory({ runtime, own })).startsWith(`${own}/tfe-ssh-`)).toBe(
			true,
		);
		expectVictimWhole();
	});

	it("is a private temporary directory rather than the program's own", async () => {
		process.env.TMPDIR = folderOf(base, 'mine', 0o755);
		const folder = await createSocketDirectory({ own: folderOf(base, 'own') });
		expect(folder.startsWith(`${process.env.TMPDIR}/tfe-ssh-`)).toBe(true);
	});

	it('is a shared directory with an unpredictable name if no other path is short enough', async () => {
		const own = folderOf(base, 'x'.repeat(80));
		const folder = await createSocketDirectory({ runtime: own, own, wanted: own });
		expect(folder).toMatch(new RegExp(`^${shared}/tfe-ssh-\\w{6}$`));
		expect(lstatSync(folder).mode & 0o777).toBe(0o700);
	});

	it('is never a directory that others could replace (writable and not sticky)', async () => {
		chmodSync(shared, 0o777);
		const below = folderOf(shared, 'own');
		const folder = await createSocketDirectory({ wanted: shared, own: below });
		onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
		expect(folder).toMatch(/^\/tmp\/tfe-ssh-/);
	});

	it('is never a directory without support for sockets', async () => {
		const own = folderOf(base, 'own');
		// proc(5): a directory of root in which nothing can be created, as on a file system without sockets.
		const folder = await createSocketDirectory({ wanted: '/proc/self', own });
		expect(folder.startsWith(`${own}/tfe-ssh-`)).toBe(true);
	});
});

describe('leftovers of killed runs', () => {
	it('are removed by name', async () => {
		const left = folderOf(shared, 'tfe-ssh-aaaaaa');
		await leaveSocket(join(left, 'a1b2c3'));
		const using = folderOf(shared, 'tfe-ssh-bbbbbb');
		await leaveSocket(join(using, 'c'));
		await leaveSocket(join(using, 'a1b2c3'));
		const fresh = folderOf(shared, 'tfe-ssh-cccccc');
		const old = folderOf(shared, 'tfe-ssh-dddddd');
		const hourAgo = Date.now() / 1000 - 3600;
		utimesSync(old, hourAgo, hourAgo);
		await createSocketDirectory({});
		expect([left, using, fresh, old].map((folder) => existsSync(folder))).toEqual([
			...[false, true, true, false],
		]);
	});

	it('stay if the directory contains anything besides our sockets', async () => {
		const files = folderOf(shared, 'tfe-ssh-aaaaaa');
		writeFileSync(join(files, 'a1b2c3'), 'a file');
		const folders = folderOf(shared, 'tfe-ssh-bbbbbb');
		mkdirSync(join(folders, 'a1b2c3'));
		const links = folderOf(shared, 'tfe-ssh-cccccc');
		symlinkSync(join(victim, 'precious'), join(links, 'a1b2c3'));
		symlinkSync(victim, join(links, 'b1b2c3'));
		const others = folderOf(shared, 'tfe-ssh-dddddd');
		await leaveSocket(join(others, 'of-another-program'));
		await createSocketDirectory({});
		for (const folder of [files, folders, links, others])
			expect(readdirSync(folder).length, folder).toBeGreaterThan(0);
		for (const folder of [files, folders, links, others]) removeSocketDirectory(folder);
		for (const folder of [files, folders, links, others])
			expect(existsSync(folder), folder).toBe(true);
		expectVictimWhole();
	});

	it('are not removed through links, however old', async () => {
		// Its target looks like a leftover: owned by us, and without a connection.
		const target = folderOf(base, 'target');
		await leaveSocket(join(target, 'a1b2c3'));
		const link = join(shared, 'tfe-ssh-aaaaaa');
		symlinkSync(target, link);
		symlinkSync(victim, join(shared, 'tfe-ssh-bbbbbb'));
		await createSocketDirectory({});
		expect(lstatSync(link).isSymbolicLink()).toBe(true);
		expect(readdirSync(target)).toEqual(['a1b2c3']);
		expectVictimWhole();
	});

	it.skipIf(!canRunAsOtherUser)(
		'of other users are not touched (requires root, to act as another user)',
		async () => {
			runAsOtherUser(
				`mkdir -m 777 ${shared}/tfe-ssh-eviled && touch ${shared}/tfe-ssh-eviled/a1b2c3`,
			);
			runAsOtherUser(`ln -s ${victim} ${shared}/tfe-ssh-linked`);
			const runtime = folderOf(base, 'run');
			chownSync(runtime, OTHER_UID, OTHER_UID);
			const folder = await createSocketDirectory({ runtime, own: runtime });
			expect(folder.startsWith(`${shared}/`)).toBe(true);
			expect(readdirSync(join(shared, 'tfe-ssh-eviled'))).toEqual(['a1b2c3']);
			expect(lstatSync(join(shared, 'tfe-ssh-linked')).isSymbolicLink()).toBe(true);
			expectVictimWhole();
		},
	);

	it.skipIf(!canRunAsOtherUser)(
		'are safe while another user swaps the directory for a link (requires root)',
		async () => {
			// Two names are swapped thousands of times: a directory that looks abandoned, and a link to files of
			// this user. The number is limited; the sweeps continue until it is reached.
			const script = `
				const { mkdirSync, renameSync, symlinkSync, writeFileSync, rmSync } = require('node:fs');
				const at = ${JSON.stringify(`${shared}/tfe-ssh-`)};
				process.setgid(${OTHER_UID}); process.setuid(${OTHER_UID});
				symlinkSync(${JSON.stringify(victim)}, at + 'linked');
				for (let i = 0; i < 20000; i += 1) {
					try { mkdirSync(at + 'folder', { mode: 0o777 }); } catch {}
					try { writeFileSync(at + 'folder/a1b2c3', ''); } catch {}
					try { renameSync(at + 'folder', at + 'raced'); } catch {}
					try { renameSync(at + 'raced', at + 'folder'); } catch {}
					try { renameSync(at + 'linked', at + 'raced'); } catch {}
					try { renameSync(at + 'raced', at + 'linked'); } catch {}
					if (i === 0) process.stdout.write('started');
				}`;
			const attacker = spawn(process.execPath, ['-e', script], {
				stdio: ['ignore', 'pipe', 'inherit'],
			});
			const ended = new Promise((resolve) => attacker.once('exit', resolve));
			await new Promise((resolve) => attacker.stdout.once('data', resolve));
			let running = true;
			void ended.then(() => {
				running = false;
			});
			let sweeps = 0;
			for (; running || sweeps < 10; sweeps += 1)
				removeSocketDirectory(await createSocketDirectory({}));
			expect(await ended).toBe(0);
			expect(sweeps).toBeGreaterThan(10);
			expectVictimWhole();
			expect(lstatSync(join(shared, 'tfe-ssh-linked')).isSymbolicLink()).toBe(true);
		},
	);
});

it('do not change the environment of other tests', () => {
	expect(tmpdir()).toBe(shared);
});
