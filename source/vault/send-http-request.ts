import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { SecretBytes } from '../engine/secret-bytes.ts';
import { formatSystemError } from '../engine/system-errors.ts';
import { trackWait } from '../engine/wait-registry.ts';
import { VaultError } from './response-errors.ts';

type SocketAddress = { socketPath: string } | { host: string; port: number };

/** Sends requests from elsewhere, such as the instance itself. */
interface HttpSender {
	/** Where the requests go, for messages. */
	address: string;
	/** Sends one request once, as `sendHttpRequest` does. */
	send(request: HttpRequest): Promise<HttpResponse>;
}

/** How to reach Vault's listener: a forwarded Unix socket, a port on loopback, or a sender. */
export type HttpTransport = (SocketAddress | HttpSender) & {
	/** Description for messages; derived from the address if not set. */
	how?: string;
	/** For the one request whose response must survive a lost connection. */
	detached?: RecoverableHttpSender;
};

/** Sends requests from the instance itself, so that a lost connection does not lose the response. */
export interface RecoverableHttpSender {
	/**
	 * @param name Usable once: a request is never sent again under the same name.
	 * @throws VaultError as `sendHttpRequest` does; `unsupported` when nothing was sent for lack of means.
	 */
	send(name: string, request: HttpRequest): Promise<HttpResponse>;
	/** The stored response with this name; undefined if there is none. */
	recall(name: string): Promise<HttpResponse | undefined>;
	/** Deletes that response. Never fails: a leftover is encrypted and readable only by its owner. */
	forget(name: string): Promise<void>;
}

export interface HttpRequest {
	method: 'GET' | 'PUT' | 'POST' | 'DELETE';
	/** Below `/v1/`. */
	path: string;
	/** JSON. Overwritten with zeros after the exchange, whatever the outcome. */
	body?: Buffer;
	token?: SecretBytes;
	/** Milliseconds for the whole exchange. */
	timeoutMs: number;
}

export interface HttpResponse {
	status: number;
	body: string;
	/** Target of a redirect; it is never followed. */
	location?: string;
}

/** Above the size of a rekey of 255 shares to large keys. */
const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;

/**
 * Sends one request over a connection of its own. Never retries, and never follows a redirect, which
 * would send the key to whatever address the response names.
 *
 * @throws VaultError `unsent` before the connection is open, `unclear` from then on.
 */
export async function sendHttpRequest(
	transport: HttpTransport,
	request: HttpRequest,
): Promise<HttpResponse> {
	const { method, path, timeoutMs, body } = request;
	try {
		return await trackWait(`Vault's response to ${method} ${path}`, timeoutMs, () =>
			'send' in transport ? transport.send(request) : connectAndSend(transport, request),
		);
	} finally {
		body?.fill(0);
	}
}

/** Describes the transport for messages. */
export function formatTransportAddress(transport: HttpTransport): string {
	if ('send' in transport) return transport.address;
	return 'socketPath' in transport
		? `the socket ${transport.socketPath}`
		: `${transport.host}:${transport.port}`;
}

function connectAndSend(address: SocketAddress, options: HttpRequest): Promise<HttpResponse> {
	const { method, path, timeoutMs } = options;
	const server = formatTransportAddress(address);
	return new Promise((resolve, reject) => {
		const socket =
			'socketPath' in address ? connect(address.socketPath) : connect(address.port, address.host);
		// What is written before is queued, so until then nothing was sent.
		let connected = false;
		socket.once('connect', () => {
			connected = true;
		});
		const end = () => {
			clearTimeout(timer);
			socket.destroy();
		};
		const fail = (why: string, cause?: unknown) => {
			reject(
				connected
					? new VaultError(
							'unclear',
							`The response to ${method} ${path} was lost: ${why}. Vault may have executed the request.`,
							{ cause },
						)
					: new VaultError('unsent', `Could not reach Vault: ${why}.`, { cause }),
			);
			end();
		};
		const failWith = (error: NodeJS.ErrnoException) =>
			fail(formatSystemError(error, connected ? 'Vault' : server), error);
		const timer = setTimeout(
			() => fail(`${connected ? 'no response' : `no connection to ${server}`} in ${timeoutMs} ms`),
			timeoutMs,
		);
		socket.on('error', failWith);
		const request = httpRequest({
			createConnection: () => socket,
			method,
			path: `/v1/${path}`,
			headers: createHeaders(options),
		});
		request.once('error', failWith);
		request.once('close', () => fail('the connection was closed'));
		request.once('response', (response) => {
			readResponseBody(response).then(
				(reply) => {
					resolve(reply);
					end();
				},
				(error: Error) => fail(error.message, error),
			);
		});
		request.end(options.body);
	});
}

function createHeaders({ body, token }: HttpRequest): Record<string, string | number> {
	return {
		host: 'localhost',
		connection: 'close',
		'x-vault-request': 'true',
		...(body === undefined
			? {}
			: { 'content-type': 'application/json', 'content-length': body.length }),
		// Node accepts headers as strings only; unlike a key, a token can be revoked.
		...(token === undefined ? {} : { 'x-vault-token': token.use((it) => it.toString('latin1')) }),
	};
}

async function readResponseBody(response: IncomingMessage): Promise<HttpResponse> {
	const pieces: Buffer[] = [];
	let length = 0;
	for await (const piece of response as AsyncIterable<Buffer>) {
		length += piece.length;
		if (length > MAX_RESPONSE_BYTES) throw new Error('it is too large');
		pieces.push(piece);
	}
	if (!response.complete) throw new Error('it was incomplete');
	const { location } = response.headers;
	return {
		status: response.statusCode ?? 0,
		body: Buffer.concat(pieces).toString('utf8'),
		...(location === undefined ? {} : { location }),
	};
}
