import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { SecretBytes } from '../../source/engine/secret-bytes.ts';
import { createHttpVault } from '../../source/vault/http-vault.ts';
import { VaultError } from '../../source/vault/response-errors.ts';
import type { HttpTransport } from '../../source/vault/send-http-request.ts';
import { listenOnFreePort } from '../helpers/local-server.ts';

/** A server that fails in one way: what it does with a connection once it has a request. */
let server: Server | undefined;
let requests: string[] = [];

async function serve(answer: (socket: Socket, request: string) => void): Promise<number> {
	requests = [];
	server = createServer((socket) => {
		socket.on('error', () => undefined);
		let request = '';
		socket.on('data', (piece) => {
			request += piece.toString('latin1');
			const [head = '', body] = request.split('\r\n\r\n');
			const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
			if (body === undefined || body.length < length) return;
			requests.push(request);
			answer(socket, request);
		});
	});
	const listening = server;
	return listenOnFreePort(listening);
}

const KEY = 'f3'.repeat(33);
const share = () => new SecretBytes(Buffer.from(KEY, 'hex'));
const request = { shares: 1, threshold: 1, pgpKeys: ['AA=='], backup: false, verify: true };
const answered = (status: number, body: string, more = '') =>
	`HTTP/1.1 ${status} X\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${more}\r\n${body}`;

/** What becomes of a share that is sent to a faulty server over this transport. */
export function describeFaultyServer(transportTo: (port: number) => HttpTransport): void {
	const vaultAt = (port: number, timeoutMs = 5_000) =>
		createHttpVault(transportTo(port), {
			features: { family: 'rekey', verify: true, token: false },
			timeoutMs,
		});
	const submit = (port: number, timeoutMs?: number) =>
		vaultAt(port, timeoutMs)
			.submitShare(share(), 'n-1', request)
			.then(
				() => {
					throw new Error('it went well');
				},
				(thrown: unknown) => {
					expect(thrown).toBeInstanceOf(VaultError);
					expect(String(thrown)).not.toContain(KEY);
					return thrown;
				},
			);

	afterEach(() => {
		server?.close();
		server = undefined;
	});

	describe('a share over HTTP, with a faulty server', () => {
		it('is unsent and not read when nothing listens', async () => {
			const port = await serve(() => undefined);
			await new Promise((resolve) => server?.close(resolve));
			expect(await submit(port)).toMatchObject({ fault: 'unsent' });
		});

		it.each<[string, (socket: Socket) => void]>([
			['reset before the headers', (socket) => void socket.resetAndDestroy()],
			['closed before the headers', (socket) => void socket.end()],
			[
				'reset after the headers',
				(socket) =>
					void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n', () =>
						socket.resetAndDestroy(),
					),
			],
			[
				'half a body',
				(socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"non'),
			],
			[
				'half a chunk',
				(socket) =>
					void socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{"n'),
			],
			['no HTTP at all', (socket) => void socket.end('SSH-2.0-x\r\n\r\n')],
			['2xx garbage', (socket) => void socket.end(answered(200, '<html>'))],
			['2xx without a body', (socket) => void socket.end(answered(204, ''))],
			['2xx of another shape', (socket) => void socket.end(answered(200, '{"complete":true}'))],
			[
				'a share in the clear',
				(socket) => void socket.end(answered(200, JSON.stringify({ complete: true, keys: [KEY] }))),
			],
			[
				'a failure halfway',
				(socket) => void socket.end(answered(500, '{"errors":["failed to save keyring"]}')),
			],
			[
				'a failure halfway, as 0.8 words it',
				(socket) =>
					void socket.end(answered(400, '{"errors":["failed to rekey barrier: no space left"]}')),
			],
			[
				'a failure halfway that sounds like a wrong key',
				(socket) =>
					void socket.end(
						answered(
							500,
							'{"errors":["failed to perform rekey: failed to store keys: invalid key: message authentication failed"]}',
						),
					),
			],
			['a gateway timeout', (socket) => void socket.end(answered(504, 'timeout'))],
		])('is unclear and not repeated after %s', async (_, fail) => {
			const port = await serve(fail);
			expect(await submit(port)).toMatchObject({ fault: 'unclear' });
			expect(requests).toHaveLength(1);
		});

		it('is unclear after a timeout', async () => {
			const port = await serve(() => undefined);
			expect(await submit(port, 120)).toMatchObject({ fault: 'unclear' });
			expect(requests).toHaveLength(1);
		});

		it('is refused on a redirect, which is not followed', async () => {
			const port = await serve((socket) => {
				socket.end(answered(307, '', `Location: http://127.0.0.1:${port}/v1/elsewhere\r\n`));
			});
			const error = await submit(port);
			expect(error).toMatchObject({ fault: 'refused', status: 307 });
			expect(String(error)).toContain('not followed');
			expect(requests).toHaveLength(1);
		});

		it.each([
			[400, 'Unseal failed, invalid key'],
			[403, 'permission denied'],
			[500, 'failed to read root key: invalid key: cipher: message authentication failed'],
			[500, 'failed to compute root key: all parts must be the same length'],
			[503, 'Vault is sealed'],
		])('is refused by %i %s', async (status, words) => {
			const port = await serve(
				(socket) => void socket.end(answered(status, JSON.stringify({ errors: [words] }))),
			);
			expect(await submit(port)).toMatchObject({ fault: 'refused', status, words: [words] });
		});

		it('is sent as hex with its length and without an unset token', async () => {
			const port = await serve((socket) => void socket.end(answered(400, '{}')));
			await submit(port);
			const [sent = ''] = requests;
			expect(sent).toMatch(/^PUT \/v1\/sys\/rekey\/update HTTP\/1\.1\r\n/);
			expect(sent.endsWith(`{"key":"${KEY}","nonce":"n-1"}`)).toBe(true);
			expect(sent).toMatch(/^content-length: 90\r$/im);
			expect(sent).not.toMatch(/x-vault-token|transfer-encoding|keep-alive/i);
		});

		it.each([0, 15, 34, 66])('is not sent when it is %i bytes long', async (length) => {
			const port = await serve((socket) => void socket.end(answered(200, '{}')));
			const wrong = new SecretBytes(Buffer.alloc(length, 1));
			await expect(vaultAt(port).submitShare(wrong, 'n-1', request)).rejects.toMatchObject({
				fault: 'unsupported',
			});
			expect(requests).toEqual([]);
		});

		it('is masked in error messages of the server', async () => {
			const port = await serve(
				(socket) => void socket.end(answered(400, JSON.stringify({ errors: [`bad ${KEY}`] }))),
			);
			await submit(port);
		});
	});
}
