import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { WizardError } from '../../source/engine/errors.ts';
import {
	fetchStatus,
	findFreePort,
	normalizeLoopbackEndpoint,
} from '../../source/practice/loopback.ts';

describe('the endpoint of the practice cloud', () => {
	it.each([
		['http://127.0.0.1:5000', 'http://127.0.0.1:5000'],
		['http://127.0.0.1:5000/', 'http://127.0.0.1:5000'],
		['http://127.8.9.10:1', 'http://127.8.9.10:1'],
		['http://[::1]:5000', 'http://[::1]:5000'],
	])('accepts %s', (given, normal) => {
		expect(normalizeLoopbackEndpoint(given)).toBe(normal);
	});

	it.each([
		'https://127.0.0.1:5000',
		'http://127.0.0.1',
		'http://localhost:5000',
		'http://127.0.0.1.example.com:5000',
		'http://127.0.0.1@example.com:5000',
		'http://user:password@127.0.0.1:5000',
		'http://10.0.0.1:5000',
		'http://0.0.0.0:5000',
		'http://[::ffff:10.0.0.1]:5000',
		'http://127.0.0.1:5000/path',
		'http://127.0.0.1:5000/?x',
		'http://127.0.0.1:5000/#x',
		'https://ec2.us-west-2.amazonaws.com',
		'127.0.0.1:5000',
		'',
	])('refuses %s', (given) => {
		expect(() => normalizeLoopbackEndpoint(given)).toThrow(WizardError);
		expect(() => normalizeLoopbackEndpoint(given)).toThrow(
			expect.objectContaining({ fault: 'refused' }),
		);
	});
});

describe('fetching a status', () => {
	it('returns the status, or undefined if the server is absent or silent', async () => {
		const server = createServer((request, response) => {
			if (request.url === '/ok') response.writeHead(204).end();
		});
		const port = await findFreePort();
		await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
		try {
			expect(await fetchStatus(`http://127.0.0.1:${port}/ok`)).toBe(204);
			expect(await fetchStatus(`http://127.0.0.1:${port}/mute`, 100)).toBeUndefined();
		} finally {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		}
		expect(await fetchStatus(`http://127.0.0.1:${port}/ok`)).toBeUndefined();
	});
});
