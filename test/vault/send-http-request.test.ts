import { createServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { listPendingWaits } from '../../source/engine/wait-registry.ts';
import { sendHttpRequest } from '../../source/vault/send-http-request.ts';
import { listenOnFreePort } from '../helpers/local-server.ts';
import { waitFor } from '../helpers/wait-for.ts';

async function listen(server: Server): Promise<number> {
	const port = await listenOnFreePort(server);
	onTestFinished(() => void server.close());
	return port;
}

test('names an unanswered request and its limit until it ends', async () => {
	let hangUp = (): void => {};
	const port = await listen(
		createServer((socket) => {
			socket.on('error', () => {});
			hangUp = () => socket.destroy();
		}),
	);
	const asked = sendHttpRequest(
		{ host: '127.0.0.1', port },
		{ method: 'GET', path: 'sys/seal-status', timeoutMs: 600_000 },
	);
	const failed = expect(asked).rejects.toMatchObject({ fault: 'unclear' });
	const wait = await waitFor('the request to be named', () => listPendingWaits()[0]);
	expect(wait).toMatchObject({
		what: "Vault's response to GET sys/seal-status",
		limitMs: 600_000,
	});
	await waitFor('the connection', () => {
		hangUp();
		return listPendingWaits().length === 0;
	});
	await failed;
});

test('reports a closed port in plain words', async () => {
	const server = createServer();
	const port = await listen(server);
	await new Promise((resolve) => server.close(resolve));
	const asked = sendHttpRequest(
		{ host: '127.0.0.1', port },
		{ method: 'GET', path: 'sys/seal-status', timeoutMs: 600_000 },
	);
	await expect(asked).rejects.toThrow(
		`Could not reach Vault: 127.0.0.1:${port} refused the connection.`,
	);
});
