import type { IncomingMessage } from 'node:http';
import type { VaultCore } from './core.ts';
import { VaultHttpError } from './http-error.ts';

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
			throw new VaultHttpError(503, core.like.legacy ? 'Vault is sealed' : 'node is not active');
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
	'sys/health': { GET: (core) => core.health() },
	'sys/unseal': {
		PUT: (core, body) => {
			if (body.reset === true) return ok(core.resetUnsealing());
			const key = toStringValue(body.key);
			if (key === '') {
				throw new VaultHttpError(
					400,
					"'key' must be specified in request body as JSON, or 'reset' set to true",
				);
			}
			return ok(core.unseal(key));
		},
	},
	'sys/seal': {
		PUT: withToken((core) => {
			core.seal();
			return done;
		}),
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

/**
 * Handles one request. Every error becomes a response.
 *
 * @param runExclusively Runs tasks one after another: a Vault handles one operation at a time, and a slow
 *   sender blocks no one else.
 */
export async function handleRequest(
	core: VaultCore,
	request: IncomingMessage,
	runExclusively: <T>(carryOut: () => Promise<T>) => Promise<T>,
): Promise<VaultResponse> {
	try {
		const body = await readJsonBody(request);
		return await runExclusively(() => carriedOut(core, request, body));
	} catch (error) {
		const status = error instanceof VaultHttpError ? error.status : 500;
		return { status, body: { errors: [(error as Error).message] } };
	}
}

async function carriedOut(
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
		throw new VaultHttpError(404, '1 error occurred:\n\t* unsupported path\n\n');
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
		if (length > LONGEST) throw new VaultHttpError(413, 'request body too large');
		chunks.push(chunk);
	}
	const text = Buffer.concat(chunks).toString();
	if (text.trim() === '') return {};
	try {
		const parsed: unknown = JSON.parse(text);
		const entries = Object.entries(parsed as object);
		return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
	} catch {
		throw new VaultHttpError(400, 'failed to parse JSON input: unexpected EOF');
	}
}

const toStringValue = (value: unknown): string => (typeof value === 'string' ? value : '');
const toNumberValue = (value: unknown): number => (typeof value === 'number' ? value : 0);
const toStringArray = (value: unknown): string[] =>
	Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

/** @throws Refusal 400 if no key is given. */
function getRequiredKey(body: Readonly<Record<string, unknown>>): string {
	const key = toStringValue(body.key);
	if (key === '') throw new VaultHttpError(400, "'key' must be specified in request body as JSON");
	return key;
}
