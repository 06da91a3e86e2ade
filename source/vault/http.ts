import { z } from 'zod';
import type { SecretBytes } from '../engine/secret-bytes.ts';
import {
	type KeptBackup,
	type RekeyStatus,
	type Vault,
	VaultError,
	type VerificationStatus,
} from './contract.ts';
import { assertSafe, type Looked, stillOurs, stillProving } from './guard.ts';
import {
	exchange,
	type HttpApart,
	type HttpReply,
	type HttpRequest,
	type HttpTransport,
	whereTo,
} from './http-exchange.ts';
import { keyOnTheWire } from './key-on-the-wire.ts';
import {
	answerBody,
	completeAnswer,
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
	/** For the copy of the shares, which wants one everywhere; asked for only then. */
	backupToken?: () => Promise<SecretBytes | undefined>;
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
			const body = withKey(share, nonce);
			const sent: HttpRequest = { method: write, path: `${base}/update`, body, timeoutMs };
			// Where nothing is to be proven afterwards, this is what counts.
			const text =
				looked.verify || to.apart === undefined
					? await ask(asking, write, sent.path, body)
					: await askApart(to, to.apart, asking, sent, nonce, token);
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
		async keptBackup(nonce) {
			const waiting = nonce === undefined ? undefined : await to.apart?.recall(apartName(nonce));
			if (waiting !== undefined && waiting.status === 200) return backupIn(waiting.body);
			try {
				const asking: Asking = { what: 'hand out the copy of the shares', risk: 'reads' };
				const given = token ?? (await options.backupToken?.());
				const text = await askHttp(to, asking, {
					method: 'GET',
					path: `${base}/backup`,
					timeoutMs,
					...(given && { token: given }),
				});
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

const apartName = (nonce: string): string => `rekey-${nonce}`;

/** By the way that outlives the connection, where it can be gone. */
async function askApart(
	to: HttpTransport,
	apart: HttpApart,
	asking: Asking,
	request: HttpRequest,
	nonce: string,
	token: SecretBytes | undefined,
): Promise<string> {
	const { body } = request;
	const spare = body === undefined ? undefined : Buffer.from(body);
	try {
		return answerOf(asking, await apart.send(apartName(nonce), request));
	} catch (thrown) {
		if (!(thrown instanceof VaultError) || thrown.fault !== 'unsupported') throw thrown;
		// Without it and without a token a lost answer would be lost for good.
		if (token === undefined)
			throw new VaultError(
				'refused',
				`${thrown.message} Without a token of Vault the answer could be lost, so nothing was sent.`,
			);
		return await askHttp(to, asking, { ...request, ...(spare && { body: spare }) });
	} finally {
		body?.fill(0);
		spare?.fill(0);
	}
}

/** A lost answer that was found again, as a copy of its shares. */
function backupIn(body: string): KeptBackup | undefined {
	const answer = completeAnswer(answerBody(body));
	if (answer === undefined) return undefined;
	const shares = new Map<string, Buffer[]>();
	for (const { fingerprint, message } of answer.shares)
		shares.set(fingerprint, [...(shares.get(fingerprint) ?? []), message]);
	return { nonce: answer.nonce, shares };
}

/** One request; the body of a 2xx as text. Everything else is thrown as a VaultError. */
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
	const key = keyOnTheWire(share);
	const rest = nonce === undefined ? '"}' : `","nonce":${JSON.stringify(nonce)}}`;
	const body = Buffer.concat([Buffer.from('{"key":"'), key, Buffer.from(rest)]);
	key.fill(0);
	return body;
}
