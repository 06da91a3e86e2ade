import { type InstanceConnection, InstanceError } from '../../../instance/instance-types.ts';
import { MAX_STDIN_BYTES } from '../../../instance/remote-command-framing.ts';
import {
	deleteDetachedResult,
	readDetachedResult,
	runDetachedAndWait,
} from '../../../instance/run-detached.ts';
import { splitOutputAndMaskKeys, VaultError } from '../../../vault/response-errors.ts';
import type {
	HttpRequest,
	HttpResponse,
	HttpTransport,
	RecoverableHttpSender,
} from '../../../vault/send-http-request.ts';

/** Where Vault listens on its instance. */
export interface VaultEndpoint {
	/** `http://127.0.0.1:8200` */
	address: string;
	/** Options of curl that decide how it verifies the server's certificate. */
	tlsOptions: readonly string[];
}

const LIMIT_MS = 30_000;
/** The response may still be about to arrive. */
const STILL_RUNNING_MS = 10_000;
const NOT_FOUND = 127;
/**
 * Exit statuses of curl, the same in all its versions, with which nothing was sent: it could not
 * resolve or connect, the TLS handshake failed, the server's certificate is not valid (51, since 7.62
 * 60), the client's certificate or the CA file cannot be read.
 */
const CURL_NOT_SENT = new Set([6, 7, 35, 51, 58, 60, 77]);

/**
 * Sends requests with a curl on the instance, for sites where ssh forwards no port, and for a
 * certificate that only the instance can verify. Tokens, and keys in bodies, are passed on standard
 * input.
 */
export function createCurlTransport(
	instance: InstanceConnection,
	listener: VaultEndpoint,
): HttpTransport {
	const { host } = new URL(listener.address);
	const address = `${host} on ${instance.target.host}`;
	return {
		address,
		how: `HTTP to ${address}, sent by curl there`,
		detached: createDetachedHttpSender(instance, listener),
		async send(request) {
			const { body, token, timeoutMs } = request;
			const limit = ['--max-time', String(Math.ceil(timeoutMs / 1000))];
			const command = createCurlCommand(listener, request, limit);
			const header = token?.use(createTokenConfig);
			const stdin = Buffer.concat([header ?? Buffer.alloc(0), body ?? Buffer.alloc(0)]);
			try {
				assertSendable(stdin);
				const run = () => instance.run(command, { timeoutMs, stdin });
				return parseCurlReply(await withVaultErrors(run));
			} finally {
				for (const secret of [header, stdin, body]) secret?.fill(0);
			}
		},
	};
}

/**
 * Sends requests with a detached curl on the instance, which continues if the ssh connection is lost.
 * The response (encrypted shares) stays there in a file that only this user can read. The key in the
 * request is passed on standard input.
 */
export function createDetachedHttpSender(
	instance: InstanceConnection,
	listener: VaultEndpoint,
): RecoverableHttpSender {
	return {
		async send(name, { token, ...request }) {
			const stdin = request.body ?? Buffer.alloc(0);
			try {
				assertSendable(stdin);
				await assertCurlAvailable(instance);
				const command = createCurlCommand(listener, request);
				const options = { name, stdin, timeoutMs: request.timeoutMs };
				return parseCurlReply(
					await withVaultErrors(() => runDetachedAndWait(instance, command, options)),
				);
			} finally {
				stdin.fill(0);
			}
		},
		async recall(name) {
			const limits = { timeoutMs: LIMIT_MS, waitMs: STILL_RUNNING_MS };
			try {
				const found = await readDetachedResult(instance, name, limits);
				return found.state === 'ended' ? parseCurlReply(found.result) : undefined;
			} catch {
				// There is no response; the caller retrieves the copy that Vault stores.
				return undefined;
			}
		},
		forget: (name) =>
			deleteDetachedResult(instance, name, { timeoutMs: LIMIT_MS }).then(
				() => undefined,
				() => undefined,
			),
	};
}

/** Standard input is the body, after the line of `createTokenConfig` if the request has a token. */
function createCurlCommand(
	{ address, tlsOptions }: VaultEndpoint,
	{ method, path, body, token }: HttpRequest,
	more: readonly string[] = [],
): string[] {
	const input = token === undefined ? '@-' : '@/dev/fd/3';
	const curl = [
		// Ignore the user's curl configuration: a proxy would see the key, a retry would send it twice.
		...['curl', '-q', '--noproxy', '*', '-sS', ...tlsOptions, ...more],
		...['-X', method, '-H', 'X-Vault-Request: true'],
		// curl would wait for permission to send a long body, and send it again when that is refused.
		...['-H', 'Expect:', '-w', '\\n%{http_code} %{redirect_url}'],
		...(body === undefined ? [] : ['-H', 'Content-Type: application/json', '--data-binary', input]),
		`${address.replace(/\/+$/, '')}/v1/${path}`,
	];
	return token === undefined ? curl : ['sh', '-c', PASS_CONFIG_SCRIPT, 'sh', ...curl, '-K', '-'];
}

/** Passes the first line of standard input to curl as its configuration, and the rest as fd 3. */
const PASS_CONFIG_SCRIPT =
	'exec 3<&0; IFS= read -r config || exit 97; printf "%s\\n" "$config" | exec "$@"';

function createTokenConfig(token: Buffer): Buffer {
	const quoted = token.toString('latin1').replace(/["\\]/g, '\\$&');
	if (token.some((byte) => byte < 0x20 || byte === 0x7f)) {
		throw new VaultError('unsent', 'The Vault token contains a control character.');
	}
	return Buffer.from(`header = "X-Vault-Token: ${quoted}"\n`, 'latin1');
}

/** @throws VaultError `unsent` when the request is too large for standard input of a remote command. */
function assertSendable({ length }: Buffer): void {
	if (length <= MAX_STDIN_BYTES) return;
	throw new VaultError(
		'unsent',
		`The request to Vault has ${length} bytes; curl on the instance can be given at most ${MAX_STDIN_BYTES}.`,
	);
}

/** @throws VaultError `unsupported` when the instance has no curl; nothing else was run. */
async function assertCurlAvailable(instance: InstanceConnection): Promise<void> {
	try {
		const { exitCode } = await instance.run(['curl', '--version'], { timeoutMs: LIMIT_MS });
		if (exitCode === 0) return;
	} catch (thrown) {
		const message = thrown instanceof Error ? thrown.message : String(thrown);
		throw new VaultError('unsent', message, { cause: thrown });
	}
	throw new VaultError('unsupported', 'curl is not available on the instance.');
}

function parseCurlReply(ran: { exitCode: number; stdout: Buffer; stderr: string }): HttpResponse {
	const text = ran.stdout.toString('utf8');
	const line = text.lastIndexOf('\n');
	const [, code = '', location = ''] = /^(\d{3}) ?(.*)$/.exec(text.slice(line + 1)) ?? [];
	const status = Number(code);
	if (ran.exitCode === 0 && status >= 100) {
		const body = text.slice(0, line);
		return { status, body, ...(location === '' ? {} : { location }) };
	}
	if (ran.exitCode === NOT_FOUND)
		throw new VaultError('unsent', 'curl is not available on the instance.');
	const lines = splitOutputAndMaskKeys(ran.stderr);
	const words = lines.filter((line) => line.startsWith('curl: ')).slice(0, 1);
	const said = [`exit status ${ran.exitCode}`, ...words].join('; ');
	throw new VaultError(
		CURL_NOT_SENT.has(ran.exitCode) ? 'unsent' : 'unclear',
		`curl on the instance received no response from Vault (${said}).`,
		{ words: lines },
	);
}

/** Converts ssh errors to the errors of the Vault drivers. */
async function withVaultErrors<T>(run: () => Promise<T>): Promise<T> {
	try {
		return await run();
	} catch (thrown) {
		if (!(thrown instanceof InstanceError)) throw thrown;
		const fault = thrown.fault === 'unreachable' ? 'unsent' : 'unclear';
		throw new VaultError(fault, thrown.message, { cause: thrown });
	}
}
