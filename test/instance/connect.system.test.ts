import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { getProcessStartTime } from '../../source/engine/process-start-time.ts';
import { SecretBytes } from '../../source/engine/secret-bytes.ts';
import { reportLongWaits } from '../../source/engine/wait-registry.ts';
import { connectToInstance } from '../../source/instance/connect.ts';
import type { InstanceConnection } from '../../source/instance/instance-types.ts';
import type { SshConnectOptions } from '../../source/instance/ssh-master.ts';
import { isSameProcess } from '../../source/practice/background-process.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { createWaitForFileScript, startTestInstance, type TestInstance } from './test-instance.ts';

const run = promisify(execFile);
let test: TestInstance;
const open: InstanceConnection[] = [];

beforeAll(async () => {
	test = await startTestInstance();
});

afterEach(async () => {
	await Promise.all(open.splice(0).map((instance) => instance.close()));
});

afterAll(async () => {
	await test?.end();
});

async function connected(target = test.target, options: Partial<SshConnectOptions> = {}) {
	const instance = await connectToInstance(target, { environment: process.env, ...options });
	open.push(instance);
	return instance;
}

/** The process that holds the connection. */
async function masterOf(instance: InstanceConnection): Promise<{ pid: number; folder: string }> {
	const folder = dirname(await instance.forward(80));
	const asked = await run('ssh', ['-F', '/dev/null', '-S', join(folder, 'c'), '-O', 'check', 'x']);
	return { pid: Number(/pid=(\d+)/.exec(asked.stderr)?.[1]), folder };
}

async function untilGone(pid: number): Promise<void> {
	const startedAt = getProcessStartTime(pid) ?? '';
	await waitFor(
		`process ${pid} to end`,
		async () => startedAt === '' || !isSameProcess(pid, startedAt),
	);
}

const untilThere = (path: string) => waitFor(`the file ${path}`, () => existsSync(path));

const limits = { timeoutMs: 120_000 };

describe('progress of waits', () => {
	it('names the connection and the command while they last', async () => {
		const named = new Set<string>();
		const times = { firstMs: 1, everyMs: 600_000 };
		const stop = reportLongWaits(
			({ what, limitSeconds }) => named.add(`${what} ${limitSeconds}`),
			times,
		);
		const instance = await connected();
		await instance.run(['sleep', '0.2'], limits);
		stop();
		expect(named).toContain(`the SSH connection to ${test.target.host} 30`);
		expect(named).toContain(`a command on ${test.target.host} 120`);
	});
});

describe('commands', () => {
	it('return their exit code, even 255, and both outputs', async () => {
		const instance = await connected();
		for (const code of [0, 1, 127, 255]) {
			const script = `printf out; printf 'err\\n' >&2; exit ${code}`;
			expect(await instance.run(['sh', '-c', script], limits)).toEqual({
				...{ exitCode: code, stdout: Buffer.from('out'), stderr: 'err\n' },
			});
		}
	});

	it('receive their words unchanged', async () => {
		const instance = await connected();
		const words = ["it's", '$(id)', '`id`', 'a  b', '', '*', '~', '\\', '"', 'ä\n→', '-n', '$HOME'];
		const { stdout } = await instance.run(['printf', '%s\\0', ...words], limits);
		expect(stdout.toString().split('\0').slice(0, -1)).toEqual(words);
	});

	it('receive bytes on standard input', async () => {
		const instance = await connected();
		const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 256));
		expect((await instance.run(['cat'], { ...limits, stdin: bytes })).stdout).toEqual(bytes);
		expect((await instance.run(['cat'], limits)).stdout).toEqual(Buffer.alloc(0));
	});

	it('share one connection, even concurrently', async () => {
		const instance = await connected();
		const all = [1, 2, 3].map((n) => instance.run(['sh', '-c', `echo $PPID ${n}`], limits));
		const said = (await Promise.all(all)).map(({ stdout }) => stdout.toString().split(' ')[1]);
		expect(said).toEqual(['1\n', '2\n', '3\n']);
		const { pid } = await masterOf(instance);
		const { stdout } = await run('ps', ['-o', 'pgid=', '-p', String(pid)]);
		// A process group of its own: Ctrl-C in this terminal does not reach it.
		expect(Number(stdout)).toBe(pid);
	});

	it('that exceed their time limit are abandoned and reported as possibly still running', async () => {
		const instance = await connected();
		await expect(instance.run(['sleep', '60'], { timeoutMs: 300 })).rejects.toMatchObject({
			fault: 'timeout',
			message: 'sleep 60 did not finish within 0.3 s.',
		});
		expect((await instance.run(['echo', 'on'], limits)).exitCode).toBe(0);
	});

	it('are reported as lost if cancelled while running, and not sent if cancelled before', async () => {
		const instance = await connected();
		const stop = new AbortController();
		const mark = join(test.scratch, 'stopped');
		const command = ['sh', '-c', `echo x >'${mark}'; exec sleep 60`];
		const running = instance.run(command, { ...limits, signal: stop.signal });
		const outcome = expect(running).rejects.toMatchObject({ fault: 'lost' });
		await untilThere(mark);
		stop.abort();
		await outcome;
		const after = instance.run(['echo'], { ...limits, signal: stop.signal });
		await expect(after).rejects.toMatchObject({ fault: 'unreachable' });
	});
});

describe('a connection', () => {
	it('lost while a command runs is distinguished from one lost before', async () => {
		const instance = await connected();
		const mark = join(test.scratch, 'lost');
		const running = instance.run(['sh', '-c', `echo x >>'${mark}'; exec sleep 60`], limits);
		const outcome = expect(running).rejects.toMatchObject({ fault: 'lost' });
		await untilThere(mark);
		await test.cut();
		await outcome;
		await expect(instance.run(['echo'], limits)).rejects.toMatchObject({ fault: 'unreachable' });
		await expect(instance.forward(8200)).rejects.toMatchObject({ fault: 'unreachable' });
	});

	it('whose ssh is killed does not run the command again over another connection', async () => {
		const instance = await connected();
		const mark = join(test.scratch, 'once');
		const { pid } = await masterOf(instance);
		const running = instance.run(['sh', '-c', `echo x >>'${mark}'; exec sleep 60`], limits);
		const outcome = expect(running).rejects.toMatchObject({ fault: 'lost' });
		await untilThere(mark);
		process.kill(pid, 'SIGKILL');
		await outcome;
		expect(await readFile(mark, 'utf8')).toBe('x\n');
	});

	it('ends when this program ends, for whatever reason', async () => {
		const module = new URL('../../source/instance/connect.ts', import.meta.url).href;
		const script = `
			import { dirname } from 'node:path';
			import { connectToInstance } from ${JSON.stringify(module)};
			const instance = await connectToInstance(${JSON.stringify(test.target)}, { environment: process.env });
			process.stdout.write(dirname(await instance.forward(80)));
			setInterval(() => {}, 1000);
		`;
		const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
		const folder = await new Promise<string>((resolve) => {
			child.stdout.once('data', (text: Buffer) => resolve(text.toString()));
		});
		const check = ['-F', '/dev/null', '-S', join(folder, 'c'), '-O', 'check', 'x'];
		const pid = Number(/pid=(\d+)/.exec((await run('ssh', check)).stderr)?.[1]);
		expect(getProcessStartTime(pid)).toBeDefined();
		child.kill('SIGKILL');
		await untilGone(pid);
		expect(existsSync(join(folder, 'c'))).toBe(false);
		// Leftovers that it could not remove are removed by the next connection, but not those in use.
		const first = await masterOf(await connected());
		await connected();
		expect(existsSync(folder)).toBe(false);
		expect(existsSync(first.folder)).toBe(true);
	});

	it('has sockets that only this user can access, and removes them', async () => {
		const long = join(test.scratch, 'x'.repeat(90));
		await mkdir(long);
		const instance = await connected(test.target, { runtimeFolder: long });
		const { folder, pid } = await masterOf(instance);
		expect(folder.startsWith(long)).toBe(false);
		expect(statSync(folder).mode & 0o777).toBe(0o700);
		for (const name of readdirSync(folder)) {
			expect(statSync(join(folder, name)).mode & 0o077, name).toBe(0);
		}
		await instance.close();
		await untilGone(pid);
		expect(existsSync(folder)).toBe(false);
	});

	it('reports a refused port forward differently from a lost connection', async () => {
		const instance = await connected();
		const { folder } = await masterOf(instance);
		await rm(folder, { recursive: true });
		await expect(instance.forward(8200)).rejects.toMatchObject({ fault: 'no-forward' });
	});

	it('forwards a port of the instance', async () => {
		const instance = await connected();
		const socketPath = await instance.forward(8200);
		expect(await instance.forward(8200)).toBe(socketPath);
		const body = await new Promise<string>((resolve, reject) => {
			const request = get({ socketPath, path: '/v1/sys/seal-status' }, (response) => {
				let text = '';
				response.on('data', (chunk: Buffer) => {
					text += chunk.toString();
				});
				response.on('end', () => resolve(text));
			});
			request.on('error', reject);
		});
		expect(JSON.parse(body)).toMatchObject({ sealed: false, n: 1, t: 1 });
	});
});

describe('a secret', () => {
	const words = `canary-${Math.random().toString(36).slice(2)}-abcdefghijklmnop`;
	const forms = [words, Buffer.from(words).toString('base64').slice(0, 40)];
	forms.push(Buffer.from(words).toString('hex'));

	/** Finds any form of the secret in the arguments or environment of a process. */
	function seen(): string[] {
		const found: string[] = [];
		for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
			for (const file of ['cmdline', 'environ']) {
				try {
					const text = readFileSync(`/proc/${pid}/${file}`, 'latin1');
					if (forms.some((form) => text.includes(form))) found.push(`${pid}/${file}: ${text}`);
				} catch {
					// The process ended in the meantime.
				}
			}
		}
		return found;
	}

	it.runIf(process.platform === 'linux')(
		'is found by the search of this test if it leaks',
		async () => {
			const child = spawn('sleep', ['600'], { env: { PATH: process.env.PATH, LEAK: words } });
			try {
				await waitFor('the secret to be seen', () =>
					seen().join().includes(`${child.pid}/environ`),
				);
			} finally {
				child.kill();
			}
		},
	);

	it.runIf(process.platform === 'linux')(
		'on standard input appears in no process, log or file',
		async () => {
			const instance = await connected();
			const stdin = new SecretBytes(Buffer.from(words));
			// The command reads its input only after all processes were searched often enough while it ran.
			const [mark, gate] = [join(test.scratch, 'reads'), join(test.scratch, 'may-read')];
			const script = `echo x >'${mark}'; ${createWaitForFileScript(gate)}; cat`;
			const command = ['sh', '-c', script];
			const found: string[] = [];
			let looks = 0;
			const running = instance.run(command, { ...limits, stdin });
			await waitFor('twenty looks at all processes', () => {
				found.push(...seen());
				if (existsSync(mark)) looks += 1;
				return looks === 20;
			});
			writeFileSync(gate, '');
			const { stdout } = await running;
			expect(stdout.toString()).toBe(words);
			expect(found).toEqual([]);
			for (const form of forms) {
				const grep = run('grep', ['-rlF', form, test.scratch]);
				await expect(grep).rejects.toMatchObject({ code: 1 });
			}
		},
	);
});
