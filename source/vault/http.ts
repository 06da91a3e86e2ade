import { z } from 'zod';
import type { SecretBytes } from '../engine/secret-bytes.ts';
import type { RekeyStatus, Vault, VerificationStatus } from './contract.ts';
import { assertSafe, type Looked, stillOurs, stillProving } from './guard.ts';
import { exchange, type HttpRequest, type HttpTransport, whereTo } from './http-exchange.ts';
import { shareHex } from './key-on-the-wire.ts';
import {
	answerBody,
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
	/** Milliseconds for each request; a commit on slow storage takes seconds. */
	timeoutMs?: number;
}

/**
 * Vault over its HTTP API: `sys/rekey` from 0.8 to 2.x, or OpenBao's `sys/rotate/root`. What is
 * there is found out by `probeVault`. A bare `sys/rotate/root` is never asked: it replaces the key
 * and hands out nothing (OpenBao 2.4.0 to 2.5.1).
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
		readRekeyStatus(answerBody(await get('tell of a rekey', `${base}/init`)));
	const verificationStatus = async (): Promise<VerificationStatus> => {
		try {
			return readVerificationStatus(
				answerBody(await get('tell of a verification', `${base}/verify`)),
			);
		} catch (thrown) {
			return noneFor(thrown, NO_REKEY, NOTHING_TO_PROVE);
		}
	};

	return {
		how: to.how ?? `HTTP to ${whereTo(to)}`,
		abilities: looked,
		rekeyStatus,
		verificationStatus,
		async sealStatus() {
			try {
				return readSealStatus(answerBody(await get('tell its seal status', 'sys/seal-status')));
			} catch (thrown) {
				return noneFor(thrown, NOT_INITIALIZED, UNINITIALIZED);
			}
		},
		async leadership() {
			return readLeadership(answerBody(await get('tell who leads', 'sys/leader')));
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
			// OpenBao may answer the start with nothing; what began is then asked for.
			return text === '' ? rekeyStatus() : readRekeyStatus(answerBody(text));
		},
		async submitShare(share, nonce, request) {
			const asking: Asking = { what: 'take a current share', risk: 'commits' };
			const text = await ask(asking, write, `${base}/update`, withKey(share, nonce));
			return readSubmitted(answerBody(text), request.shares);
		},
		async cancelRekey(nonce) {
			if (!stillOurs(await rekeyStatus(), nonce)) return;
			const asking: Asking = { what: 'cancel the rekey', risk: 'prepares' };
			await ask(asking, 'DELETE', `${base}/init`, json({ nonce }));
		},
		async proveShare(share, verificationNonce) {
			const asking: Asking = { what: 'take a new share as proof', risk: 'commits' };
			const text = await ask(asking, write, `${base}/verify`, withKey(share, verificationNonce));
			return readProving(answerBody(text));
		},
		async restartVerification(verificationNonce) {
			stillProving(await verificationStatus(), verificationNonce);
			const asking: Asking = { what: 'restart the verification', risk: 'prepares' };
			await ask(asking, 'DELETE', `${base}/verify`, json({ nonce: verificationNonce }));
		},
		async keptBackup() {
			try {
				const text = await get('hand out the copy of the shares', `${base}/backup`);
				return readKeptBackup(answerBody(text));
			} catch (thrown) {
				return noneFor(thrown, NO_BACKUP, undefined);
			}
		},
		async unseal(share) {
			const asking: Asking = { what: 'unseal', risk: 'prepares' };
			return readSealStatus(
				answerBody(await ask(asking, 'PUT', 'sys/unseal', withKey(share, undefined))),
			);
		},
	};
}

/** One request; the body of a 2xx as text. Everything else is thrown as a VaultError. */
export async function askHttp(
	to: HttpTransport,
	asking: Asking,
	request: HttpRequest,
): Promise<string> {
	const reply = await exchange(to, request);
	if (reply.status >= 200 && reply.status < 300) return reply.body;
	if (reply.status >= 300 && reply.status < 400) {
		const elsewhere = `it points to ${reply.location ?? 'another address'}, which is not followed`;
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
		// A proxy's page: its first lines say enough.
	}
	return plainWords(body).slice(0, 3);
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

/** `{"key":"…","nonce":"…"}`, in which the key never was a string. */
function withKey(share: SecretBytes, nonce: string | undefined): Buffer {
	const key = shareHex(share);
	const rest = nonce === undefined ? '"}' : `","nonce":${JSON.stringify(nonce)}}`;
	const body = Buffer.concat([Buffer.from('{"key":"'), key, Buffer.from(rest)]);
	key.fill(0);
	return body;
}
