import type { ChildProcess } from 'node:child_process';
import { createConnection, createServer, type Socket } from 'node:net';
import ssh2, {
	type AuthContext,
	type Connection,
	type ServerChannel,
	type TcpipRequestInfo,
} from 'ssh2';
import { listenOnLoopback } from '../loopback.ts';
import { type InstanceLayout, PRACTICE_USER } from './instance-layout.ts';
import type { InstanceSshKeys } from './ssh-keys.ts';
import { handleSshSession } from './ssh-sessions.ts';

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
