import { request } from 'node:http';
import { createServer } from 'node:net';
import { WizardError } from '../engine/errors.ts';

/**
 * Normalizes the endpoint to `http://HOST:PORT`. Names are refused, including `localhost`, because
 * a name may resolve to another computer.
 *
 * @throws WizardError `refused` for anything but plain http to 127.0.0.0/8 or [::1].
 */
export function parseLoopbackEndpoint(endpoint: string): string {
	const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
	const loopback =
		url?.protocol === 'http:' &&
		/^(127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname) &&
		url.port !== '' &&
		url.username === '' &&
		url.password === '' &&
		url.pathname === '/' &&
		url.search === '' &&
		url.hash === '';
	if (url === undefined || !loopback) {
		throw new WizardError('refused', {
			message: `The practice cloud must be on a loopback address; ${JSON.stringify(endpoint)} is not.`,
			expected: 'http://127.0.0.1:PORT',
			next: ['tfe-wizard practice'],
		});
	}
	return url.origin;
}

/** Finds a free TCP port on 127.0.0.1; another process may take it before it is used. */
export async function findFreePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});
	const address = server.address();
	await new Promise((resolve) => server.close(resolve));
	if (address === null || typeof address === 'string') throw new Error('no free port was found');
	return address.port;
}

/**
 * The status of a GET request, or undefined if there is no response in `timeoutMs`. Never uses a
 * proxy or an existing connection.
 */
export function fetchStatus(url: string, timeoutMs = 2_000): Promise<number | undefined> {
	return new Promise((resolve) => {
		const outgoing = request(url, { agent: false, timeout: timeoutMs }, (response) => {
			response.resume();
			response.on('end', () => resolve(response.statusCode));
			response.on('error', () => resolve(undefined));
		});
		outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
		outgoing.on('error', () => resolve(undefined));
		outgoing.end();
	});
}
