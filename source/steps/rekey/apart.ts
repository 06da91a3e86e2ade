import { type Instance, InstanceError, type RemoteResult } from '../../instance/contract.ts';
import { collectDetached, forgetDetached, runDetached } from '../../instance/detached.ts';
import { runDetachedInTerminal, TERMINAL_TRIED } from '../../instance/detached-terminal.ts';
import type { CommandApart } from '../../vault/command.ts';
import { VaultError } from '../../vault/contract.ts';
import type { HttpApart, HttpReply } from '../../vault/http-exchange.ts';

const LIMIT_MS = 30_000;
/** An answer that is looked for may be about to come. */
const STILL_RUNNING_MS = 10_000;
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
			await assertThere(instance, ['curl', '--version'], 'curl');
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
				const options = { name, stdin, timeoutMs };
				return replyOf(await asVault(() => runDetached(instance, command, options)));
			} finally {
				body?.fill(0);
			}
		},
		async recall(name) {
			const found = await recallFrom(instance, name);
			try {
				return found && replyOf(found);
			} catch {
				// curl had no answer; the copy that Vault keeps is asked for instead.
				return undefined;
			}
		},
		forget: (name) => forgetOn(instance, name),
	};
}

/**
 * Runs a command of Vault's on the instance so that it lives on when ssh is cut, its reply waiting
 * there in a file of this user alone. The key goes by standard input, or by a terminal over there.
 */
export function commandsApartOn(instance: Instance): CommandApart {
	return {
		async run(name, argv, { stdin, timeoutMs }) {
			await assertThere(instance, ['setsid', 'true'], 'setsid');
			return asVault(() => runDetached(instance, argv, { name, stdin, timeoutMs }));
		},
		async runInTerminal(name, argv, { reply: { prompt, reply }, timeoutMs }) {
			await assertThere(instance, TERMINAL_TRIED, 'script that lends a terminal');
			const options = { name, prompt, reply, timeoutMs };
			return asVault(() => runDetachedInTerminal(instance, argv, options));
		},
		recall: (name) => recallFrom(instance, name),
		forget: (name) => forgetOn(instance, name),
	};
}

/** @throws VaultError `unsupported` when this cannot be run there: nothing else was. */
async function assertThere(instance: Instance, words: readonly string[], what: string) {
	try {
		const { exitCode } = await instance.run(words, { timeoutMs: LIMIT_MS });
		if (exitCode === 0) return;
	} catch (thrown) {
		const message = thrown instanceof Error ? thrown.message : String(thrown);
		throw new VaultError('unsent', message, { cause: thrown });
	}
	throw new VaultError('unsupported', `There is no ${what} on the instance.`);
}

async function recallFrom(instance: Instance, name: string): Promise<RemoteResult | undefined> {
	try {
		const limits = { timeoutMs: LIMIT_MS, waitMs: STILL_RUNNING_MS };
		const found = await collectDetached(instance, name, limits);
		return found.state === 'ended' ? found.result : undefined;
	} catch {
		// No answer to be had here; the copy that Vault keeps is asked for instead.
		return undefined;
	}
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

async function forgetOn(instance: Instance, name: string): Promise<void> {
	await forgetDetached(instance, name, { timeoutMs: LIMIT_MS }).catch(() => undefined);
}

/** What went wrong with ssh, in the words Vault's drivers understand. */
export async function asVault<T>(run: () => Promise<T>): Promise<T> {
	try {
		return await run();
	} catch (thrown) {
		if (!(thrown instanceof InstanceError)) throw thrown;
		const fault = thrown.fault === 'unreachable' ? 'unsent' : 'unclear';
		throw new VaultError(fault, thrown.message, { cause: thrown });
	}
}
