import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer as createTls } from 'node:https';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isRegistryReachable } from '../../source/terraform/provider-mirror.ts';
import { listenOnFreePort } from '../helpers/local-server.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';

async function listen(server: Server): Promise<string> {
	const port = await listenOnFreePort(server);
	onTestFinished(() => void server.close());
	return `localhost:${port}`;
}

/** A registry with its own certificate, and an environment that trusts it. */
async function registry(status: number, body: string) {
	const folder = createTemporaryDirectory();
	const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
	const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
	execFileSync(
		'openssl',
		[
			'req',
			'-x509',
			'-newkey',
			'rsa:2048',
			'-nodes',
			'-days',
			'1',
			'-keyout',
			key,
			'-out',
			cert,
			...subject,
		],
		{ stdio: 'ignore' },
	);
	const server = createTls(
		{ key: readFileSync(key), cert: readFileSync(cert) },
		(request, response) => {
			response.statusCode = request.url === '/.well-known/terraform.json' ? status : 404;
			response.end(body);
		},
	);
	return { host: await listen(server), environment: { SSL_CERT_FILE: cert } };
}

test('reports a responding registry as reachable with the certificates terraform trusts', async () => {
	const { host, environment } = await registry(200, '{"providers.v1":"/v1/providers/"}');
	expect(await isRegistryReachable(host, 5_000, environment)).toBe(true);
	expect(await isRegistryReachable(host, 5_000, {})).toBe(false);
});

test('reports a captive portal and an error page as unreachable', async () => {
	const portal = await registry(200, '<html>Please log in</html>');
	expect(await isRegistryReachable(portal.host, 5_000, portal.environment)).toBe(false);
	const broken = await registry(503, '{"providers.v1":"/v1/providers/"}');
	expect(await isRegistryReachable(broken.host, 5_000, broken.environment)).toBe(false);
});

test('times out on a server that never responds', async () => {
	const host = await listen(createServer(() => undefined));
	expect(await isRegistryReachable(host, 300, {})).toBe(false);
});

test('reports a closed port as unreachable immediately', async () => {
	expect(await isRegistryReachable('127.0.0.1:1', 5_000, {})).toBe(false);
});
