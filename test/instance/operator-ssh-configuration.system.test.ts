import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { excludeFromChildEnvironments } from '../../source/engine/child-environment.ts';
import { connectToInstance } from '../../source/instance/connect.ts';
import type { InstanceConnection } from '../../source/instance/instance-types.ts';
import { InstanceError, type SshTarget } from '../../source/instance/instance-types.ts';
import type { SshConnectOptions } from '../../source/instance/ssh-master.ts';
import { listenOnFreePort } from '../helpers/local-server.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { startTestInstance, type TestInstance } from './test-instance.ts';

// What the operator's own ssh contributes: configurations, agents, jump hosts, and its failures.

const run = promisify(execFile);
const limits = { timeoutMs: 60_000 };
let test: TestInstance;
const open: InstanceConnection[] = [];

beforeAll(async () => {
	excludeFromChildEnvironments(['CANARY_DB']);
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

/** The error of a failed connection. */
async function refused(target: SshTarget, options: Partial<SshConnectOptions> = {}) {
	const error: unknown = await connected(target, options).then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	if (!(error instanceof InstanceError)) throw new Error(`no InstanceError: ${error}`);
	expect(error.fault).toBe('unreachable');
	return { message: error.message, hint: error.hint.join('\n') };
}

/** A free loopback port that the server listens on. */
async function listening(server: Server): Promise<number> {
	return listenOnFreePort(server);
}

/** An environment whose ssh is a script: these lines, then the real ssh with the remaining arguments. */
async function withScript(name: string, lines: readonly string[]): Promise<NodeJS.ProcessEnv> {
	const bin = join(test.scratch, name);
	await mkdir(bin);
	const real = (await run('sh', ['-c', 'command -v ssh'])).stdout.trim();
	const script = ['#!/bin/sh', ...lines, `exec ${real} "$@"`, ''].join('\n');
	await writeFile(join(bin, 'ssh'), script, { mode: 0o755 });
	return { ...process.env, PATH: `${bin}:${process.env.PATH}` };
}

describe('an ssh configuration of the operator', () => {
	it('that disables commands and input, adds forwards or shares connections changes nothing', async () => {
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

	it('works with an ssh older than some of these options (a stub rejects them)', async () => {
		const environment = await withScript('old', [
			'case "$*" in *SessionType*) echo "Bad configuration option" >&2; exit 255;; esac',
		]);
		const instance = await connected(test.target, { environment });
		expect((await instance.run(['echo', 'on'], limits)).stdout.toString()).toBe('on\n');
	});

	it("sees no secret in Match exec and ProxyCommand, but the rest of the operator's environment", async () => {
		const seen = join(test.scratch, 'environment');
		const proxy = join(test.scratch, 'proxy');
		const through =
			'const s = require("net").connect(process.argv[2], process.argv[1]); process.stdin.pipe(s).pipe(process.stdout)';
		const lines = [`env >'${seen}-proxy'`, `exec '${process.execPath}' -e '${through}' "$@"`];
		await writeFile(proxy, `#!/bin/sh\n${lines.join('\n')}\n`, { mode: 0o755 });
		const target = await test.configured([
			`Match exec "env >'${seen}-match'"`,
			...['SendEnv VAULT_* CANARY_*', `ProxyCommand '${proxy}' %h %p`],
		]);
		const secrets = { VAULT_TOKEN: 's.canary', VAULT_ADDR: 'canary', CANARY_DB: 'canary' };
		const own = { AWS_SESSION_TOKEN: 'for `aws ssm start-session`', OPERATORS_OWN: 'arrives' };
		const instance = await connected(target, {
			environment: { ...process.env, ...secrets, ...own },
		});
		await instance.run(['true'], limits);
		for (const where of ['match', 'proxy']) {
			const text = await readFile(`${seen}-${where}`, 'utf8');
			expect(text, where).toContain('AWS_SESSION_TOKEN=for');
			expect(text, where).toContain('OPERATORS_OWN=arrives');
			expect(text, where).not.toMatch(/VAULT_|canary/i);
		}
	});

	it("that rejects the host yields host keys from helpers without the operator's environment", async () => {
		const bin = join(test.scratch, 'helpers');
		await mkdir(bin);
		for (const name of ['ssh-keyscan', 'ssh-keygen']) {
			const real = (await run('sh', ['-c', `command -v ${name}`])).stdout.trim();
			const script = ['#!/bin/sh', `env >'${bin}/${name}.seen'`, `exec ${real} "$@"`, ''];
			await writeFile(join(bin, name), script.join('\n'), { mode: 0o755 });
		}
		const none = join(test.scratch, 'no_known_hosts_either');
		const target = await test.configured([`UserKnownHostsFile ${none}`], ['HostKeyAlias']);
		const environment = {
			...{ PATH: `${bin}:${process.env.PATH}`, HOME: test.scratch },
			...{ VAULT_TOKEN: 'canary', CANARY_DB: 'canary', AWS_SECRET_ACCESS_KEY: 'canary' },
		};
		await refused(target, { environment });
		for (const name of ['ssh-keyscan', 'ssh-keygen']) {
			const text = await readFile(join(bin, `${name}.seen`), 'utf8');
			expect(text, name).toContain('PATH=');
			expect(text, name).not.toMatch(/canary/);
		}
	});
});

describe('a connection path of the operator', () => {
	it('through a jump host is used', async () => {
		const target = await test.configured([`Host ${test.machine.host}`, 'ProxyJump jump', 'Host *']);
		const instance = await connected(target);
		expect((await instance.run(['echo', 'on'], limits)).stdout.toString()).toBe('on\n');
		expect(existsSync(await instance.forward(8200))).toBe(true);
		const { stdout } = await run('ps', ['-eo', 'args=']);
		expect(stdout).toMatch(new RegExp(`ssh .*-W .*${test.machine.ports.ssh}.* jump`));
	});

	it('with a key held only by an agent is used', async () => {
		const socket = join(test.scratch, 'agent');
		const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
		try {
			await waitFor('the socket of the agent', () => existsSync(socket));
			const environment = { ...process.env, HOME: test.scratch, SSH_AUTH_SOCK: socket };
			const own = ['IdentityFile', 'IdentitiesOnly', 'IdentityAgent'];
			const target = await test.configured(['IdentityFile none'], own);
			expect((await refused(target, { environment })).hint).toContain('ssh-add -l');
			const key = join(test.machine.folder, 'client_key');
			await run('ssh-add', ['-q', key], { env: environment });
			const instance = await connected(target, { environment });
			expect((await instance.run(['echo', 'on'], limits)).stdout.toString()).toBe('on\n');
		} finally {
			agent.kill();
		}
	});

	it('that stops working is noticed (with a keep-alive every second instead of every ten)', async () => {
		const environment = await withScript('hurried', [
			'for word; do shift',
			'case "$word" in ServerAliveInterval=*) word=ServerAliveInterval=1;; esac',
			'set -- "$@" "$word"; done',
		]);
		const instance = await connected(test.target, { environment });
		const mark = join(test.scratch, 'silent');
		const running = instance.run(['sh', '-c', `echo x >'${mark}'; sleep 60`], limits);
		const outcome = expect(running).rejects.toMatchObject({ fault: 'lost' });
		await waitFor('the command to start', () => existsSync(mark));
		process.kill(test.machine.pid, 'SIGSTOP');
		try {
			await outcome;
			await expect(instance.run(['true'], limits)).rejects.toMatchObject({
				fault: 'unreachable',
			});
		} finally {
			process.kill(test.machine.pid, 'SIGCONT');
		}
	});
});

describe('a failed connection has its own message', () => {
	it('for an unknown host key, with the keys the server shows', async () => {
		const none = join(test.scratch, 'no_known_hosts');
		// A permissive configuration does not make it accept any key.
		const target = await test.configured(
			[
				...[`UserKnownHostsFile ${none}`, 'StrictHostKeyChecking no'],
				'NoHostAuthenticationForLocalhost yes',
			],
			// With an alias of its own, the host is not treated as localhost.
			['HostKeyAlias'],
		);
		const { message, hint } = await refused(target);
		expect(message).toContain('is not in known_hosts');
		const key = join(test.machine.folder, 'host_key.pub');
		const [bits, print] = (await run('ssh-keygen', ['-lf', key])).stdout.split(' ');
		expect(hint).toContain(`${bits} ${print} (ED25519)`);
		expect(hint).toContain('not verified');
		expect(hint).toContain(`accept it once manually: ssh -F ${target.configFile} `);
		expect(existsSync(none)).toBe(false);
	});

	it.each([
		['under its alias', [], (alias: string) => alias],
		['at its port', ['HostKeyAlias'], () => `[127.0.0.1]:${test.machine.ports.ssh}`],
	] as const)(
		'for a changed host key, and the known key %s can be removed',
		async (_, without, nameOf) => {
			const wrong = join(test.scratch, 'wrong_known_hosts');
			const known = await readFile(join(test.machine.folder, 'known_hosts'), 'utf8');
			const other = await readFile(join(test.machine.folder, 'client_key.pub'), 'utf8');
			const name = nameOf(known.split(' ')[0] ?? '');
			await writeFile(wrong, `${name} ${other.split(' ').slice(0, 2).join(' ')}\n`);
			const target = await test.configured([`UserKnownHostsFile ${wrong}`], without);
			const { message, hint } = await refused(target);
			expect(message).toContain('HAS CHANGED');
			expect(hint).toContain(`${wrong}:1`);
			expect(hint).toContain('not verified');
			expect(hint).toContain('SHA256:');
			await run('sh', ['-c', /match: (ssh-keygen .+), then /.exec(hint)?.[1] ?? 'false']);
			expect(await readFile(wrong, 'utf8')).toBe('');
		},
	);

	it('for a rejected user key', async () => {
		const key = join(test.scratch, 'another_key');
		await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
		const configFile = join(test.scratch, 'another_config');
		const text = await readFile(test.machine.configFile, 'utf8');
		await writeFile(
			configFile,
			text.replace(/IdentityFile .*/, () => `IdentityFile ${key}`),
		);
		const { message, hint } = await refused({ ...test.target, configFile });
		expect(message).toContain('rejected every SSH key offered for tfe-admin');
		expect(hint).toContain('ssh-add');
	});

	it('for an unknown name, a closed port and a silent host', async () => {
		const nothing = { user: 'tfe-admin', configFile: '/dev/null' };
		const name = await refused({ ...nothing, host: 'no-such-host.invalid' });
		expect(name.message).toContain('Could not resolve the host name');

		const closed = await refused(await test.configured(['Port 1']));
		expect(closed.message).toContain('refused the connection');

		const silent = createServer(() => {});
		const port = await listening(silent);
		const late = await refused(await test.configured([`Port ${port}`]), { connectTimeoutMs: 500 });
		expect(late.message).toContain('does not respond');
		silent.close();
	});

	it('for a missing ssh and a cancelled connection', async () => {
		const environment = { PATH: test.scratch };
		expect((await refused(test.target, { environment })).message).toContain('ssh is not on PATH');
		const signal = AbortSignal.abort();
		expect((await refused(test.target, { signal })).message).toContain('was cancelled');
	});
});
