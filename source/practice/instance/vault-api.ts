import { request } from 'node:http';

export interface SealStatusResponse {
	sealed: boolean;
}

const LIMIT_MS = 10_000;

/**
 * Sends one request to the instance's Vault.
 *
 * @throws Error if there is no response, or not a successful one.
 */
export function requestVault(
	port: number,
	method: 'GET' | 'PUT',
	path: string,
	body?: Readonly<Record<string, unknown>>,
): Promise<unknown> {
	return new Promise((resolve, reject) => {
		const outgoing = request(
			{ host: '127.0.0.1', port, method, path: `/v1/${path}`, agent: false, timeout: LIMIT_MS },
			(response) => {
				const chunks: Buffer[] = [];
				response.on('data', (chunk: Buffer) => chunks.push(chunk));
				response.on('error', reject);
				response.on('end', () => {
					if (response.statusCode !== 200) {
						reject(new Error(`Vault returned status ${response.statusCode} for ${path}`));
						return;
					}
					try {
						resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')));
					} catch (error) {
						reject(error);
					}
				});
			},
		);
		outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
		outgoing.on('error', reject);
		outgoing.end(body === undefined ? undefined : JSON.stringify(body));
	});
}
