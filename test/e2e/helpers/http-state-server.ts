import { createServer, type IncomingMessage } from 'node:http';
import { closeServer, listenOnFreePort } from '../../helpers/local-server.ts';

/** A lock as terraform sends it. */
export interface HttpLock {
	ID: string;
	Who: string;
	Operation: string;
	Created: string;
	[field: string]: unknown;
}

export interface HttpStateServer {
	/** `http://127.0.0.1:PORT`; a state is `/NAME`, its lock `/NAME/lock`. */
	address: string;
	/** Texts of the states, by name. */
	states: Map<string, string>;
	/** Locks that are held, by name of the state. */
	locks: Map<string, HttpLock>;
	/** Method and name of every request. */
	requests: string[];
	stop(): Promise<void>;
}

/**
 * A state store for terraform's `http` backend, with locks: a write needs the id of the lock.
 * https://developer.hashicorp.com/terraform/language/backend/http
 */
export async function startHttpStateServer(): Promise<HttpStateServer> {
	const states = new Map<string, string>();
	const locks = new Map<string, HttpLock>();
	const requests: string[] = [];
	const answer = (request: IncomingMessage, body: string): [number, string] => {
		const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
		const name = pathname.split('/')[1] ?? '';
		const held = locks.get(name);
		requests.push(`${request.method} ${name}`);
		switch (request.method) {
			case 'GET': {
				const text = states.get(name);
				return text === undefined ? [404, ''] : [200, text];
			}
			case 'POST':
				if (held?.ID !== searchParams.get('ID')) return [409, ''];
				states.set(name, body);
				return [200, ''];
			case 'LOCK':
				if (held !== undefined) return [423, JSON.stringify(held)];
				locks.set(name, JSON.parse(body) as HttpLock);
				return [200, ''];
			case 'UNLOCK':
				// `force-unlock` says nothing at all.
				if (body !== '' && held?.ID !== (JSON.parse(body) as HttpLock).ID) return [409, ''];
				locks.delete(name);
				return [200, ''];
			default:
				return [405, ''];
		}
	};
	const server = createServer(async (request, response) => {
		const parts: Buffer[] = [];
		for await (const part of request) parts.push(part as Buffer);
		try {
			const [status, text] = answer(request, Buffer.concat(parts).toString());
			response.writeHead(status).end(text);
		} catch (error) {
			response.writeHead(500).end(String(error));
		}
	});
	const port = await listenOnFreePort(server);
	return {
		...{ states, locks, requests },
		address: `http://127.0.0.1:${port}`,
		stop: () => closeServer(server),
	};
}
