import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { SecretBytes } from '../engine/secret-bytes.ts';
import { systemWords } from '../engine/system-errors.ts';
import { waitingFor } from '../engine/waits.ts';
import { VaultError } from './contract.ts';

/** Where Vault's listener is reached: a forwarded socket, or a port of a loopback. */
export type HttpTransport = ({ socketPath: string } | { host: string; port: number }) & {
	/** In words, for people; made from the address when not given. */
	how?: string;
	/** For the one request whose answer must not be lost with the connection. */
	apart?: HttpApart;
};

/** Sends requests from beside Vault, so that a lost connection does not lose the answer. */
export interface HttpApart {
	/**
	 * @param name Serves once: under the same name nothing is ever sent again.
	 * @throws VaultError as `exchange` does; `unsupported` when nothing was sent for lack of means.
	 */
	send(name: string, request: HttpRequest): Promise<HttpReply>;
	/** The answer that waits under a name; undefined when there is none. */
	recall(name: string): Promise<HttpReply | undefined>;
	/** Takes that answer away. Never fails: what stays is encrypted, and read by nobody else. */
	forget(name: string): Promise<void>;
}

export interface HttpRequest {
	method: 'GET' | 'PUT' | 'POST' | 'DELETE';
	/** Below `/v1/`. */
	path: string;
	/** JSON. Filled with 0 when the exchange is over, however it ends. */
	body?: Buffer;
	token?: SecretBytes;
	/** Milliseconds for the whole exchange. */
	timeoutMs: number;
}

export interface HttpReply {
	status: number;
	body: string;
	/** Where a redirect points; it is never followed. */
	location?: string;
}

/** A rekey of 255 shares to large keys stays below this. */
const LARGEST_REPLY = 4 * 1024 * 1024;

/**
 * One request and its whole answer, over a connection of its own. Nothing is repeated and no
 * redirect is followed: the key would go to whatever address the answer names.
 *
 * @throws VaultError `unsent` as long as no connection was made, `unclear` from then on.
 */
export function exchange(to: HttpTransport, ask: HttpRequest): Promise<HttpReply> {
	return waitingFor(`the answer of Vault to ${ask.method} ${ask.path}`, ask.timeoutMs, () =>
		openAndSend(to, ask),
	);
}

async function openAndSend(to: HttpTransport, ask: HttpRequest): Promise<HttpReply> {
	const until = Date.now() + ask.timeoutMs;
	try {
		const socket = await open(to, ask.timeoutMs);
		try {
			return await send(socket, ask, Math.max(1, until - Date.now()));
		} finally {
			socket.destroy();
		}
	} finally {
		ask.body?.fill(0);
	}
}

/** Where the transport leads, in words. */
export function whereTo(to: HttpTransport): string {
	return 'socketPath' in to ? `the socket ${to.socketPath}` : `${to.host}:${to.port}`;
}

function open(to: HttpTransport, timeoutMs: number): Promise<Socket> {
	return new Promise((resolve, reject) => {
		const socket = 'socketPath' in to ? connect(to.socketPath) : connect(to.port, to.host);
		const fail = (why: string, cause?: unknown) => {
			clearTimeout(timer);
			socket.destroy();
			reject(new VaultError('unsent', `Could not reach Vault: ${why}.`, { cause }));
		};
		const timer = setTimeout(
			() => fail(`no connection to ${whereTo(to)} in ${timeoutMs} ms`),
			timeoutMs,
		);
		socket.once('error', (error: NodeJS.ErrnoException) =>
			fail(systemWords(error, whereTo(to)), error),
		);
		socket.once('connect', () => {
			clearTimeout(timer);
			socket.removeAllListeners('error');
			resolve(socket);
		});
	});
}

function send(socket: Socket, ask: HttpRequest, timeoutMs: number): Promise<HttpReply> {
	return new Promise((resolve, reject) => {
		const lost = (why: string, cause?: unknown) => {
			clearTimeout(timer);
			reject(
				new VaultError(
					'unclear',
					`The answer to ${ask.method} ${ask.path} was lost: ${why}. It may have been carried out.`,
					{ cause },
				),
			);
			socket.destroy();
		};
		const timer = setTimeout(() => lost(`none came in ${timeoutMs} ms`), timeoutMs);
		const request = httpRequest({
			createConnection: () => socket,
			method: ask.method,
			path: `/v1/${ask.path}`,
			headers: headersOf(ask),
		});
		request.once('error', (error: NodeJS.ErrnoException) =>
			lost(systemWords(error, 'Vault'), error),
		);
		request.once('close', () => lost('the connection was closed'));
		request.once('response', (response) => {
			collect(response).then(
				(reply) => {
					clearTimeout(timer);
					resolve(reply);
				},
				(error: Error) => lost(error.message, error),
			);
		});
		request.end(ask.body);
	});
}

function headersOf({ body, token }: HttpRequest): Record<string, string | number> {
	return {
		host: 'localhost',
		connection: 'close',
		'x-vault-request': 'true',
		...(body === undefined
			? {}
			: { 'content-type': 'application/json', 'content-length': body.length }),
		// Node takes headers as strings alone; the token can be revoked, unlike a key.
		...(token === undefined ? {} : { 'x-vault-token': token.use((it) => it.toString('latin1')) }),
	};
}

async function collect(response: IncomingMessage): Promise<HttpReply> {
	const pieces: Buffer[] = [];
	let length = 0;
	for await (const piece of response as AsyncIterable<Buffer>) {
		length += piece.length;
		if (length > LARGEST_REPLY) throw new Error('it is too large');
		pieces.push(piece);
	}
	if (!response.complete) throw new Error('it broke off');
	const { location } = response.headers;
	return {
		status: response.statusCode ?? 0,
		body: Buffer.concat(pieces).toString('utf8'),
		...(location === undefined ? {} : { location }),
	};
}
