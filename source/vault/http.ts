import { z } from 'zod';
import type { SecretBytes } from '../engine/secret-bytes.ts';
import type { RekeyStatus, Vault, VerificationStatus } from './contract.ts';
import { assertSafe, type Looked, stillOurs, stillProving } from './guard.ts';
import {
	exchange,
	type HttpReply,
	type HttpRequest,
	type HttpTransport,
	whereTo,
} from './http-exchange.ts';
import { keyOnTheWire } from './key-on-the-wire.ts';
import { answerName, askLasting, unlessComplete } from './lasting-answer.ts';
import {
	answerBody,
	copyIn,
	readKeptBackup,
	readLeadership,
	readProving,
	readRekeyStatus,
	readSealStatus,
	readSubmitted,
	readVerificationStatus,
} from './parse-json.ts';
import {
	type Asking,
	answeredNo,
	DEFAULT_TIMEOUT_MS,
	NO_BACKUP,
	NO_REKEY,
	NOT_INITIALIZED,
	NOTHING_TO_PROVE,
	noneFor,
	plainWords,
	UNINITIALIZED,
} from './refusal.ts';

export interface HttpVaultOptions {
	looked: Looked & { family: 'rekey' | 'rotate' };
	token?: SecretBytes;
	/** For Vault's backup of the shares, which always requires a token; called only then. */
	backupToken?: () => Promise<SecretBytes | undefined>;
	/** Milliseconds for each request; a commit on slow storage takes seconds. */
	timeoutMs?: number;
}

/**
 * Vault over its HTTP API: `sys/rekey` from 0.8 to 2.x, or OpenBao's `sys/rotate/root`; `probeVault`
 * finds out which. Never calls a bare `sys/rotate/root`, which replaces the key and returns nothing
 * (OpenBao 2.4.0 to 2.5.1).
 */
export function httpVault(to: HttpTransport, options: HttpVaultOptions): Vault {
	const { looked, token, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
	const base = looked.family === 'rotate' ? 'sys/rotate/root' : 'sys/rekey';
	const write = looked.family === 'rotate' ? 'POST' : 'PUT';

	const ask = (
		asking: Asking,
		method: HttpRequest['method'],
		path: string,
		body?: Buffer,
	): Promise<string> =>
		askHttp(to, asking, {
			method,
			path,
			timeoutMs,
			...(body === undefined ? {} : { body }),
			...(token === undefined ? {} : { token }),
		});
	const get = (what: string, path: string) => ask({ what, risk: 'reads' }, 'GET', path);

	const rekeyStatus = async (): Promise<RekeyStatus> =>
		readRekeyStatus(answerBody(await get('report the rekey status', `${base}/init`)));
	const verificationStatus = async (): Promise<VerificationStatus> => {
		try {
			return readVerificationStatus(
				answerBody(await get('report the verification status', `${base}/verify`)),
			);
		} catch (thrown) {
			return noneFor(thrown, NO_REKEY, NOTHING_TO_PROVE);
		}
	};

	const copyToken = async () => token ?? (await options.backupToken?.());
	const readCopy = (given: SecretBytes | undefined): Promise<string> => {
		const asking: Asking = { what: 'return the backup of the shares', risk: 'reads' };
		const request = { method: 'GET', path: `${base}/backup`, timeoutMs } as const;
		return askHttp(to, asking, { ...request, ...(given && { token: given }) });
	};
	const forgetAnswer = async (nonce: string) => to.apart?.forget(answerName(nonce));

	return {
		how: to.how ?? `HTTP to ${whereTo(to)}`,
		abilities: looked,
		rekeyStatus,
		verificationStatus,
		async sealStatus() {
			try {
				return readSealStatus(answerBody(await get('report its seal status', 'sys/seal-status')));
			} catch (thrown) {
				return noneFor(thrown, NOT_INITIALIZED, UNINITIALIZED);
			}
		},
		async leadership() {
			return readLeadership(answerBody(await get('report the leader', 'sys/leader')));
		},
		async startRekey(request) {
			assertSafe(request, looked);
			const wish = {
				secret_shares: request.shares,
				secret_threshold: request.threshold,
				pgp_keys: request.pgpKeys,
				backup: request.backup,
				...(request.verify ? { require_verification: true } : {}),
			};
			const asking: Asking = { what: 'start a rekey', risk: 'prepares' };
			const text = await ask(asking, write, `${base}/init`, json(wish));
			// OpenBao may return an empty body; the status then shows what was started.
			return text === '' ? rekeyStatus() : readRekeyStatus(answerBody(text));
		},
		async submitShare(share, nonce, request) {
			const asking: Asking = { what: 'accept a current key share', risk: 'commits' };
			const path = `${base}/update`;
			const here = () => ask(asking, write, path, withKey(share, nonce));
			const { apart } = to;
			const read = (text: string) => readSubmitted(answerBody(text), request.shares);
			// Without verification this request is the commit.
			if (looked.verify || apart === undefined) return read(await here());
			return askLasting({
				apart: () =>
					unlessComplete(
						() => forgetAnswer(nonce),
						async (answered) => {
							const body = withKey(share, nonce);
							const sent = { method: write, path, body, timeoutMs } as const;
							const reply = await apart.send(answerName(nonce), sent);
							answered();
							return read(answerOf(asking, reply));
						},
					),
				here: async () => read(await here()),
				token: copyToken,
				readCopy,
			});
		},
		async cancelRekey(nonce) {
			if (!stillOurs(await rekeyStatus(), nonce)) return;
			const asking: Asking = { what: 'cancel the rekey', risk: 'prepares' };
			await ask(asking, 'DELETE', `${base}/init`, json({ nonce }));
		},
		async proveShare(share, verificationNonce) {
			const asking: Asking = { what: 'verify a new key share', risk: 'commits' };
			const text = await ask(asking, write, `${base}/verify`, withKey(share, verificationNonce));
			return readProving(answerBody(text));
		},
		async restartVerification(verificationNonce) {
			stillProving(await verificationStatus(), verificationNonce);
			const asking: Asking = { what: 'restart the verification', risk: 'prepares' };
			await ask(asking, 'DELETE', `${base}/verify`, json({ nonce: verificationNonce }));
		},
		async keptBackup(nonce) {
			const waiting = nonce === undefined ? undefined : await to.apart?.recall(answerName(nonce));
			const found = waiting?.status === 200 ? copyIn(waiting.body) : undefined;
			if (found !== undefined) return found;
			try {
				return readKeptBackup(answerBody(await readCopy(await copyToken())));
			} catch (thrown) {
				return noneFor(thrown, NO_BACKUP, undefined);
			}
		},
		forgetAnswer,
		async unseal(share) {
			const asking: Asking = { what: 'unseal', risk: 'prepares' };
			return readSealStatus(
				answerBody(await ask(asking, 'PUT', 'sys/unseal', withKey(share, undefined))),
			);
		},
	};
}

/** Sends one request and returns the body of a 2xx response; anything else throws a VaultError. */
export async function askHttp(
	to: HttpTransport,
	asking: Asking,
	request: HttpRequest,
): Promise<string> {
	return answerOf(asking, await exchange(to, request));
}

function answerOf(asking: Asking, reply: HttpReply): string {
	if (reply.status >= 200 && reply.status < 300) return reply.body;
	if (reply.status >= 300 && reply.status < 400) {
		const elsewhere = `redirect to ${reply.location ?? 'another address'} not followed`;
		throw answeredNo(asking, reply.status, plainWords(elsewhere));
	}
	throw answeredNo(asking, reply.status, errorWords(reply.body));
}

const errorsShape = z.object({ errors: z.array(z.string()) });

function errorWords(body: string): string[] {
	try {
		const errors = errorsShape.safeParse(JSON.parse(body));
		if (errors.success) return errors.data.errors.flatMap(plainWords);
	} catch {
		// An error page of a proxy: its first lines are enough.
	}
	return plainWords(body).slice(0, 3);
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

/** Builds `{"key":"…","nonce":"…"}` without ever holding the key in a string. */
function withKey(share: SecretBytes, nonce: string | undefined): Buffer {
	const key = keyOnTheWire(share);
	const rest = nonce === undefined ? '"}' : `","nonce":${JSON.stringify(nonce)}}`;
	const body = Buffer.concat([Buffer.from('{"key":"'), key, Buffer.from(rest)]);
	key.fill(0);
	return body;
}
