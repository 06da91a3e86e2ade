import { once } from 'node:events';
import { type RequestOptions, request } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { WizardError } from '../engine/errors.ts';

/**
 * Normalizes the endpoint to `http://HOST:PORT`. Names are refused, including `localhost`, because
 * a name may resolve to another computer.
 *
 * @throws WizardError `refused` for anything but plain http to 127.0.0.0/8 or [::1].
 */
export function normalizeLoopbackEndpoint(endpoint: string): string {
	const url = URL.parse(endpoint);
	// The normalized URL includes any user, path, query and fragment.
	if (url !== null && /^http:\/\/(127\.\d+\.\d+\.\d+|\[::1\]):\d+\/$/.test(url.href)) {
		return url.origin;
	}
	throw new WizardError('refused', {
		message: `The practice cloud must be on a loopback address; ${JSON.stringify(endpoint)} is not.`,
		expected: 'http://127.0.0.1:PORT',
		next: ['tfe-wizard practice'],
	});
}

/** Starts to listen on a free port of 127.0.0.1, and returns the port. */
export async function listenOnLoopback(server: Server): Promise<number> {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return (server.address() as AddressInfo).port;
}

/** Finds a free TCP port on 127.0.0.1; another process may take it before it is used. */
export async function findFreePort(): Promise<number> {
	const server = createServer();
	const port = await listenOnLoopback(server);
	await new Promise((resolve) => server.close(resolve));
	return port;
}

/**
 * Sends one request, never through a proxy or an existing connection.
 *
 * @throws Error if there is no complete response.
 */
export function requestLoopback(
	url: string,
	{ body, ...options }: RequestOptions & { body?: string },
): Promise<{ status: number | undefined; text: string }> {
	return new Promise((resolve, reject) => {
		const outgoing = request(url, { ...options, agent: false }, (response) => {
			text(response).then((text) => resolve({ status: response.statusCode, text }), reject);
		});
		outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
		outgoing.on('error', reject);
		outgoing.end(body);
	});
}

/** The status of a GET request, or undefined if there is no response in `timeoutMs`. */
export function fetchStatus(url: string, timeoutMs = 2_000): Promise<number | undefined> {
	return requestLoopback(url, { timeout: timeoutMs }).then(
		({ status }) => status,
		() => undefined,
	);
}
