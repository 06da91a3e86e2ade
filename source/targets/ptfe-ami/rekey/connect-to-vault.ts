import { SecretBytes } from '../../../engine/secret-bytes.ts';
import { type InstanceConnection, InstanceError } from '../../../instance/instance-types.ts';
import type { Context } from '../../../steps/step-context.ts';
import {
	type ProbeOptions,
	probeAndCreateVaultClient,
	type VaultClientWithProbeLog,
} from '../../../vault/probe-vault.ts';
import {
	createCurlTransport,
	createDetachedHttpSender,
	type VaultEndpoint,
} from './remote-requests.ts';

/** Where Vault listens on the AMI, on the loopback interface only. */
const USUAL_ADDRESS = 'http://127.0.0.1:8200';
const LOOPBACK = /^(127(\.\d+){3}|localhost|\[::1\])$/;
const COMMAND_MS = 30_000;

/** Variables of the vault command, in the order in which the instance prints them. */
const VAULT_VARIABLES = [
	'VAULT_ADDR',
	'VAULT_CACERT',
	'VAULT_CAPATH',
	'VAULT_CLIENT_CERT',
	'VAULT_CLIENT_KEY',
	'VAULT_SKIP_VERIFY',
	'VAULT_TLS_SERVER_NAME',
] as const;

/** Finds Vault on the instance: over HTTP through ssh if possible, otherwise by curl on the instance. */
export async function connectToVault(
	context: Context,
	instance: InstanceConnection,
): Promise<VaultClientWithProbeLog> {
	const listener = await findVaultListener(instance);
	const { protocol } = new URL(listener.address);
	// A TLS certificate on loopback can be verified on the instance, not from here.
	const http = protocol === 'http:' ? await forwardHttp(instance, listener) : {};
	return probeAndCreateVaultClient({
		...http,
		fallback: createCurlTransport(instance, listener),
		token: async () => getOperatorToken(context),
	});
}

async function forwardHttp(
	instance: InstanceConnection,
	listener: VaultEndpoint,
): Promise<Pick<ProbeOptions, 'http' | 'noHttp'>> {
	const { host, port } = new URL(listener.address);
	try {
		const socketPath = await instance.forward(Number(port || 80));
		const how = `HTTP through ssh to ${host} on ${instance.target.host}`;
		return { http: { socketPath, how, detached: createDetachedHttpSender(instance, listener) } };
	} catch (thrown) {
		// Some sites disable port forwarding; a curl on the instance does not need it.
		if (!(thrown instanceof InstanceError)) throw thrown;
		return { noHttp: [thrown.message, ...thrown.hint].join(' ') };
	}
}

/** Reads where Vault listens, and how to verify it, from the environment of a login on the instance. */
async function findVaultListener(instance: InstanceConnection): Promise<VaultEndpoint> {
	const words = VAULT_VARIABLES.map((name) => `"$${name}"`).join(' ');
	const { stdout } = await instance.run(['sh', '-lc', `printf '\\n%s' '' ${words}`], {
		timeoutMs: COMMAND_MS,
	});
	const lines = stdout.toString('utf8').split('\n').slice(-VAULT_VARIABLES.length);
	const values = lines.map((line) => line.trim());
	const [address = '', caFile, caDirectory, certificate, key, skip = '', name] = values;
	// Never send keys to another host, whatever VAULT_ADDR is.
	const isLocal = URL.canParse(address) && LOOPBACK.test(new URL(address).hostname);
	const url = new URL(isLocal ? address : USUAL_ADDRESS);
	if (url.protocol !== 'https:') return { address: url.origin, tlsOptions: [] };
	const tlsOptions = [
		// As for the vault command, the file has precedence over the directory.
		...(caFile ? ['--cacert', caFile] : caDirectory ? ['--capath', caDirectory] : []),
		...(certificate && key ? ['--cert', certificate, '--key', key] : []),
		...(/^(1|t|true)$/i.test(skip) ? ['--insecure'] : []),
	];
	if (!name || !/^[\w.-]+$/.test(name)) return { address: url.origin, tlsOptions };
	const port = url.port || '443';
	const resolved = url.hostname === 'localhost' ? '127.0.0.1' : url.hostname;
	return {
		address: `https://${name}:${port}`,
		tlsOptions: [...tlsOptions, '--resolve', `${name}:${port}:${resolved}`],
	};
}

/** The operator's token, if this Vault requires one (2.0, OpenBao). */
function getOperatorToken(context: Context): SecretBytes | undefined {
	const token = context.services.environment.VAULT_TOKEN;
	if (token === undefined || token === '') return undefined;
	context.secrets.add(token, 'the environment variable VAULT_TOKEN');
	return new SecretBytes(Buffer.from(token));
}
