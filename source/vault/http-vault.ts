import { z } from 'zod';
import type { SecretBytes } from '../engine/secret-bytes.ts';
import { formatShareAsHex } from './key-shares.ts';
import {
	parseLeadership,
	parseRekeyStatus,
	parseResponseAsBackup,
	parseSealStatus,
	parseShareBackup,
	parseSubmitResult,
	parseVerificationResult,
	parseVerificationStatus,
	unwrapResponse,
} from './parse-json-response.ts';
import {
	deleteResponseUnlessComplete,
	getStoredResponseName,
	sendRecoverably,
} from './recoverable-request.ts';
import {
	assertSafeRekeyRequest,
	assertVerificationNonce,
	checkRekeyNonce,
	type ProbedFeatures,
} from './rekey-preconditions.ts';
import {
	createResponseError,
	DEFAULT_REQUEST_TIMEOUT_MS,
	getDefaultIfRefused,
	NO_BACKUP_PATTERN,
	NO_REKEY_PATTERN,
	NO_VERIFICATION,
	NOT_INITIALIZED_PATTERN,
	type RequestDescription,
	toMaskedLines,
	UNINITIALIZED_SEAL_STATUS,
} from './response-errors.ts';
import {
	formatTransportAddress,
	type HttpRequest,
	type HttpResponse,
	type HttpTransport,
	sendHttpRequest,
} from './send-http-request.ts';
import {
	type RekeyStatus,
	type Vault,
	VaultError,
	type VerificationStatus,
} from './vault-types.ts';

interface HttpVaultOptions {
	features: ProbedFeatures;
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
export function createHttpVault(transport: HttpTransport, options: HttpVaultOptions): Vault {
	const { features: looked, token, timeoutMs = DEFAULT_REQUEST_TIMEOUT_MS } = options;
	const base = looked.family === 'rotate' ? 'sys/rotate/root' : 'sys/rekey';
	const write = looked.family === 'rotate' ? 'POST' : 'PUT';

	const ask = (
		asking: RequestDescription,
		method: HttpRequest['method'],
		path: string,
		body?: Buffer,
	): Promise<string> =>
		sendVaultRequest(transport, asking, {
			method,
			path,
			timeoutMs,
			...(body === undefined ? {} : { body }),
			...(token === undefined ? {} : { token }),
		});
	const get = (what: string, path: string) => ask({ what, risk: 'reads' }, 'GET', path);

	const rekeyStatus = async (): Promise<RekeyStatus> =>
		parseRekeyStatus(unwrapResponse(await get('report the rekey status', `${base}/init`)));
	const verificationStatus = async (): Promise<VerificationStatus> => {
		try {
			return parseVerificationStatus(
				unwrapResponse(await get('report the verification status', `${base}/verify`)),
			);
		} catch (thrown) {
			return getDefaultIfRefused(thrown, NO_REKEY_PATTERN, NO_VERIFICATION);
		}
	};

	const copyToken = async () => token ?? (await options.backupToken?.());
	const readCopy = (given: SecretBytes | undefined): Promise<string> => {
		const asking: RequestDescription = { what: 'return the backup of the shares', risk: 'reads' };
		const request = { method: 'GET', path: `${base}/backup`, timeoutMs } as const;
		return sendVaultRequest(transport, asking, { ...request, ...(given && { token: given }) });
	};
	const forgetAnswer = async (nonce: string) =>
		transport.detached?.forget(getStoredResponseName(nonce));

	return {
		how: transport.how ?? `HTTP to ${formatTransportAddress(transport)}`,
		features: looked,
		rekeyStatus,
		verificationStatus,
		async sealStatus() {
			try {
				return parseSealStatus(
					unwrapResponse(await get('report its seal status', 'sys/seal-status')),
				);
			} catch (thrown) {
				return getDefaultIfRefused(thrown, NOT_INITIALIZED_PATTERN, UNINITIALIZED_SEAL_STATUS);
			}
		},
		async leadership() {
			return parseLeadership(unwrapResponse(await get('report the leader', 'sys/leader')));
		},
		async startRekey(request) {
			assertSafeRekeyRequest(request, looked);
			const wish = {
				secret_shares: request.shares,
				secret_threshold: request.threshold,
				pgp_keys: request.pgpKeys,
				backup: request.backup,
				...(request.verify ? { require_verification: true } : {}),
			};
			const asking: RequestDescription = { what: 'start a rekey', risk: 'prepares' };
			const text = await ask(asking, write, `${base}/init`, toJsonBuffer(wish));
			// OpenBao may return an empty body; the status then shows what was started.
			return text === '' ? rekeyStatus() : parseRekeyStatus(unwrapResponse(text));
		},
		async submitShare(share, nonce, request) {
			const asking: RequestDescription = { what: 'accept a current key share', risk: 'commits' };
			const path = `${base}/update`;
			const here = () => ask(asking, write, path, createKeyBody(share, nonce));
			const { detached } = transport;
			const read = (text: string) => parseSubmitResult(unwrapResponse(text), request.shares);
			// Without verification this request is the commit.
			if (looked.verify || detached === undefined) return read(await here());
			return sendRecoverably({
				detached: () =>
					deleteResponseUnlessComplete(
						() => forgetAnswer(nonce),
						async (answered) => {
							const body = createKeyBody(share, nonce);
							const sent = { method: write, path, body, timeoutMs } as const;
							const reply = await detached.send(getStoredResponseName(nonce), sent);
							answered();
							return read(getResponseBody(asking, reply));
						},
					),
				here: async () => read(await here()),
				token: copyToken,
				readCopy,
			});
		},
		async cancelRekey(nonce) {
			if (!checkRekeyNonce(await rekeyStatus(), nonce)) return;
			const asking: RequestDescription = { what: 'cancel the rekey', risk: 'prepares' };
			await ask(asking, 'DELETE', `${base}/init`, toJsonBuffer({ nonce }));
		},
		async verifyShare(share, verificationNonce) {
			const asking: RequestDescription = { what: 'verify a new key share', risk: 'commits' };
			const text = await ask(
				asking,
				write,
				`${base}/verify`,
				createKeyBody(share, verificationNonce),
			);
			return parseVerificationResult(unwrapResponse(text));
		},
		async restartVerification(verificationNonce) {
			assertVerificationNonce(await verificationStatus(), verificationNonce);
			const asking: RequestDescription = { what: 'restart the verification', risk: 'prepares' };
			await ask(asking, 'DELETE', `${base}/verify`, toJsonBuffer({ nonce: verificationNonce }));
		},
		async readShareBackup(nonce) {
			const waiting =
				nonce === undefined
					? undefined
					: await transport.detached?.recall(getStoredResponseName(nonce));
			const found = waiting?.status === 200 ? parseResponseAsBackup(waiting.body) : undefined;
			if (found !== undefined) return found;
			try {
				return parseShareBackup(unwrapResponse(await readCopy(await copyToken())));
			} catch (thrown) {
				return getDefaultIfRefused(thrown, NO_BACKUP_PATTERN, undefined);
			}
		},
		deleteStoredResponse: forgetAnswer,
		async unseal(share) {
			const asking: RequestDescription = { what: 'unseal', risk: 'prepares' };
			return parseSealStatus(
				unwrapResponse(await ask(asking, 'PUT', 'sys/unseal', createKeyBody(share, undefined))),
			);
		},
	};
}

/** Sends one request and returns the body of a 2xx response; anything else throws a VaultError. */
export async function sendVaultRequest(
	transport: HttpTransport,
	description: RequestDescription,
	request: HttpRequest,
): Promise<string> {
	return getResponseBody(description, await sendHttpRequest(transport, request));
}

function getResponseBody(description: RequestDescription, reply: HttpResponse): string {
	if (reply.status >= 200 && reply.status < 300) return reply.body;
	if (reply.status >= 300 && reply.status < 400) {
		const elsewhere = `redirect to ${reply.location ?? 'another address'} not followed`;
		throw createResponseError(description, reply.status, toMaskedLines(elsewhere));
	}
	throw createResponseError(description, reply.status, getErrorMessages(reply.body));
}

const errorsSchema = z.object({ errors: z.array(z.string()) });

function getErrorMessages(body: string): string[] {
	try {
		const errors = errorsSchema.safeParse(JSON.parse(body));
		if (errors.success) return errors.data.errors.flatMap(toMaskedLines);
	} catch {
		// An error page of a proxy: its first lines are enough.
	}
	return toMaskedLines(body).slice(0, 3);
}

const toJsonBuffer = (value: unknown) => Buffer.from(JSON.stringify(value));

/** Builds `{"key":"…","nonce":"…"}` without ever holding the key in a string. */
function createKeyBody(share: SecretBytes, nonce: string | undefined): Buffer {
	const key = encodeKey(share);
	const rest = nonce === undefined ? '"}' : `","nonce":${JSON.stringify(nonce)}}`;
	const body = Buffer.concat([Buffer.from('{"key":"'), key, Buffer.from(rest)]);
	key.fill(0);
	return body;
}

/** Lengths in bytes that Vault accepts as a key (`sys/rekey/update`, `sys/unseal`). */
const MIN_KEY_BYTES = 16;
const MAX_KEY_BYTES = 33;

/**
 * Encodes a share as hex, which every Vault version accepts. Written into a Buffer digit by digit,
 * since a string cannot be wiped. The caller wipes it.
 *
 * @throws VaultError `unsupported` when it cannot be a share (an empty file, text instead of raw
 * bytes), so that it is never sent.
 */
function encodeKey(share: SecretBytes): Buffer {
	if (share.length < MIN_KEY_BYTES || share.length > MAX_KEY_BYTES) {
		throw new VaultError(
			'unsupported',
			`The key share has ${share.length} bytes; Vault accepts ${MIN_KEY_BYTES} to ${MAX_KEY_BYTES}.`,
		);
	}
	return formatShareAsHex(share);
}
