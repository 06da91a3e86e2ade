import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { SecretBytes } from '../../source/engine/secret-bytes.ts';
import { createHttpVault } from '../../source/vault/http-vault.ts';
import { probeAndCreateVaultClient } from '../../source/vault/probe-vault.ts';
import { VaultError } from '../../source/vault/response-errors.ts';
import { listenOnFreePort } from '../helpers/local-server.ts';
import { readTranscriptFixture } from './recorded-responses.ts';

interface Asked {
	method: string;
	path: string;
	token: string | undefined;
	body: string;
}
type Answers = (asked: Asked) => [status: number, body: unknown];

let server: Server | undefined;
let asked: Asked[] = [];

/** A fake server with the response formats of versions that are not available. */
async function fakeServer(answers: Answers): Promise<{ host: string; port: number }> {
	asked = [];
	server = createServer(async (request, response) => {
		let body = '';
		for await (const piece of request) body += piece;
		const token = request.headers['x-vault-token'];
		const one: Asked = {
			method: request.method ?? '',
			path: (request.url ?? '').replace('/v1/', ''),
			token: typeof token === 'string' ? token : undefined,
			body,
		};
		asked.push(one);
		const [status, answer] = answers(one);
		response.writeHead(status).end(answer === undefined ? '' : JSON.stringify(answer));
	});
	const listening = server;
	return { host: '127.0.0.1', port: await listenOnFreePort(listening) };
}

afterEach(() => {
	server?.close();
	server = undefined;
});

const idle = {
	nonce: '',
	started: false,
	t: 0,
	n: 0,
	progress: 0,
	required: 1,
	pgp_fingerprints: null,
	backup: false,
};
const errors = (...words: string[]) => ({ errors: words });
const token = async () => new SecretBytes(Buffer.from('s.token'));

describe('probing fake servers with GET requests only', () => {
	afterEach(() => {
		expect(asked.filter(({ method }) => method !== 'GET')).toEqual([]);
	});

	it('finds rekey without verify on one like 0.8, and does not send its token', async () => {
		const http = await fakeServer(({ path }) =>
			path === 'sys/rekey/init' ? [200, idle] : [400, errors('missing client token')],
		);
		const { vault, found } = await probeAndCreateVaultClient({ http, token });
		expect(vault.features).toEqual({ family: 'rekey', verify: false, token: false });
		expect(found.join('\n')).toContain('cannot be verified');
		expect(asked.every((one) => one.token === undefined)).toBe(true);
	});

	it.each([
		[403, 'permission denied'],
		[400, 'missing client token'],
		[404, 'unsupported path'],
	])(
		'does not guess when the status mentions verification but asking for it returns %i "%s"',
		async (status, words) => {
			const telling = { ...idle, verification_required: false, verification_nonce: '' };
			const http = await fakeServer(({ path }) =>
				path === 'sys/rekey/init' ? [200, telling] : [status, errors(words)],
			);
			await expect(probeAndCreateVaultClient({ http, token })).rejects.toMatchObject({
				fault: 'unclear',
			});
		},
	);

	it('finds rekey with verify on one like 1.x', async () => {
		const http = await fakeServer(({ path }) =>
			path === 'sys/rekey/init' ? [200, idle] : [400, errors('no rekey configuration found')],
		);
		const { vault } = await probeAndCreateVaultClient({ http });
		expect(vault.features).toEqual({ family: 'rekey', verify: true, token: false });
	});

	it('finds rekey with a token on one like 2.0', async () => {
		const http = await fakeServer(({ path, token: given }) => {
			if (given !== 's.token') return [403, errors('permission denied')];
			return path === 'sys/rekey/init'
				? [200, idle]
				: [400, errors('no rekey configuration found')];
		});
		const { vault } = await probeAndCreateVaultClient({ http, token });
		expect(vault.features).toEqual({ family: 'rekey', verify: true, token: true });
		await expect(probeAndCreateVaultClient({ http })).rejects.toMatchObject({
			fault: 'refused',
			message: expect.stringContaining('requires a token'),
		});
	});

	it('finds rotate with a token on one like OpenBao 2.5', async () => {
		const http = await fakeServer(({ path, token: given }) => {
			if (given === undefined) return [403, errors('permission denied')];
			if (path === 'sys/rotate/root/init')
				return [200, { data: { started: false, t: 0, n: 0, seal_threshold: 1 } }];
			if (path === 'sys/rotate/root/verify')
				return [500, errors('no rotation configuration found')];
			return [404, errors('unsupported path')];
		});
		const { vault } = await probeAndCreateVaultClient({ http, token });
		expect(vault.features).toEqual({ family: 'rotate', verify: true, token: true });
		expect(await vault.rekeyStatus()).toMatchObject({ started: false, nonce: '' });
	});

	it('finds a sealed server, but requires another probe before a rekey', async () => {
		const http = await fakeServer(() => [503, errors('Vault is sealed')]);
		const { vault } = await probeAndCreateVaultClient({ http });
		await expect(
			vault.startRekey({ shares: 1, threshold: 1, pgpKeys: ['AA=='], backup: true, verify: false }),
		).rejects.toMatchObject({ fault: 'unsupported' });
	});

	it('finds a standby that redirects, and leaves it to the gate', async () => {
		const http = await fakeServer(({ path }) =>
			path === 'sys/leader'
				? [200, { ha_enabled: true, is_self: false, leader_address: 'http://10.0.0.7:8200' }]
				: [307, undefined],
		);
		const { vault } = await probeAndCreateVaultClient({ http });
		expect(await vault.leadership()).toMatchObject({ isSelf: false });
		expect(asked.every(({ path }) => path.startsWith('sys/'))).toBe(true);
	});

	it('recognises one like 0.8 that is not initialized, and reports no seal type afterwards', async () => {
		let initialized = false;
		const http = await fakeServer(() =>
			initialized
				? [200, { sealed: true, t: 1, n: 1, progress: 0, nonce: '', version: 'Vault' }]
				: [400, errors('server is not yet initialized')],
		);
		const { vault } = await probeAndCreateVaultClient({ http });
		expect(await vault.sealStatus()).toMatchObject({ initialized: false, sealed: true });
		initialized = true;
		expect(await vault.sealStatus()).toMatchObject({ initialized: true, sealed: true, type: '' });
	});

	it('does not guess when the response about verification is inconclusive', async () => {
		const http = await fakeServer(({ path }) =>
			path === 'sys/rekey/init' ? [200, idle] : [500, errors('internal error')],
		);
		await expect(probeAndCreateVaultClient({ http })).rejects.toMatchObject({ fault: 'unclear' });
	});

	it('uses the fallback only when no server responds', async () => {
		let sent = 0;
		const fallback = {
			address: 'the fallback',
			async send() {
				sent += 1;
				throw new VaultError('unsent', 'curl: not found');
			},
		};
		const http = await fakeServer(({ path }) =>
			path === 'sys/rekey/init' ? [200, idle] : [500, errors('internal error')],
		);
		await expect(probeAndCreateVaultClient({ http, fallback })).rejects.toMatchObject({
			fault: 'unclear',
		});
		const locked = await fakeServer(() => [403, errors('permission denied')]);
		await expect(probeAndCreateVaultClient({ http: locked, fallback })).rejects.toMatchObject({
			fault: 'refused',
			message: expect.stringContaining('requires a token'),
		});
		expect(sent).toBe(0);
		server?.closeAllConnections();
		await new Promise((resolve) => server?.close(resolve));
		const words = expect.arrayContaining(['curl: not found']);
		await expect(probeAndCreateVaultClient({ http: locked, fallback })).rejects.toMatchObject({
			fault: 'unsent',
			words,
		});
		// Like a forward whose remote end is closed.
		const closing = createTcpServer((socket) => socket.end());
		await new Promise<void>((resolve) => closing.listen(locked.port, '127.0.0.1', resolve));
		await expect(probeAndCreateVaultClient({ http: locked, fallback })).rejects.toMatchObject({
			fault: 'unclear',
			words,
		});
		closing.close();
		expect(sent).toBe(2);
	});
});

describe('a fake OpenBao, with its own response formats', () => {
	it('is rekeyed by sys/rotate/root/…, and never by a bare sys/rotate/root', async () => {
		const message = transcriptMessage();
		const status = {
			namespace: 'root',
			nonce: 'n-1',
			started: true,
			t: 1,
			n: 1,
			progress: 0,
			verification_required: true,
			verification_nonce: '',
			pgp_fingerprints: ['AB12'],
			backup: true,
		};
		const to = await fakeServer(({ method, path }) => {
			const at = `${method} ${path}`;
			if (at === 'POST sys/rotate/root/init' || at === 'GET sys/rotate/root/init')
				return [200, { data: status }];
			if (at === 'POST sys/rotate/root/update')
				return [
					200,
					{
						data: {
							complete: true,
							nonce: 'n-1',
							backup: true,
							pgp_fingerprints: ['AB12'],
							verification_required: true,
							verification_nonce: 'v-1',
							keys: [message.toString('hex')],
							keys_base64: [message.toString('base64')],
						},
					},
				];
			if (at === 'POST sys/rotate/root/verify')
				return [200, { data: { nonce: 'v-1', complete: true } }];
			if (at === 'GET sys/rotate/root/verify')
				return [200, { data: { started: true, nonce: 'v-1', t: 1, n: 1, progress: 0 } }];
			if (at === 'GET sys/rotate/root/backup')
				return [200, { data: { nonce: 'n-1', keys: { AB12: [message.toString('hex')] } } }];
			if (method === 'DELETE') return [204, undefined];
			return [404, errors('unsupported path')];
		});
		const vault = createHttpVault(to, {
			features: { family: 'rotate', verify: true, token: true },
			token: await token(),
		});
		const request = { shares: 1, threshold: 1, pgpKeys: ['AA=='], backup: true, verify: true };
		expect(await vault.startRekey(request)).toMatchObject({ nonce: 'n-1', fingerprints: ['ab12'] });
		const share = new SecretBytes(Buffer.alloc(32, 7));
		const done = await vault.submitShare(share, 'n-1', request);
		expect(done).toEqual({
			complete: true,
			nonce: 'n-1',
			verificationNonce: 'v-1',
			shares: [{ fingerprint: 'ab12', message }],
		});
		await vault.restartVerification('v-1');
		expect(await vault.verifyShare(share, 'v-1')).toMatchObject({ complete: true });
		expect((await vault.readShareBackup())?.shares.get('ab12')).toEqual([message]);
		await vault.cancelRekey('n-1');
		expect(asked.at(-1)).toMatchObject({ method: 'DELETE', body: '{"nonce":"n-1"}' });
		expect(asked.every((one) => one.token === 's.token')).toBe(true);
		expect(asked.map(({ path }) => path)).not.toContain('sys/rotate/root');
	});
});

function transcriptMessage(): Buffer {
	const entries: { title: string; stdout: string }[] = JSON.parse(
		readTranscriptFixture('vault-1.8.json'),
	);
	const done = entries.find(({ title }) => title === 'rekey-submit-pgp-2of2')?.stdout ?? '{}';
	return Buffer.from(JSON.parse(done).keys[0], 'hex');
}
