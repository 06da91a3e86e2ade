import { request } from 'node:http';

/** A failed request. `message` has the wording of Vault's own client. */
export class ApiRequestError extends Error {
	override readonly name = 'ClientError';
}

export interface ApiClient {
	address: string;
	token: string;
}

/** Reads the environment variables of Vault's own CLI. */
export function createApiClient(environment: NodeJS.ProcessEnv): ApiClient {
	const address = environment.VAULT_ADDR || 'http://127.0.0.1:8200';
	return { address: address.replace(/\/$/, ''), token: environment.VAULT_TOKEN ?? '' };
}

/** @throws ClientError */
export async function sendApiRequest<T>(
	client: ApiClient,
	method: 'GET' | 'PUT' | 'DELETE',
	path: string,
	body?: object,
): Promise<T> {
	const url = `${client.address}/v1/${path}`;
	const { status, text } = await send(client, method, url, body);
	const parsed: unknown = text.trim() === '' ? {} : JSON.parse(text);
	if (status < 400) return parsed as T;
	const { errors = [] } = parsed as { errors?: string[] };
	const lines = errors.map((error) => `* ${error}`).join('\n');
	throw new ApiRequestError(
		`Error making API request.\n\nURL: ${method} ${url}\nCode: ${status}. Errors:\n\n${lines}`,
	);
}

function send(client: ApiClient, method: string, url: string, body: object | undefined) {
	return new Promise<{ status: number; text: string }>((resolve, reject) => {
		const failed = (error: NodeJS.ErrnoException) => {
			const verb = `${method[0]}${method.slice(1).toLowerCase()}`;
			const { host } = new URL(url);
			const why =
				error.code === 'ECONNREFUSED'
					? `dial tcp ${host}: connect: connection refused`
					: error.code === 'ECONNRESET'
						? 'EOF'
						: error.message;
			reject(new ApiRequestError(`${verb} "${url}": ${why}`));
		};
		const headers = client.token === '' ? {} : { 'X-Vault-Token': client.token };
		const outgoing = request(url, { method, headers, agent: false }, (response) => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('error', failed);
			response.on('end', () =>
				resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
			);
		});
		outgoing.on('error', failed);
		outgoing.end(body === undefined ? undefined : JSON.stringify(body));
	});
}
