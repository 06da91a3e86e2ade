import { expect, it } from 'vitest';
import type { InstanceConnection } from '../../../../source/instance/instance-types.ts';
import {
	createCurlTransport,
	createDetachedHttpSender,
} from '../../../../source/targets/ptfe-ami/rekey/remote-requests.ts';
import { sendHttpRequest } from '../../../../source/vault/send-http-request.ts';

const LIMIT = 256 * 1024;
const listener = { address: 'http://127.0.0.1:8200', tlsOptions: [] };

it('sends nothing when a request is too large for ssh, and names size and limit', async () => {
	const ran: unknown[] = [];
	const instance: InstanceConnection = {
		target: { host: 'tfe.example', user: 'tfe-admin' },
		async run(command) {
			ran.push(command);
			return { exitCode: 0, stdout: Buffer.from('{}\n200 '), stderr: '' };
		},
		forward: async () => '',
		close: async () => {},
	};
	const createRequest = (bytes: number) => ({
		method: 'PUT' as const,
		path: 'sys/rekey/init',
		body: Buffer.alloc(bytes, 0x20),
		timeoutMs: 1000,
	});
	const transport = createCurlTransport(instance, listener);
	const refusal = {
		fault: 'unsent',
		message: `The request to Vault has ${LIMIT + 1} bytes; curl on the instance can be given at most ${LIMIT}.`,
	};
	const request = createRequest(LIMIT + 1);
	await expect(sendHttpRequest(transport, request)).rejects.toMatchObject(refusal);
	expect(request.body.every((byte) => byte === 0)).toBe(true);
	const detached = createDetachedHttpSender(instance, listener);
	await expect(detached.send('rekey-1', createRequest(LIMIT + 1))).rejects.toMatchObject(refusal);
	expect(ran).toEqual([]);
	await expect(sendHttpRequest(transport, createRequest(LIMIT))).resolves.toEqual({
		status: 200,
		body: '{}',
	});
	expect(ran).toHaveLength(1);
});
