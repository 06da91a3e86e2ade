import { Agent, get } from 'node:https';
import { limits } from '../engine/limits.ts';
import { readRegularFileText } from '../engine/regular-file.ts';

const LONGEST_ANSWER = 64 * 1024;

/**
 * Whether a provider registry is reachable, tested by its discovery document. Honors HTTPS_PROXY
 * and NO_PROXY where Node supports it (22.21, 24.5 and later), and SSL_CERT_FILE as Terraform does.
 * The result may be false behind an unusual proxy, so it is a reason to look for a mirror, not to
 * stop.
 *
 * @param timeoutMs for the whole request, in milliseconds
 */
export function isRegistryReachable(
	host = 'registry.terraform.io',
	timeoutMs = 3_000,
	environment: NodeJS.ProcessEnv = process.env,
): Promise<boolean> {
	const options = { proxyEnv: environment, ca: authorities(environment) };
	// The oldest supported Node ignores `proxyEnv`.
	const agent = new Agent(options);
	return new Promise<boolean>((settle) => {
		const signal = AbortSignal.timeout(timeoutMs);
		const request = get(
			`https://${host}/.well-known/terraform.json`,
			{ agent, signal, headers: { accept: 'application/json' } },
			(response) => {
				let body = '';
				response.setEncoding('utf8');
				response.on('data', (part: string) => {
					body += part;
					if (body.length > LONGEST_ANSWER) request.destroy();
				});
				// A captive portal returns 200 too, but with other content.
				response.on('end', () =>
					settle(response.statusCode === 200 && body.includes('providers.v1')),
				);
				response.on('error', () => settle(false));
			},
		);
		request.on('error', () => settle(false));
		request.on('close', () => settle(false));
	}).finally(() => agent.destroy());
}

function authorities(environment: NodeJS.ProcessEnv): string | undefined {
	const path = environment.SSL_CERT_FILE;
	if (!path) return undefined;
	try {
		return readRegularFileText(path, limits.configBytes);
	} catch {
		return undefined;
	}
}
