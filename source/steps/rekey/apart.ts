import { type Instance, InstanceError } from '../../instance/contract.ts';
import { collectDetached, runDetached } from '../../instance/detached.ts';
import { VaultError } from '../../vault/contract.ts';
import type { HttpApart, HttpReply } from '../../vault/http-exchange.ts';

const LIMIT_MS = 30_000;
/** curl's own: it could not connect, so nothing was sent. */
const CURL_NOT_CONNECTED = 7;
const NOT_FOUND = 127;

/**
 * Sends a request from the instance itself, by a curl that lives on when ssh is cut, its answer
 * waiting there in a file of this user alone. The answer is encrypted shares; the key in the
 * request goes by standard input.
 *
 * @param address `http://127.0.0.1:8200`
 */
export function apartOn(instance: Instance, address: string): HttpApart {
	const base = address.replace(/\/+$/, '');
	return {
		async send(name, { method, path, body, timeoutMs }) {
			await assertCurl(instance);
			// No configuration of the user's: a proxy would get the key, a retry would send it twice.
			const curl = [
				'curl',
				'-q',
				'--noproxy',
				'*',
				'-sS',
				'-X',
				method,
				'-w',
				'\\n%{http_code}',
				'--data-binary',
				'@-',
			];
			try {
				const command = [...curl, '-H', 'Content-Type: application/json', `${base}/v1/${path}`];
				const stdin = body ?? Buffer.alloc(0);
				const ran = await runDetached(instance, command, { name, stdin, timeoutMs });
				return replyOf(ran);
			} catch (thrown) {
				if (!(thrown instanceof InstanceError)) throw thrown;
				const fault = thrown.fault === 'unreachable' ? 'unsent' : 'unclear';
				throw new VaultError(fault, thrown.message, { cause: thrown });
			} finally {
				body?.fill(0);
			}
		},
		async recall(name) {
			try {
				const found = await collectDetached(instance, name, { timeoutMs: LIMIT_MS });
				return found.state === 'ended' ? replyOf(found.result) : undefined;
			} catch {
				// No answer to be had here; the copy that Vault keeps is asked for instead.
				return undefined;
			}
		},
	};
}

async function assertCurl(instance: Instance): Promise<void> {
	try {
		const { exitCode } = await instance.run(['curl', '--version'], { timeoutMs: LIMIT_MS });
		if (exitCode === 0) return;
	} catch (thrown) {
		const message = thrown instanceof Error ? thrown.message : String(thrown);
		throw new VaultError('unsent', message, { cause: thrown });
	}
	throw new VaultError('unsupported', 'There is no curl on the instance.');
}

function replyOf(ran: { exitCode: number; stdout: Buffer; stderr: string }): HttpReply {
	const text = ran.stdout.toString('utf8');
	const line = text.lastIndexOf('\n');
	const status = Number(text.slice(line + 1));
	if (ran.exitCode === 0 && status >= 100) return { status, body: text.slice(0, line) };
	const unsent = ran.exitCode === CURL_NOT_CONNECTED || ran.exitCode === NOT_FOUND;
	throw new VaultError(
		unsent ? 'unsent' : 'unclear',
		`Vault gave no answer to curl on the instance (exit code ${ran.exitCode}).`,
		{ words: ran.stderr.trim().split('\n').slice(-2) },
	);
}
