import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SecretBytes } from '../../source/engine/secret-bytes.ts';
import { connect } from '../../source/instance/connect.ts';
import { InstanceError, type SshTarget } from '../../source/instance/contract.ts';
import type { ConnectOptions } from '../../source/instance/master.ts';
import type { TerminalInstance } from '../../source/instance/terminal.ts';
import { isSameProcess, processStartedAt } from '../../source/practice/process-identity.ts';
import { startTestMachine, type TestMachine } from './machine.ts';

const run = promisify(execFile);
let test: TestMachine;
const open: TerminalInstance[] = [];

beforeAll(async () => {
	test = await startTestMachine();
});

afterEach(async () => {
	await Promise.all(open.splice(0).map((instance) => instance.close()));
});

afterAll(async () => {
	await test?.end();
});

async function connected(target = test.target, options: Partial<ConnectOptions> = {}) {
	const instance = await connect(target, { environment: process.env, ...options });
	open.push(instance);
	return instance;
}

/** How connecting fails. */
async function refused(target: SshTarget, options: Partial<ConnectOptions> = {}) {
	const error: unknown = await connected(target, options).then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	if (!(error instanceof InstanceError)) throw new Error(`no InstanceError: ${error}`);
	expect(error.fault).toBe('unreachable');
	return { message: error.message, hint: error.hint.join('\n') };
}

/** The process that holds the connection. */
async function masterOf(instance: TerminalInstance): Promise<{ pid: number; folder: string }> {
	const folder = dirname(await instance.forward(80));
	const asked = await run('ssh', ['-F', '/dev/null', '-S', join(folder, 'c'), '-O', 'check', 'x']);
	return { pid: Number(/pid=(\d+)/.exec(asked.stderr)?.[1]), folder };
}

async function untilGone(pid: number): Promise<void> {
	const startedAt = (await processStartedAt(pid)) ?? '';
	const deadline = Date.now() + 10_000;
	while (startedAt !== '' && (await isSameProcess(pid, startedAt))) {
		if (Date.now() > deadline) throw new Error(`process ${pid} is still there`);
		await sleep(20);
	}
}

/** The free port of loopback a server has got. */
async function listening(server: Server): Promise<number> {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	return typeof address === 'object' && address !== null ? address.port : 0;
}

async function untilThere(path: string): Promise<void> {
	const deadline = Date.now() + 10_000;
	while (!existsSync(path)) {
		if (Date.now() > deadline) throw new Error(`${path} did not come`);
		await sleep(20);
	}
}

const limits = { timeoutMs: 20_000 };

describe('commands', () => {
	it('keep their exit code, 255 as well, and both their outputs', async () => {
		const instance = await connected();
		for (const code of [0, 1, 127, 255]) {
			const script = `printf out; printf 'err\\n' >&2; exit ${code}`;
			expect(await instance.run(['sh', '-c', script], limits)).toEqual({
				...{ exitCode: code, stdout: Buffer.from('out'), stderr: 'err\n' },
			});
		}
	});

	it('get their words as they are', async () => {
		const instance = await connected();
		const words = ["it's", '$(id)', '`id`', 'a  b', '', '*', '~', '\\', '"', 'ä\n→', '-n', '$HOME'];
		const { stdout } = await instance.run(['printf', '%s\\0', ...words], limits);
		expect(stdout.toString().split('\0').slice(0, -1)).toEqual(words);
	});

	it('get bytes on standard input, and pipe among themselves', async () => {
		const instance = await connected();
		const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 256));
		const piped = { pipeline: [['cat'], ['gzip'], ['gzip', '-d']] };
		expect((await instance.run(piped, { ...limits, stdin: bytes })).stdout).toEqual(bytes);
		expect((await instance.run(['cat'], limits)).stdout).toEqual(Buffer.alloc(0));
	});

	it('go over one connection, at the same time if they like', async () => {
		const instance = await connected();
		const all = [1, 2, 3].map((n) => instance.run(['sh', '-c', `echo $PPID ${n}`], limits));
		const said = (await Promise.all(all)).map(({ stdout }) => stdout.toString().split(' ')[1]);
		expect(said).toEqual(['1\n', '2\n', '3\n']);
		const { pid } = await masterOf(instance);
		const { stdout } = await run('ps', ['-o', 'pgid=', '-p', String(pid)]);
		// Its own group: Ctrl-C in this terminal does not reach it.
		expect(Number(stdout)).toBe(pid);
	});

	it('that take too long are given up, and said to run still', async () => {
		const instance = await connected();
		await expect(instance.run(['sleep', '5'], { timeoutMs: 300 })).rejects.toMatchObject({
			fault: 'timeout',
			message: 'sleep 5 did not end within 0.3 s.',
		});
		expect((await instance.run(['echo', 'on'], limits)).exitCode).toBe(0);
	});

	it('that are stopped are lost while they run, and not sent when stopped before', async () => {
		const instance = await connected();
		const stop = new AbortController();
		const running = instance.run(['sleep', '5'], { ...limits, signal: stop.signal });
		setTimeout(() => stop.abort(), 300);
		await expect(running).rejects.toMatchObject({ fault: 'lost' });
		const after = instance.run(['echo'], { ...limits, signal: stop.signal });
		await expect(after).rejects.toMatchObject({ fault: 'unreachable' });
	});
});

describe('a connection', () => {
	it('lost while a command runs is told from one that was gone before', async () => {
		const instance = await connected();
		const mark = join(test.scratch, 'lost');
		const running = instance.run(['sh', '-c', `echo x >>'${mark}'; sleep 2`], limits);
		const outcome = expect(running).rejects.toMatchObject({ fault: 'lost' });
		await untilThere(mark);
		await test.cut();
		await outcome;
		await expect(instance.run(['echo'], limits)).rejects.toMatchObject({ fault: 'unreachable' });
		await expect(instance.forward(8200)).rejects.toMatchObject({ fault: 'unreachable' });
	});

	it('whose ssh is killed runs nothing a second time over another one', async () => {
		const instance = await connected();
		const mark = join(test.scratch, 'once');
		const { pid } = await masterOf(instance);
		const running = instance.run(['sh', '-c', `echo x >>'${mark}'; sleep 2`], limits);
		const outcome = expect(running).rejects.toMatchObject({ fault: 'lost' });
		await untilThere(mark);
		process.kill(pid, 'SIGKILL');
		await outcome;
		expect(await readFile(mark, 'utf8')).toBe('x\n');
	});

	it('ends with this program, however that ends', async () => {
		const module = new URL('../../source/instance/connect.ts', import.meta.url).href;
		const script = `
			import { dirname } from 'node:path';
			import { connect } from ${JSON.stringify(module)};
			const instance = await connect(${JSON.stringify(test.target)}, { environment: process.env });
			process.stdout.write(dirname(await instance.forward(80)));
			setInterval(() => {}, 1000);
		`;
		const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
		const folder = await new Promise<string>((resolve) => {
			child.stdout.once('data', (text: Buffer) => resolve(text.toString()));
		});
		const check = ['-F', '/dev/null', '-S', join(folder, 'c'), '-O', 'check', 'x'];
		const pid = Number(/pid=(\d+)/.exec((await run('ssh', check)).stderr)?.[1]);
		expect(await processStartedAt(pid)).toBeDefined();
		child.kill('SIGKILL');
		await untilGone(pid);
		expect(existsSync(join(folder, 'c'))).toBe(false);
		// What it had no time to take away, the next one does; not what another uses.
		const first = await masterOf(await connected());
		await connected();
		expect(existsSync(folder)).toBe(false);
		expect(existsSync(first.folder)).toBe(true);
	});

	it('keeps its sockets where nobody else can enter, and takes them away', async () => {
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

	it('tells a port that cannot be led here from a connection that has ended', async () => {
		const instance = await connected();
		const { folder } = await masterOf(instance);
		await rm(folder, { recursive: true });
		await expect(instance.forward(8200)).rejects.toMatchObject({ fault: 'no-forward' });
	});

	it('leads to a port of the instance', async () => {
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

describe('a configuration of the operator', () => {
	it('that wants no command, no input, forwards or another shared connection changes nothing', async () => {
		const taken = createServer();
		const port = await listening(taken);
		const target = await test.configured([
			...['SessionType none', 'StdinNull yes', 'ForkAfterAuthentication yes'],
			...[`LocalForward ${port} 127.0.0.1:8200`, `RemoteForward ${port} 127.0.0.1:8200`],
			...['ControlMaster auto', `ControlPath ${join(test.scratch, 'shared-%C')}`],
			...['ExitOnForwardFailure yes', 'IgnoreUnknown UseKeychain', 'UseKeychain yes'],
		]);
		const instance = await connected(target);
		const stdin = Buffer.from('given');
		expect((await instance.run(['cat'], { ...limits, stdin })).stdout).toEqual(stdin);
		expect(existsSync(await instance.forward(8200))).toBe(true);
		expect(readdirSync(test.scratch).filter((name) => name.startsWith('shared'))).toEqual([]);
		taken.close();
	});

	it('does as well with an ssh from before some of these options (a stand-in refuses them)', async () => {
		const bin = join(test.scratch, 'old-bin');
		await mkdir(bin);
		const real = (await run('sh', ['-c', 'command -v ssh'])).stdout.trim();
		const refuse =
			'case "$*" in *SessionType*) echo "Bad configuration option" >&2; exit 255;; esac';
		await writeFile(join(bin, 'ssh'), `#!/bin/sh\n${refuse}\nexec ${real} "$@"\n`, { mode: 0o755 });
		const environment = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
		const instance = await connected(test.target, { environment });
		expect((await instance.run(['echo', 'on'], limits)).stdout.toString()).toBe('on\n');
	});

	it('sees no token of Vault', async () => {
		const seen = join(test.scratch, 'environment');
		const target = await test.configured([`Match exec "env >'${seen}'"`, 'SendEnv VAULT_*']);
		const vault = { VAULT_TOKEN: 's.canary', VAULT_ADDR: 'http://127.0.0.1:1' };
		const instance = await connected(target, { environment: { ...process.env, ...vault } });
		await instance.run(['true'], limits);
		const text = await readFile(seen, 'utf8');
		expect(text).toContain('PATH=');
		expect(text).not.toContain('VAULT_');
	});
});

describe('connecting is refused in its own words', () => {
	it('for a host key nobody knows, with what the server shows', async () => {
		const none = join(test.scratch, 'no_known_hosts');
		// A careless configuration does not make it take any key.
		const target = await test.configured(
			[
				...[`UserKnownHostsFile ${none}`, 'StrictHostKeyChecking no'],
				'NoHostAuthenticationForLocalhost yes',
			],
			// With a name of its own a host is no localhost.
			['HostKeyAlias'],
		);
		const { message, hint } = await refused(target);
		expect(message).toContain('is not known here');
		const key = join(test.machine.folder, 'host_key.pub');
		const [bits, print] = (await run('ssh-keygen', ['-lf', key])).stdout.split(' ');
		expect(hint).toContain(`${bits} ${print} (ED25519)`);
		expect(hint).toContain('not verified');
		expect(hint).toContain(`accept it once by hand: ssh -F ${target.configFile} `);
		expect(existsSync(none)).toBe(false);
	});

	it('for a host key that has changed, loudly', async () => {
		const wrong = join(test.scratch, 'wrong_known_hosts');
		const known = await readFile(join(test.machine.folder, 'known_hosts'), 'utf8');
		const other = await readFile(join(test.machine.folder, 'client_key.pub'), 'utf8');
		await writeFile(wrong, `${known.split(' ')[0]} ${other.split(' ').slice(0, 2).join(' ')}\n`);
		const target = await test.configured([`UserKnownHostsFile ${wrong}`]);
		const { message, hint } = await refused(target);
		expect(message).toContain('HAS CHANGED');
		expect(hint).toContain(`${wrong}:1`);
		expect(hint).toContain('not verified');
		expect(hint).toContain('SHA256:');
	});

	it('for a key it does not take', async () => {
		const key = join(test.scratch, 'another_key');
		await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
		const configFile = join(test.scratch, 'another_config');
		const text = await readFile(test.machine.configFile, 'utf8');
		await writeFile(configFile, text.replace(/IdentityFile .*/, `IdentityFile ${key}`));
		const { message, hint } = await refused({ ...test.target, configFile });
		expect(message).toContain('lets nobody in as tfe-admin');
		expect(hint).toContain('ssh-add');
	});

	it('for a name, a port and a silence', async () => {
		const nothing = { user: 'tfe-admin', configFile: '/dev/null' };
		const name = await refused({ ...nothing, host: 'no-such-host.invalid' });
		expect(name.message).toContain('no address for the name');

		const closed = await refused(await test.configured(['Port 1']));
		expect(closed.message).toContain('refuses connections');

		const silent = createServer(() => {});
		const port = await listening(silent);
		const late = await refused(await test.configured([`Port ${port}`]), { connectTimeoutMs: 500 });
		expect(late.message).toContain('does not answer');
		silent.close();
	});

	it('without an ssh, and when stopped', async () => {
		const environment = { PATH: test.scratch };
		expect((await refused(test.target, { environment })).message).toContain('no ssh on PATH');
		const signal = AbortSignal.abort();
		expect((await refused(test.target, { signal })).message).toContain('was stopped');
	});
});

describe('a secret', () => {
	const words = `canary-${Math.random().toString(36).slice(2)}-abcdefghijklmnop`;
	const forms = [words, Buffer.from(words).toString('base64').slice(0, 40)];
	forms.push(Buffer.from(words).toString('hex'));

	/** Where a form of it stands in any process's words or environment. */
	function seen(): string[] {
		const found: string[] = [];
		for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
			for (const file of ['cmdline', 'environ']) {
				try {
					const text = readFileSync(`/proc/${pid}/${file}`, 'latin1');
					if (forms.some((form) => text.includes(form))) found.push(`${pid}/${file}: ${text}`);
				} catch {
					// It ended meanwhile.
				}
			}
		}
		return found;
	}

	it.runIf(process.platform === 'linux')('would be seen if it showed', async () => {
		const child = spawn('sleep', ['5'], { env: { PATH: process.env.PATH, LEAK: words } });
		try {
			const deadline = Date.now() + 5_000;
			while (seen().length === 0 && Date.now() < deadline) await sleep(10);
			expect(seen().join()).toContain(`${child.pid}/environ`);
		} finally {
			child.kill();
		}
	});

	it.runIf(process.platform === 'linux')(
		'on standard input shows in no process, log or file',
		async () => {
			const instance = await connected();
			const stdin = new SecretBytes(Buffer.from(words));
			const command = { pipeline: [['cat'], ['sh', '-c', 'sleep 0.4; cat']] };
			const found: string[] = [];
			let over = false;
			const watch = (async () => {
				while (!over) {
					found.push(...seen());
					await sleep(5);
				}
			})();
			const { stdout } = await instance.run(command, { ...limits, stdin });
			over = true;
			await watch;
			expect(stdout.toString()).toBe(words);
			expect(found).toEqual([]);
			for (const form of forms) {
				const grep = run('grep', ['-rlF', form, test.scratch]);
				await expect(grep).rejects.toMatchObject({ code: 1 });
			}
		},
	);

	it('typed in a terminal is not echoed, and typed only when it is asked for', async () => {
		const instance = await connected();
		const reply = new SecretBytes(Buffer.from(words));
		const script = `sleep 0.2; printf 'Key (will be hidden): '; read -r key; echo; echo "\${#key}"; tty; exit 255`;
		const ran = await instance.runInTerminal(['sh', '-c', script], {
			...limits,
			replies: [{ prompt: 'hidden): ', reply }],
		});
		expect(ran.exitCode).toBe(255);
		expect(ran.stdout.toString()).toMatch(
			new RegExp(`^Key \\(will be hidden\\): \n${words.length}\n/dev/\\S+\n$`),
		);
	});

	it('is not waited for without end in a terminal', async () => {
		const instance = await connected();
		const ran = instance.runInTerminal(['sleep', '5'], { timeoutMs: 400, replies: [] });
		await expect(ran).rejects.toMatchObject({ fault: 'timeout' });
	});
});
