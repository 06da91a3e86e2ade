import {
	type Instance,
	InstanceError,
	type RemoteResult,
} from '../../../instance/instance-types.ts';
import {
	deleteDetachedResult,
	readDetachedResult,
	runDetached,
} from '../../../instance/run-detached.ts';
import {
	runDetachedInTerminal,
	SCRIPT_CHECK_COMMAND,
} from '../../../instance/run-detached-in-terminal.ts';
import type { DetachedCommandRunner } from '../../../vault/run-vault-command.ts';
import type { DetachedHttpSender, HttpResponse } from '../../../vault/send-http-request.ts';
import { VaultError } from '../../../vault/vault-types.ts';

const LIMIT_MS = 30_000;
/** The response may still be about to arrive. */
const STILL_RUNNING_MS = 10_000;
/** curl exit status: could not connect, so nothing was sent. */
const CURL_NOT_CONNECTED = 7;
const NOT_FOUND = 127;

/**
 * Sends requests with a detached curl on the instance, which continues if the ssh connection is lost.
 * The response (encrypted shares) stays there in a file that only this user can read. The key in the
 * request is passed on standard input.
 *
 * @param address `http://127.0.0.1:8200`
 */
export function createDetachedHttpSender(instance: Instance, address: string): DetachedHttpSender {
	const base = address.replace(/\/+$/, '');
	return {
		async send(name, { method, path, body, timeoutMs }) {
			await assertCommandAvailable(instance, ['curl', '--version'], 'curl');
			// Ignore the user's curl configuration: a proxy would see the key, a retry would send it twice.
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
				const options = { name, stdin, timeoutMs };
				return parseCurlReply(await withVaultErrors(() => runDetached(instance, command, options)));
			} finally {
				body?.fill(0);
			}
		},
		async recall(name) {
			const found = await collectResponse(instance, name);
			try {
				return found && parseCurlReply(found);
			} catch {
				// curl had no response; the caller retrieves the copy that Vault stores.
				return undefined;
			}
		},
		forget: (name) => deleteResponse(instance, name),
	};
}

/**
 * Runs a detached vault command on the instance, which continues if the ssh connection is lost. Its
 * output stays there in a file that only this user can read. The key is passed on standard input or
 * through a terminal on the instance.
 */
export function createDetachedCommandRunner(instance: Instance): DetachedCommandRunner {
	return {
		async run(name, argv, { stdin, timeoutMs }) {
			await assertCommandAvailable(instance, ['setsid', 'true'], 'setsid');
			return withVaultErrors(() => runDetached(instance, argv, { name, stdin, timeoutMs }));
		},
		async runInTerminal(name, argv, { reply: { prompt, reply }, timeoutMs }) {
			await assertCommandAvailable(instance, SCRIPT_CHECK_COMMAND, 'The script command');
			const options = { name, prompt, reply, timeoutMs };
			return withVaultErrors(() => runDetachedInTerminal(instance, argv, options));
		},
		recall: (name) => collectResponse(instance, name),
		forget: (name) => deleteResponse(instance, name),
	};
}

/** @throws VaultError `unsupported` when the instance lacks a command; nothing else was run. */
async function assertCommandAvailable(instance: Instance, words: readonly string[], what: string) {
	try {
		const { exitCode } = await instance.run(words, { timeoutMs: LIMIT_MS });
		if (exitCode === 0) return;
	} catch (thrown) {
		const message = thrown instanceof Error ? thrown.message : String(thrown);
		throw new VaultError('unsent', message, { cause: thrown });
	}
	throw new VaultError('unsupported', `${what} is not available on the instance.`);
}

async function collectResponse(
	instance: Instance,
	name: string,
): Promise<RemoteResult | undefined> {
	try {
		const limits = { timeoutMs: LIMIT_MS, waitMs: STILL_RUNNING_MS };
		const found = await readDetachedResult(instance, name, limits);
		return found.state === 'ended' ? found.result : undefined;
	} catch {
		// No response is available; the caller retrieves the copy that Vault stores.
		return undefined;
	}
}

function parseCurlReply(ran: { exitCode: number; stdout: Buffer; stderr: string }): HttpResponse {
	const text = ran.stdout.toString('utf8');
	const line = text.lastIndexOf('\n');
	const status = Number(text.slice(line + 1));
	if (ran.exitCode === 0 && status >= 100) return { status, body: text.slice(0, line) };
	const unsent = ran.exitCode === CURL_NOT_CONNECTED || ran.exitCode === NOT_FOUND;
	throw new VaultError(
		unsent ? 'unsent' : 'unclear',
		`curl on the instance received no response from Vault (exit status ${ran.exitCode}).`,
		{ words: ran.stderr.trim().split('\n').slice(-2) },
	);
}

async function deleteResponse(instance: Instance, name: string): Promise<void> {
	await deleteDetachedResult(instance, name, { timeoutMs: LIMIT_MS }).catch(() => undefined);
}

/** Converts ssh errors to the errors of the Vault drivers. */
export async function withVaultErrors<T>(run: () => Promise<T>): Promise<T> {
	try {
		return await run();
	} catch (thrown) {
		if (!(thrown instanceof InstanceError)) throw thrown;
		const fault = thrown.fault === 'unreachable' ? 'unsent' : 'unclear';
		throw new VaultError(fault, thrown.message, { cause: thrown });
	}
}
