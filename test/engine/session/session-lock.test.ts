import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { WizardError } from '../../../source/engine/errors.ts';
import {
	acquireSessionLock,
	findRunningLockHolder,
} from '../../../source/engine/session/session-lock.ts';
import { createDirectoryForEachTest } from '../../helpers/temporary-directory.ts';
import { runWithTimeRange, waitFor } from '../../helpers/wait-for.ts';

const lockModule = new URL('../../../source/engine/session/session-lock.ts', import.meta.url).href;
const folder = createDirectoryForEachTest();
let path: string;

beforeEach(() => {
	path = join(folder, 'lock');
});

function refusal(work: () => unknown): WizardError {
	try {
		work();
	} catch (thrown) {
		if (thrown instanceof WizardError) return thrown;
		throw thrown;
	}
	throw new Error('it was not refused');
}

/** Starts a process that acquires the lock, reports it and waits until its input ends. */
async function holderProcess(word: string) {
	const code = `import { acquireSessionLock } from ${JSON.stringify(lockModule)};
acquireSessionLock(${JSON.stringify(path)}, 'acme');
process.stdout.write('held');
process.stdin.resume();`;
	const child = spawn(process.execPath, ['--input-type=module', '-e', code, '--', word], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	await once(child.stdout, 'data');
	return child;
}

describe('a session lock', () => {
	it('is a file with mode 0600 that names its holder and is removed on release', async () => {
		const taken = await runWithTimeRange(() => acquireSessionLock(path, 'acme'));
		expect(statSync(path).mode & 0o777).toBe(0o600);
		expect(findRunningLockHolder(path)).toMatchObject({ pid: process.pid, host: hostname() });
		expect(taken.includes(findRunningLockHolder(path)?.since)).toBe(true);
		taken.result.release();
		expect(findRunningLockHolder(path)).toBeUndefined();
		expect(readdirSync(folder)).toEqual([]);
	});

	it('rejects a second run with exit code 7, naming the process, user and start time', async () => {
		const child = await holderProcess('install');
		const error = refusal(() => acquireSessionLock(path, 'acme'));
		expect(error.exitCode).toBe(7);
		expect(error.message).toBe('Session acme is in use by another run.');
		const details = error.facts.details?.join('\n') ?? '';
		expect(details).toContain(`process ${child.pid} of `);
		expect(details).toMatch(/since \d{4}-\d\d-\d\dT/);
		expect(details).toContain(path);
		expect(error.facts.next?.at(-1)).toBe('tfe-wizard sessions show acme');
		child.stdin.end();
		await once(child, 'exit');
	});

	it('is taken over at once when its process was killed', async () => {
		const child = await holderProcess('install');
		child.kill('SIGKILL');
		await once(child, 'exit');
		expect(findRunningLockHolder(path)).toBeUndefined();
		const lock = acquireSessionLock(path, 'acme');
		expect(findRunningLockHolder(path)?.pid).toBe(process.pid);
		lock.release();
		expect(readdirSync(folder)).toEqual([]);
	});

	it.runIf(process.platform === 'linux')('is taken over when its process is a zombie', async () => {
		// `sleep` replaces the shell and never reaps the shell's child, which ends with its input.
		const parent = spawn('sh', ['-c', 'cat <&3 & echo $!; exec sleep 600 3<&-'], {
			stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
		});
		const said = parent.stdout as Readable;
		const pid = Number(String((await once(said, 'data'))[0]));
		const fields = () => {
			const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
			return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		};
		await waitFor('the shell to be replaced', () =>
			readFileSync(`/proc/${parent.pid}/cmdline`, 'utf8').startsWith('sleep'),
		);
		parent.stdio[3]?.destroy();
		await waitFor('the child to end', () => fields()[0] === 'Z');
		const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
		const zombie = {
			pid,
			born: `${boot}/${fields()[19]}`,
			host: hostname(),
			user: 'x',
			since: '',
			command: '',
		};
		writeFileSync(path, JSON.stringify(zombie));
		expect(findRunningLockHolder(path)).toBeUndefined();
		parent.kill('SIGKILL');
	});

	it('is taken over when its pid was reused by a process with another start time', () => {
		acquireSessionLock(path, 'acme');
		const holder = JSON.parse(readFileSync(path, 'utf8'));
		writeFileSync(path, JSON.stringify({ ...holder, born: '1' }));
		expect(findRunningLockHolder(path)).toBeUndefined();
		acquireSessionLock(path, 'acme').release();
	});

	it('is held when its process is on another host, and the error explains how to remove it', () => {
		acquireSessionLock(path, 'acme');
		const holder = JSON.parse(readFileSync(path, 'utf8'));
		writeFileSync(path, JSON.stringify({ ...holder, pid: 4_194_999, host: 'elsewhere' }));
		const error = refusal(() => acquireSessionLock(path, 'acme'));
		expect(error.facts.details?.[0]).toContain(' on elsewhere, since ');
		expect(error.facts.next?.at(-1)).toContain(`rm ${path} (only if elsewhere no longer exists`);
	});

	it('is taken over when its content is invalid', () => {
		writeFileSync(path, '{"pid":');
		const lock = acquireSessionLock(path, 'acme');
		expect(findRunningLockHolder(path)?.pid).toBe(process.pid);
		lock.release();
	});

	it('is not released by a run that no longer holds it', () => {
		const lock = acquireSessionLock(path, 'acme');
		const holder = JSON.parse(readFileSync(path, 'utf8'));
		writeFileSync(path, JSON.stringify({ ...holder, pid: 1 }));
		lock.release();
		expect(JSON.parse(readFileSync(path, 'utf8')).pid).toBe(1);
	});

	it('is acquired by exactly one of several runs that take over a stale lock', async () => {
		const dead = { pid: 4_194_999, born: '1', host: hostname(), user: 'x', since: '', command: '' };
		writeFileSync(path, JSON.stringify(dead));
		const code = `import { acquireSessionLock } from ${JSON.stringify(lockModule)};
process.stdin.once('data', () => {
	try { acquireSessionLock(${JSON.stringify(path)}, 'acme'); process.stdout.write('held'); }
	catch (error) { process.stdout.write(String(error.exitCode ?? error)); }
	process.stdin.once('data', () => process.exit());
});
process.stdout.write('ready ');`;
		const children = Array.from({ length: 6 }, () =>
			spawn(process.execPath, ['--input-type=module', '-e', code], {
				stdio: ['pipe', 'pipe', 'inherit'],
			}),
		);
		const said = children.map(() => '');
		for (const [index, child] of children.entries()) {
			child.stdout.on('data', (words) => {
				said[index] += words;
			});
		}
		const all = (form: RegExp) =>
			waitFor(`six times ${form}`, () => said.every((words) => form.test(words)));
		await all(/^ready $/);
		for (const child of children) child.stdin.write('go');
		await all(/^ready ./);
		for (const child of children) child.stdin.write('end');
		await Promise.all(children.map((child) => once(child, 'exit')));
		expect(said.sort()).toEqual([...Array(5).fill('ready 7'), 'ready held']);
	});
});
