import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { VaultCore } from './core.ts';
import { VaultHttpError } from './http-error.ts';
import { parseVaultConfig } from './server-config.ts';
import type { VersionProfile } from './version-profiles.ts';

/**
 * Serves until it is stopped.
 *
 * @returns The exit code, if the server cannot be started or was stopped by SIGTERM or SIGINT.
 */
export async function runEmulatedVaultServer(
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
	const server = createServer(async (request, response) => {
		const { status, body } = await readJsonBody(request)
			.then((given) => {
				// A Vault handles one operation at a time, and a slow sender blocks no one else.
				const turn = queue.then(() => callEndpoint(core, request, given));
				queue = turn.catch(() => {});
				return turn;
			})
			.catch((error: Error): VaultResponse => {
				const status = error instanceof VaultHttpError ? error.status : 500;
				return { status, body: { errors: [error.message] } };
			});
		const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
		response.writeHead(status, { 'Cache-Control': 'no-store', ...type });
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

interface VaultResponse {
	status: number;
	/** Absent with status 204. */
	body?: object;
}

type Body = Readonly<Record<string, unknown>>;
type Endpoint = (
	core: VaultCore,
	body: Body,
	token: string | undefined,
) => Promise<VaultResponse> | VaultResponse;

const ok = async (body: object | Promise<object>): Promise<VaultResponse> => ({
	status: 200,
	body: await body,
});
const done: VaultResponse = { status: 204 };

/** Endpoints that show or change a rekey require an unsealed Vault. */
function opened(endpoint: Endpoint): Endpoint {
	return (core, body, token) => {
		if (core.sealed) {
			throw new VaultHttpError(core.like.legacy ? 'Vault is sealed' : 'node is not active', 503);
		}
		return endpoint(core, body, token);
	};
}

function withToken(endpoint: Endpoint): Endpoint {
	return async (core, body, token) => {
		await core.allow(token);
		return endpoint(core, body, token);
	};
}

const ENDPOINTS: Readonly<Record<string, Readonly<Record<string, Endpoint>>>> = {
	'sys/init': {
		GET: async (core) => ok({ initialized: await core.initialised() }),
		PUT: (core, body) =>
			ok(
				core.initialise({
					secret_shares: toNumberValue(body.secret_shares),
					secret_threshold: toNumberValue(body.secret_threshold),
				}),
			),
	},
	'sys/seal-status': { GET: (core) => ok(core.sealStatus()) },
	'sys/leader': { GET: (core) => ok(core.leader()) },
	'sys/unseal': {
		PUT: (core, body) => {
			if (body.reset === true) return ok(core.resetUnsealing());
			const key = toStringValue(body.key);
			if (key === '') {
				throw new VaultHttpError(
					"'key' must be specified in request body as JSON, or 'reset' set to true",
				);
			}
			return ok(core.unseal(key));
		},
	},
	'sys/rekey/init': {
		GET: opened((core) => ok(core.rekey.status())),
		PUT: opened((core, body) =>
			ok(
				core.rekey.start({
					secret_shares: toNumberValue(body.secret_shares),
					secret_threshold: toNumberValue(body.secret_threshold),
					pgp_keys: toStringArray(body.pgp_keys),
					backup: body.backup === true,
					require_verification: body.require_verification === true,
				}),
			),
		),
		DELETE: opened((core) => {
			core.rekey.forget();
			return done;
		}),
	},
	'sys/rekey/update': {
		PUT: opened((core, body) =>
			ok(core.rekey.submit(getRequiredKey(body), toStringValue(body.nonce))),
		),
	},
	'sys/rekey/backup': {
		GET: withToken((core) => ok(core.rekey.backup())),
		DELETE: withToken(async (core) => {
			await core.rekey.deleteBackup();
			return done;
		}),
	},
};

/** Since 0.10.2. */
const VERIFY: Readonly<Record<string, Endpoint>> = {
	GET: opened((core) => ok(core.rekey.verification())),
	PUT: opened((core, body) =>
		ok(core.rekey.prove(getRequiredKey(body), toStringValue(body.nonce))),
	),
	DELETE: opened((core) => ok(core.rekey.restartVerification())),
};

async function callEndpoint(
	core: VaultCore,
	request: IncomingMessage,
	body: Body,
): Promise<VaultResponse> {
	const path = (request.url ?? '').replace(/\?.*$/, '').replace(/^\/v1\//, '');
	const token = request.headers['x-vault-token'];
	const verify = path === 'sys/rekey/verify' && !core.like.legacy;
	const methods = verify ? VERIFY : ENDPOINTS[path];
	const given = typeof token === 'string' ? token : undefined;
	if (methods === undefined) {
		await core.allow(given);
		throw new VaultHttpError('1 error occurred:\n\t* unsupported path\n\n', 404);
	}
	const endpoint = methods[request.method === 'POST' ? 'PUT' : (request.method ?? '')];
	if (endpoint === undefined) return { status: 405, body: { errors: [] } };
	return await endpoint(core, body, given);
}

/** The longest accepted request body. */
const LONGEST = 1 << 20;

/**
 * Parses the JSON object of a request body; empty without a body. Names are case-insensitive, as in
 * Go.
 */
async function readJsonBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		length += chunk.length;
		if (length > LONGEST) throw new VaultHttpError('request body too large', 413);
		chunks.push(chunk);
	}
	const text = Buffer.concat(chunks).toString();
	if (text.trim() === '') return {};
	try {
		const parsed: unknown = JSON.parse(text);
		const entries = Object.entries(parsed as object);
		return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
	} catch {
		throw new VaultHttpError('failed to parse JSON input: unexpected EOF');
	}
}

const toStringValue = (value: unknown): string => (typeof value === 'string' ? value : '');
const toNumberValue = (value: unknown): number => (typeof value === 'number' ? value : 0);
const toStringArray = (value: unknown): string[] =>
	Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

/** @throws Refusal 400 if no key is given. */
function getRequiredKey(body: Readonly<Record<string, unknown>>): string {
	const key = toStringValue(body.key);
	if (key === '') throw new VaultHttpError("'key' must be specified in request body as JSON");
	return key;
}
