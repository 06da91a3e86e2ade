import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { VaultCore } from './core.ts';
import { handleRequest } from './endpoints.ts';
import { parseVaultConfig } from './server-config.ts';
import type { VersionProfile } from './version-profiles.ts';

/**
 * Serves until it is stopped.
 *
 * @returns The exit code, if the server cannot be started or was stopped by SIGTERM or SIGINT.
 */
export async function runVaultServer(
	args: readonly string[],
	like: VersionProfile,
): Promise<number> {
	const file = args.map((arg) => /^--?config=(.+)$/.exec(arg)?.[1]).find((path) => path);
	const text = file === undefined ? '' : await readFile(file, 'utf8').catch(() => '');
	const place = parseVaultConfig(text);
	if (place === undefined) {
		process.stderr.write(
			'error loading configuration: expected a JSON file with storage.file.path and listener\n',
		);
		return 1;
	}
	const core = new VaultCore(place.folder, like);
	let queue: Promise<unknown> = Promise.resolve();
	const runExclusively = <T>(carryOut: () => Promise<T>): Promise<T> => {
		const turn = queue.then(carryOut);
		queue = turn.catch(() => {});
		return turn;
	};
	const server = createServer(async (request, response) => {
		const { status, body } = await handleRequest(core, request, runExclusively);
		const headers = { 'Cache-Control': 'no-store', 'Content-Type': 'application/json' };
		response.writeHead(status, body === undefined ? { 'Cache-Control': 'no-store' } : headers);
		response.end(body === undefined ? undefined : `${JSON.stringify(body)}\n`);
	});
	// A client that disconnects is not waited for; its request is handled anyway.
	server.on('clientError', (_error, socket) => socket.destroy());
	const [host = '127.0.0.1', port = '8200'] = place.address.split(':');
	return new Promise((resolve) => {
		const end = () => {
			server.close();
			server.closeAllConnections();
			resolve(0);
		};
		server.once('error', (error) => {
			process.stderr.write(`Error initializing listener of type tcp: ${error.message}\n`);
			resolve(1);
		});
		server.listen(Number(port), host, () => {
			process.stdout.write(`==> Vault server started! (emulated Vault, version ${like.name})\n`);
			process.once('SIGTERM', end);
			process.once('SIGINT', end);
		});
	});
}
