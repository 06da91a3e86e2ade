import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SecretBytes } from '../../../../source/engine/secret-bytes.ts';
import { connectToInstance } from '../../../../source/instance/connect.ts';
import type { InstanceConnection } from '../../../../source/instance/instance-types.ts';
import { readSecretFile } from '../../../../source/instance/remote-files.ts';
import { readDetachedResult } from '../../../../source/instance/run-detached.ts';
import {
	createCurlTransport,
	createDetachedHttpSender,
} from '../../../../source/targets/ptfe-ami/rekey/remote-requests.ts';
import { parseKeyShare } from '../../../../source/vault/key-shares.ts';
import { generateDryRunKey } from '../../../../source/vault/pgp/generate-keys.ts';
import { probeAndCreateVaultClient } from '../../../../source/vault/probe-vault.ts';
import type { RekeyRequest } from '../../../../source/vault/rekey-preconditions.ts';
import { sendHttpRequest } from '../../../../source/vault/send-http-request.ts';
import { listenOnFreePort } from '../../../helpers/local-server.ts';
import { createTemporaryDirectory } from '../../../helpers/temporary-directory.ts';
import { createLocalInstance } from '../../../instance/local-instance.ts';
import { startTestInstance, type TestInstance } from '../../../instance/test-instance.ts';
import { describeFaultyServer } from '../../../vault/faulty-server.ts';

// A Vault of 0.8 counts new shares at the very request whose answer may be lost: on the stand-in.

let machine: TestInstance;
let instance: InstanceConnection;
const limits = { timeoutMs: 120_000 };

beforeAll(async () => {
	machine = await startTestInstance('0.8.2');
	instance = await connectToInstance(machine.target, { environment: process.env });
});
afterAll(async () => {
	await instance?.close();
	await machine?.end();
});

async function vaultOver(over: InstanceConnection) {
	const listener = { address: 'http://127.0.0.1:8200', tlsOptions: [] };
	const socketPath = await over.forward(8200);
	const { vault } = await probeAndCreateVaultClient({
		http: { socketPath, detached: createDetachedHttpSender(over, listener) },
	});
	return vault;
}

it('recovers the response after the connection was lost, with the emulated Vault 0.8', async () => {
	const read = await readSecretFile(instance, '/data/vault-unseal-key', limits);
	if (!read.ok) throw new Error(read.words);
	const key = read.secret.use(parseKeyShare);
	if (!(key instanceof SecretBytes)) throw new Error(key.what);
	const vault = await vaultOver(instance);
	expect(vault.features.verify).toBe(false);
	const { publicKey, fingerprint } = await generateDryRunKey({ signOnly: false });
	const request: RekeyRequest = {
		...{ shares: 1, threshold: 1, pgpKeys: [publicKey], backup: true, verify: false },
	};
	const { nonce } = await vault.startRekey(request);
	const submitted = await vault.submitShare(key, nonce, request);
	if (!submitted.complete) throw new Error('the rekey did not end');
	const message = submitted.shares[0]?.message ?? Buffer.alloc(0);

	await machine.cut();
	await instance.close();
	instance = await connectToInstance(machine.target, { environment: process.env });
	const again = await vaultOver(instance);
	// Without a token: it is the answer itself that waits, and not what Vault keeps.
	const found = await again.readShareBackup(nonce);
	expect(found?.nonce).toBe(nonce);
	expect(found?.shares.get(fingerprint)?.[0]?.equals(message)).toBe(true);
	await again.deleteStoredResponse('another-nonce');
	expect(await again.readShareBackup(nonce)).toEqual(found);
	await again.deleteStoredResponse(nonce);
	const none = { state: 'unknown' };
	expect(await readDetachedResult(instance, `rekey-${nonce}`, limits)).toEqual(none);
	await expect(again.readShareBackup(nonce)).rejects.toMatchObject({ fault: 'refused' });
});

describe('by a curl on the instance', () => {
	const home = createTemporaryDirectory();

	describeFaultyServer((port) =>
		createCurlTransport(createLocalInstance({ home }), {
			address: `http://127.0.0.1:${port}`,
			tlsOptions: [],
		}),
	);

	it('sends a token with a long body once, and neither in its arguments', async () => {
		const received: { token: unknown; body: string }[] = [];
		const server = createServer(async (request, response) => {
			let body = '';
			for await (const piece of request) body += piece;
			received.push({ token: request.headers['x-vault-token'], body });
			response.writeHead(200).end('{}');
		});
		const port = await listenOnFreePort(server);
		const ran: string[] = [];
		const local = createLocalInstance({ home });
		const watched: InstanceConnection = {
			...local,
			run(command, options) {
				ran.push(JSON.stringify(command));
				return local.run(command, options);
			},
		};
		const listener = { address: `http://127.0.0.1:${port}`, tlsOptions: [] };
		const transport = createCurlTransport(watched, listener);
		const body = 'x'.repeat(150_000);
		const token = 's."quoted\\token';
		const send = (given: string, path = 'sys/rekey/init') =>
			sendHttpRequest(transport, {
				...{ method: 'PUT', path, timeoutMs: 60_000, body: Buffer.from(body) },
				token: new SecretBytes(Buffer.from(given)),
			});
		expect(await send(token)).toEqual({ status: 200, body: '{}' });
		expect(received).toEqual([{ token, body }]);
		expect(ran.join()).not.toMatch(/quoted|xxx/);
		await expect(send('s.token\nheader = x')).rejects.toMatchObject({ fault: 'unsent' });
		expect(received).toHaveLength(1);
		server.close();
	});
});
