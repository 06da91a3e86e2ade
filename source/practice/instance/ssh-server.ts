import { type ChildProcess, spawn } from 'node:child_process';
import { createConnection, createServer, type Socket } from 'node:net';
import ssh2, {
	type AuthContext,
	type Connection,
	type ServerChannel,
	type Session,
	type TcpipRequestInfo,
} from 'ssh2';
import {
	buildChildEnvironment,
	type ChildEnvironment,
	createExactEnvironmentOptions,
} from '../../engine/child-environment.ts';
import { listenOnLoopback } from '../loopback.ts';
import { type InstanceLayout, PRACTICE_USER } from './instance-layout.ts';
import { SYSTEM_PATH } from './instance-requirements.ts';
import type { InstanceSshKeys } from './ssh-keys.ts';

interface SshServer {
	readonly port: number;
	/** Cuts every connection immediately. */
	dropConnections(): void;
	/** Stops it with everything it runs. */
	close(): Promise<void>;
}

/**
 * Listens on a free loopback port. Accepts only the one client key of the instance.
 *
 * @param ports The ports of the instance that may be forwarded, with the actual ports; its own SSH
 *   port may be too, so that it can be its own jump host.
 */
export async function startSshServer(
	layout: InstanceLayout,
	keys: InstanceSshKeys,
	ports: ReadonlyMap<number, number>,
): Promise<SshServer> {
	const children = new Set<ChildProcess>();
	const sockets = new Set<Socket>();
	const clients = new Set<Connection>();
	const server = new ssh2.Server({ hostKeys: [keys.hostKey] }, (client) => {
		clients.add(client);
		client.on('authentication', (context) => authenticate(context, keys.clientKey));
		client.on('session', (accept) => handleSshSession(accept(), layout, children));
		client.on('tcpip', (accept, reject, info) =>
			forward(accept, reject, info, info.destPort === port ? port : ports.get(info.destPort)),
		);
		// Ignore connection resets.
		client.on('error', () => {});
		client.on('close', () => clients.delete(client));
	});
	// Our own listener keeps the sockets, so that connections can be reset.
	const listener = createServer((socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
		server.injectSocket(socket);
	});
	const port = await listenOnLoopback(listener);
	const dropConnections = () => {
		for (const socket of sockets) socket.resetAndDestroy();
	};
	return {
		port,
		dropConnections,
		async close() {
			for (const child of children) child.kill('SIGHUP');
			dropConnections();
			await new Promise<void>((resolve) => listener.close(() => resolve()));
		},
	};
}

function authenticate(context: AuthContext, allowed: Buffer): void {
	const key = ssh2.utils.parseKey(allowed);
	const methods: ['publickey'] = ['publickey'];
	if (key instanceof Error || context.method !== 'publickey') {
		context.reject(methods);
		return;
	}
	const right =
		context.username === PRACTICE_USER &&
		context.key.algo === key.type &&
		context.key.data.equals(key.getPublicSSH());
	// Without a signature the client only asks whether the key is acceptable.
	const signed =
		context.signature === undefined ||
		(context.blob !== undefined &&
			key.verify(context.blob, context.signature, context.hashAlgo) === true);
	if (right && signed) context.accept();
	else context.reject(methods);
}

function forward(
	accept: () => ServerChannel,
	reject: () => void,
	{ destIP }: TcpipRequestInfo,
	port: number | undefined,
): void {
	if (port === undefined || !['127.0.0.1', 'localhost', '::1'].includes(destIP)) {
		reject();
		return;
	}
	const socket = createConnection({ host: '127.0.0.1', port });
	socket.once('error', reject);
	socket.once('connect', () => {
		socket.off('error', reject);
		const channel = accept();
		socket.on('error', () => channel.destroy());
		channel.on('error', () => socket.destroy());
		socket.pipe(channel);
		channel.pipe(socket);
		channel.once('close', () => socket.destroy());
		socket.once('close', () => channel.end());
	});
}

/** The environment of a command over SSH, as after a login. */
function createSshCommandEnvironment(layout: InstanceLayout): ChildEnvironment {
	const add = {
		PATH: `${layout.bin}:${SYSTEM_PATH}`,
		HOME: layout.home,
		// Where an interactive bash stores its history.
		HISTFILE: layout.history,
		USER: PRACTICE_USER,
		LOGNAME: PRACTICE_USER,
		SHELL: '/bin/sh',
		LANG: 'C.UTF-8',
		TERM: 'dumb',
	};
	return buildChildEnvironment({ for: 'helper', inherited: {}, add });
}

/**
 * Serves one session: commands in a real shell, with or without a terminal. As with sshd, a command
 * without a terminal outlives its connection; one with a terminal receives SIGHUP.
 */
function handleSshSession(
	session: Session,
	layout: InstanceLayout,
	children: Set<ChildProcess>,
): void {
	let terminal = false;
	const begin = (channel: ServerChannel, command: string) => {
		const [program, words] = terminal ? inTerminal(command) : ['/bin/sh', ['-c', command]];
		const child = spawn(program, words, {
			...createExactEnvironmentOptions(createSshCommandEnvironment(layout)),
			...{ cwd: layout.home, stdio: 'pipe' },
		});
		children.add(child);
		join(child, channel, terminal);
		child.once('close', () => children.delete(child));
	};
	session.on('pty', (accept) => {
		terminal = true;
		accept?.();
	});
	session.on('window-change', (accept) => accept?.());
	session.on('env', (accept) => accept?.());
	session.on('exec', (accept, _, { command }) => begin(accept(), command));
	session.on('shell', (accept) => begin(accept(), terminal ? 'exec sh -i' : 'exec sh'));
}

/** script(1) provides a pseudo-terminal, which Node does not; -e keeps the exit code. */
function inTerminal(command: string): [string, string[]] {
	return process.platform === 'linux'
		? ['script', ['-qfe', '-E', 'never', '-c', command, '/dev/null']]
		: ['script', ['-q', '/dev/null', '/bin/sh', '-c', command]];
}

function join(child: ChildProcess, channel: ServerChannel, terminal: boolean): void {
	const { stdin, stdout, stderr } = child;
	for (const stream of [stdin, stdout, stderr, channel, channel.stderr]) {
		// Either side may close first; the other then sees the end of the stream.
		stream?.on('error', () => {});
	}
	if (stdin !== null) channel.pipe(stdin);
	stdout?.pipe(channel, { end: false });
	stderr?.pipe(channel.stderr, { end: false });
	channel.once('close', () => {
		stdin?.destroy();
		if (terminal) child.kill('SIGHUP');
		// Close the pipes, so that a command that continues to print gets an error.
		stdout?.destroy();
		stderr?.destroy();
	});
	child.once('error', (error) => {
		channel.stderr.write(`${error.message}\n`);
		channel.exit(127);
		channel.end();
	});
	child.once('close', (code, signal) => {
		if (code !== null) channel.exit(code);
		else channel.exit((signal ?? 'SIGKILL').replace('SIG', ''), false);
		channel.end();
	});
}
