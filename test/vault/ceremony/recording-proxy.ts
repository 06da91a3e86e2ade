import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { closeServer, listenOnFreePort } from '../../helpers/local-server.ts';

/** A recorded request. Contains only the public part of its body. */
export interface RecordedRequest {
	method: string;
	/** Below `/v1/`. */
	path: string;
	/** SHA-256 of method, path and body: equal for a repeated request. */
	digest: string;
	/** Whether it can change anything. */
	changes: boolean;
	/** The outcome; undefined while it is unknown. */
	status?: number;
}

/**
 * pass  forwarded unchanged
 * cut   executed, but the response is lost
 * drop  never arrives, and the connection breaks
 */
export type RequestFate =
	| 'pass'
	| 'cut'
	| 'drop'
	/** Never arrives, and is answered with this. */
	| { answer: { status: number; body: unknown } }
	/** Arrives altered. */
	| { send: (body: string) => string }
	/** Its response arrives altered. */
	| { rewrite: (body: Record<string, unknown>) => Record<string, unknown> };

export interface RecordingProxy {
	readonly port: number;
	readonly log: RecordedRequest[];
	/** Decides the fate of each request. */
	rule: (passed: RecordedRequest) => RequestFate | Promise<RequestFate>;
	/**
	 * Called when Vault has responded, before the response is passed on.
	 *
	 * @param givenUp Resolves when the client no longer waits for the response.
	 */
	answered: (passed: RecordedRequest, givenUp: Promise<void>) => void | Promise<void>;
	close(): Promise<void>;
}

/** A proxy in front of Vault that records requests and loses those it is told to. */
export async function startRecordingProxy(port: number): Promise<RecordingProxy> {
	const proxy: { -readonly [K in keyof RecordingProxy]: RecordingProxy[K] } = {
		port: 0,
		log: [],
		rule: () => 'pass',
		answered: () => undefined,
		close: () => closeServer(server),
	};
	const server = createServer((incoming, outgoing) => {
		pass(proxy, port, incoming, outgoing).catch(() => outgoing.destroy());
	});
	proxy.port = await listenOnFreePort(server);
	return proxy;
}

async function pass(
	proxy: RecordingProxy,
	port: number,
	incoming: IncomingMessage,
	outgoing: ServerResponse,
): Promise<void> {
	const method = incoming.method ?? '';
	const givenUp = new Promise<void>((resolve) => outgoing.once('close', resolve));
	let body = await whole(incoming);
	const passed: RecordedRequest = {
		method,
		path: (incoming.url ?? '').replace(/^\/v1\//, ''),
		digest: createHash('sha256').update(`${method} ${incoming.url} `).update(body).digest('hex'),
		changes: method !== 'GET',
	};
	proxy.log.push(passed);
	const fate = await proxy.rule(passed);
	if (fate === 'drop') {
		outgoing.destroy();
		return;
	}
	if (typeof fate === 'object' && 'answer' in fate) {
		passed.status = fate.answer.status;
		outgoing.writeHead(fate.answer.status, { connection: 'close' });
		outgoing.end(JSON.stringify(fate.answer.body));
		return;
	}
	if (typeof fate === 'object' && 'send' in fate) body = Buffer.from(fate.send(body.toString()));
	const answer = await forward(port, incoming, body);
	passed.status = answer.status;
	await proxy.answered(passed, givenUp);
	if (fate === 'cut') {
		outgoing.destroy();
		return;
	}
	outgoing.writeHead(answer.status, { 'content-type': 'application/json', connection: 'close' });
	outgoing.end(
		typeof fate === 'object' && 'rewrite' in fate
			? JSON.stringify(fate.rewrite(JSON.parse(answer.body.toString())))
			: answer.body,
	);
}

function forward(port: number, incoming: IncomingMessage, body: Buffer) {
	return new Promise<{ status: number; body: Buffer }>((resolve, reject) => {
		const headers = {
			...incoming.headers,
			connection: 'close',
			...(body.length === 0 ? {} : { 'content-length': String(body.length) }),
		};
		const { method, url: path } = incoming;
		const onward = request(
			{ host: '127.0.0.1', port, method, path, headers, agent: false },
			(answer) => {
				whole(answer).then(
					(read) => resolve({ status: answer.statusCode ?? 0, body: read }),
					reject,
				);
			},
		);
		onward.once('error', reject);
		onward.end(body);
	});
}

async function whole(stream: IncomingMessage): Promise<Buffer> {
	const pieces: Buffer[] = [];
	for await (const piece of stream as AsyncIterable<Buffer>) pieces.push(piece);
	return Buffer.concat(pieces);
}

/**
 * Finds requests that were sent blindly: a request that may commit must not be repeated without a
 * status request in between, and one without a response must be followed by a status request.
 *
 * @returns The violations; empty when there are none.
 */
export function findBlindRetries(log: readonly RecordedRequest[]): string[] {
	const blind: string[] = [];
	for (const [index, { path, digest, status, method }] of log.entries()) {
		if (method === 'GET' || !/rekey\/(update|verify)$/.test(path)) continue;
		const next = log[index + 1];
		if (status === undefined && next !== undefined && next.method !== 'GET')
			blind.push(`${next.method} ${next.path} right after ${method} ${path} got no answer`);
		const again = log.findIndex((one, at) => at > index && one.digest === digest);
		if (again === -1) continue;
		const looked = log.slice(index + 1, again).some((one) => one.method === 'GET');
		if (!looked) blind.push(`${method} ${path} twice`);
	}
	return blind;
}
