import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SecretBytes } from '../../source/engine/secret-bytes.ts';
import { connectToInstance } from '../../source/instance/connect.ts';
import type { InstanceConnection } from '../../source/instance/instance-types.ts';
import {
	readSecretFile,
	removeFile,
	replaceSecretFile,
	statFile,
} from '../../source/instance/remote-files.ts';
import {
	deleteDetachedResult,
	readDetachedResult,
	runDetachedAndWait,
} from '../../source/instance/run-detached.ts';
import { getInstanceLayout } from '../../source/practice/instance/instance-layout.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { createWaitForFileScript, startTestInstance, type TestInstance } from './test-instance.ts';

const run = promisify(execFile);
const limits = { timeoutMs: 120_000 };
let test: TestInstance;
const open: InstanceConnection[] = [];

beforeAll(async () => {
	test = await startTestInstance('0.8.2');
});

afterEach(async () => {
	await Promise.all(open.splice(0).map((instance) => instance.close()));
});

afterAll(async () => {
	await test?.end();
});

async function connected() {
	const instance = await connectToInstance(test.target, { environment: process.env });
	open.push(instance);
	return instance;
}

const fresh = () => `run-${randomUUID()}`;

describe('detached commands', () => {
	it('a detached command returns its output and exit code every time it is read', async () => {
		const instance = await connected();
		const name = fresh();
		const script = "cat; printf 'err' >&2; exit 255";
		const wanted = { exitCode: 255, stdout: Buffer.from([0, 10, 255]), stderr: 'err' };
		const stdin = Buffer.from([0, 10, 255]);
		const command = ['sh', '-c', script];
		expect(await runDetachedAndWait(instance, command, { ...limits, name, stdin })).toEqual(wanted);
		expect(await readDetachedResult(instance, name, limits)).toEqual({
			...{ state: 'ended', result: wanted },
		});
		await deleteDetachedResult(instance, name, limits);
		expect(await readDetachedResult(instance, name, limits)).toEqual({ state: 'unknown' });
	});

	it('a detached command never runs twice under one name', async () => {
		const instance = await connected();
		const name = fresh();
		const mark = join(test.scratch, name);
		const command = ['sh', '-c', `echo x >>'${mark}'`];
		await runDetachedAndWait(instance, command, { ...limits, name });
		const again = runDetachedAndWait(instance, command, { ...limits, name });
		await expect(again).rejects.toMatchObject({ fault: 'unreachable' });
		expect(await readFile(mark, 'utf8')).toBe('x\n');
	});

	it('a detached command keeps its response for the next connection when the connection is cut', async () => {
		const name = fresh();
		const mark = join(test.scratch, name);
		const gate = `${mark}.go`;
		const command = [
			'sh',
			'-c',
			`echo x >>'${mark}'; ${createWaitForFileScript(gate)}; cat; exit 7`,
		];
		const stdin = new SecretBytes(Buffer.from('the old key'));
		const running = runDetachedAndWait(await connected(), command, { ...limits, name, stdin });
		const outcome = expect(running).rejects.toMatchObject({ fault: 'lost' });
		await waitFor('the command to start', () => existsSync(mark));
		await test.cut();
		await outcome;
		const instance = await connected();
		expect(await readDetachedResult(instance, name, limits)).toEqual({ state: 'running' });
		await writeFile(gate, '');
		const collected = await readDetachedResult(instance, name, { ...limits, waitMs: 60_000 });
		expect(collected).toEqual({
			state: 'ended',
			result: { exitCode: 7, stdout: Buffer.from('the old key'), stderr: '' },
		});
		expect(await readFile(mark, 'utf8')).toBe('x\n');
	});

	it('a killed detached command is distinguished from a running one', async () => {
		const instance = await connected();
		const name = fresh();
		const options = { name, timeoutMs: 5_000 };
		await expect(runDetachedAndWait(instance, ['sleep', '600'], options)).rejects.toMatchObject({
			fault: 'timeout',
		});
		expect(await readDetachedResult(instance, name, limits)).toEqual({ state: 'running' });
		const folder = join(getInstanceLayout(test.machine.folder).home, '.tfe-wizard', name);
		const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
		// It is the session leader, so this ends all of it.
		process.kill(-pid, 'SIGKILL');
		const collected = await readDetachedResult(instance, name, { ...limits, waitMs: 60_000 });
		expect(collected).toEqual({ state: 'interrupted' });
	});

	it('the files of a detached command are readable only by its user and do not contain its input', async () => {
		const instance = await connected();
		const name = fresh();
		const canary = `canary-${randomUUID()}`;
		const stdin = new SecretBytes(Buffer.from(canary));
		await runDetachedAndWait(instance, ['wc', '-c'], { ...limits, name, stdin });
		const folder = join(getInstanceLayout(test.machine.folder).home, '.tfe-wizard');
		const { stdout } = await run('find', [folder, '-perm', '/077']);
		expect(stdout).toBe('');
		for (const form of [canary, Buffer.from(canary).toString('base64').slice(0, 40)]) {
			await expect(run('grep', ['-rlF', form, test.scratch])).rejects.toMatchObject({ code: 1 });
		}
	});

	it('rejects an invalid name for a detached command', async () => {
		const instance = await connected();
		for (const name of ['', '../x', 'a b', '-x', '$(id)']) {
			const ran = runDetachedAndWait(instance, ['true'], { ...limits, name });
			await expect(ran).rejects.toThrow('invalid name');
		}
	});
});

describe('files that only root can read', () => {
	it('a root-only file is read, inspected, replaced and removed', async () => {
		const instance = await connected();
		const path = '/data/vault-unseal-key';
		const { unsealKey } = getInstanceLayout(test.machine.folder);
		const read = await readSecretFile(instance, path, limits);
		if (!read.ok) throw new Error(read.words);
		expect(read.secret.use((bytes) => bytes.toString())).toBe(await readFile(unsealKey, 'utf8'));
		expect(await statFile(instance, path, limits)).toMatchObject({ kind: 'file', size: 45 });
		const other = Buffer.from('another key\n');
		expect((await replaceSecretFile(instance, path, other, limits)).exitCode).toBe(0);
		expect(await readFile(unsealKey, 'utf8')).toBe('another key\n');
		expect((await stat(unsealKey)).mode & 0o777).toBe(0o600);
		expect(existsSync(`${unsealKey}.new`)).toBe(false);
		expect((await removeFile(instance, path, limits)).exitCode).toBe(0);
		expect(existsSync(unsealKey)).toBe(false);
		expect((await replaceSecretFile(instance, path, other, limits)).exitCode).toBe(0);
		expect((await stat(unsealKey)).mode & 0o777).toBe(0o600);
		expect((await removeFile(instance, path, limits)).exitCode).toBe(0);
		expect(await statFile(instance, path, limits)).toEqual({ kind: 'gone' });
		expect(await readSecretFile(instance, path, limits)).toMatchObject({ ok: false });
		expect((await removeFile(instance, path, limits)).exitCode).not.toBe(0);
	});

	it('replacing a file does not follow a link under the name of its draft', async () => {
		const instance = await connected();
		const { root } = getInstanceLayout(test.machine.folder);
		const victim = join(test.scratch, 'victim');
		await writeFile(victim, 'kept');
		const path = '/data/draft-test';
		const draft = join(root, 'data', 'draft-test.new');
		await symlink(victim, draft);
		const bytes = Buffer.from('a key\n');
		expect((await replaceSecretFile(instance, path, bytes, limits)).exitCode).toBe(0);
		expect(await readFile(victim, 'utf8')).toBe('kept');
		expect(await readFile(join(root, 'data', 'draft-test'), 'utf8')).toBe('a key\n');
		expect((await stat(join(root, 'data', 'draft-test'))).mode & 0o777).toBe(0o600);
		expect((await removeFile(instance, path, limits)).exitCode).toBe(0);
	});

	it('links and directories are not regular files, and an unreadable path is not reported as gone', async () => {
		const instance = await connected();
		const { root } = getInstanceLayout(test.machine.folder);
		const data = join(root, 'data');
		await symlink(join(data, 'missing'), join(data, 'link'));
		await writeFile(join(data, 'plain'), 'x');
		const kind = async (path: string) => (await statFile(instance, path, limits)).kind;
		expect(await kind('/data/link')).toBe('other');
		expect(await kind('/data')).toBe('other');
		expect(await kind('/data/plain')).toBe('file');
		expect(await kind('/data/plain/x')).toBe('unknown');
		expect(await kind('/data/none/x')).toBe('unknown');
	});
});
