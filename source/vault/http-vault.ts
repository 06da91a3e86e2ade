import { z } from 'zod';
import type { SecretBytes } from '../engine/secret-bytes.ts';
import { formatShareAsHex } from './key-shares.ts';
import {
	parseLeadership,
	parseRekeyStatus,
	parseResponsePayload,
	parseSealStatus,
	parseShareBackup,
	parseSubmitResponseAsBackup,
	parseSubmitResult,
	parseVerificationResult,
	parseVerificationStatus,
	type RekeyStatus,
	type SealStatus,
	type SubmitResult,
	type VerificationResult,
} from './parse-json-response.ts';
import {
	assertRekeyNonceIfStarted,
	assertSafeRekeyRequest,
	assertVerificationNonce,
	type RekeyRequest,
	type VaultFeatures,
} from './rekey-preconditions.ts';
import {
	createResponseError,
	DEFAULT_REQUEST_TIMEOUT_MS,
	getDefaultIfRefused,
	NO_BACKUP_PATTERN,
	NO_REKEY_PATTERN,
	NOT_INITIALIZED_PATTERN,
	type RequestErrorContext,
	splitOutputAndMaskKeys,
	VaultError,
} from './response-errors.ts';
import {
	formatTransportAddress,
	type HttpRequest,
	type HttpResponse,
	type HttpTransport,
	type RecoverableHttpSender,
	sendHttpRequest,
} from './send-http-request.ts';

interface HttpVaultOptions {
	features: VaultFeatures;
	token?: SecretBytes;
	/** For Vault's backup of the shares, which always requires a token; called only then. */
	backupToken?: () => Promise<SecretBytes | undefined>;
	/** Milliseconds for each request; a commit on slow storage takes seconds. */
	timeoutMs?: number;
}

/**
 * A Vault server, whatever its version and transport. A share is passed as raw bytes (33, or 32 for a
 * key with a single share); the driver encodes it. Requests are never retried: the caller decides
 * after `unclear`. All methods throw VaultError and nothing else.
 */
export type VaultClient = ReturnType<typeof createHttpVault>;

/**
 * Vault over its HTTP API: `sys/rekey` from 0.8 to 2.x, or OpenBao's `sys/rotate/root`; `probeVault`
 * finds out which. Never calls a bare `sys/rotate/root`, which replaces the key and returns nothing
 * (OpenBao 2.4.0 to 2.5.1).
 */
export function createHttpVault(transport: HttpTransport, options: HttpVaultOptions) {
	const { features, token, timeoutMs = DEFAULT_REQUEST_TIMEOUT_MS } = options;
	const rotates = features.family === 'rotate';
	const base = rotates ? 'sys/rotate/root' : 'sys/rekey';
	const write = rotates ? 'POST' : 'PUT';

	const send = (
		description: RequestErrorContext,
		method: HttpRequest['method'],
		path: string,
		body?: Buffer,
		given = token,
	): Promise<string> =>
		sendVaultRequest(transport, description, {
			method,
			path,
			timeoutMs,
			...(body && { body }),
			...(given && { token: given }),
		});
	const get = async <T>(what: string, path: string, parse: (body: unknown) => T): Promise<T> =>
		parse(parseResponsePayload(await send({ what, risk: 'reads' }, 'GET', path)));

	const rekeyStatus = () => get('report the rekey status', `${base}/init`, parseRekeyStatus);
	const verificationStatus = () =>
		getDefaultIfRefused(
			get('report the verification status', `${base}/verify`, parseVerificationStatus),
			NO_REKEY_PATTERN,
			parseVerificationStatus({}),
		);

	const getBackupToken = async () => token ?? (await options.backupToken?.());
	const readBackup = (given: SecretBytes | undefined): Promise<string> =>
		send(
			{ what: 'return the backup of the shares', risk: 'reads' },
			'GET',
			`${base}/backup`,
			undefined,
			given,
		);
	const deleteStoredResponse = async (nonce: string) =>
		transport.detached?.forget(getStoredResponseName(nonce));

	/**
	 * Sends the request whose response may hold the only new shares from the instance, where the response
	 * is stored. One that is of no use, a refusal or one of several shares, is deleted: its name can then
	 * be used for the next share. One of an earlier call may be the one to recover and is never deleted.
	 */
	const submitDetached = async (
		detached: RecoverableHttpSender,
		nonce: string,
		request: HttpRequest,
		read: (text: string) => SubmitResult,
	): Promise<SubmitResult> => {
		const reply = await detached.send(getStoredResponseName(nonce), request);
		try {
			const submitted = read(getResponseBody(SUBMIT_SHARE, reply));
			if (!submitted.complete) await deleteStoredResponse(nonce);
			return submitted;
		} catch (thrown) {
			const refused = thrown instanceof VaultError && thrown.fault === 'refused';
			if (refused) await deleteStoredResponse(nonce);
			throw thrown;
		}
	};

	/**
	 * Requires a token that was seen to read Vault's own backup of the shares, from which a lost response
	 * can be recovered.
	 *
	 * @param why No response can be stored on the instance.
	 */
	const assertBackupReadable = async (why: string): Promise<void> => {
		const given = await getBackupToken();
		const next = 'set VAULT_TOKEN to a Vault token that can read sys/rekey/backup';
		if (given === undefined)
			throw new VaultError(
				'refused',
				`${why} Without a Vault token the response could be lost, so nothing was sent: ${next}.`,
			);
		try {
			await readBackup(given);
		} catch (thrown) {
			if (!(thrown instanceof VaultError)) throw thrown;
			// "No backup" is what an authorized token gets before the first rekey.
			if (isNoBackupError(thrown)) return;
			throw new VaultError(
				thrown.fault === 'unsent' ? 'unsent' : 'refused',
				`${why} The token cannot read Vault's backup of the shares, so the response could be lost, and nothing was sent: ${next}. ${thrown.message}`,
				{ words: thrown.words, cause: thrown },
			);
		}
	};

	return {
		/** Description for messages: "HTTP through ssh to 127.0.0.1:8200". */
		how: transport.how ?? `HTTP to ${formatTransportAddress(transport)}`,
		features,
		rekeyStatus,
		verificationStatus,
		sealStatus: () =>
			getDefaultIfRefused(
				get('report its seal status', 'sys/seal-status', parseSealStatus),
				NOT_INITIALIZED_PATTERN,
				parseSealStatus({ initialized: false, sealed: true, n: 0, t: 0, progress: 0 }),
			),
		leadership: () => get('report the leader', 'sys/leader', parseLeadership),
		async startRekey(request: RekeyRequest): Promise<RekeyStatus> {
			assertSafeRekeyRequest(request, features);
			const body = toJsonBuffer({
				secret_shares: request.shares,
				secret_threshold: request.threshold,
				pgp_keys: request.pgpKeys,
				backup: request.backup,
				...(request.verify ? { require_verification: true } : {}),
			});
			const description = { what: 'start a rekey', risk: 'prepares' } as const;
			const text = await send(description, write, `${base}/init`, body);
			// OpenBao may return an empty body; the status then shows what was started.
			return text === '' ? rekeyStatus() : parseRekeyStatus(parseResponsePayload(text));
		},
		/**
		 * Submits one current share; the request that was started says how many new ones to expect. Without
		 * verification this is the commit, so its response must be recoverable.
		 *
		 * @throws VaultError `refused` when it is not: nothing was sent.
		 */
		async submitShare(
			share: SecretBytes,
			nonce: string,
			request: RekeyRequest,
		): Promise<SubmitResult> {
			const path = `${base}/update`;
			const read = (text: string) => parseSubmitResult(parseResponsePayload(text), request.shares);
			const { detached } = transport;
			if (!features.verify && detached !== undefined) {
				const body = createKeyBody(share, nonce);
				try {
					const sent = { method: write, path, body, timeoutMs } as const;
					return await submitDetached(detached, nonce, sent, read);
				} catch (thrown) {
					if (!(thrown instanceof VaultError) || thrown.fault !== 'unsupported') throw thrown;
					await assertBackupReadable(thrown.message);
				}
			}
			return read(await send(SUBMIT_SHARE, write, path, createKeyBody(share, nonce)));
		},
		/** Cancels the rekey with this nonce and voids its shares. */
		async cancelRekey(nonce: string): Promise<void> {
			if (!assertRekeyNonceIfStarted(await rekeyStatus(), nonce)) return;
			const description = { what: 'cancel the rekey', risk: 'prepares' } as const;
			await send(description, 'DELETE', `${base}/init`, toJsonBuffer({ nonce }));
		},
		/** Verifies one new share. The share that reaches the threshold commits the rekey. */
		async verifyShare(share: SecretBytes, nonce: string): Promise<VerificationResult> {
			const description = { what: 'verify a new key share', risk: 'commits' } as const;
			const body = createKeyBody(share, nonce);
			return parseVerificationResult(
				parseResponsePayload(await send(description, write, `${base}/verify`, body)),
			);
		},
		/** Discards the shares verified so far; `verificationStatus` returns the new nonce. */
		async restartVerification(nonce: string): Promise<void> {
			assertVerificationNonce(await verificationStatus(), nonce);
			const description = { what: 'restart the verification', risk: 'prepares' } as const;
			await send(description, 'DELETE', `${base}/verify`, toJsonBuffer({ nonce }));
		},
		/**
		 * The encrypted shares of a rekey whose response was lost: the response stored on the instance, else
		 * the server's own backup (requires a token). Undefined when there is neither.
		 *
		 * @param nonce Of the rekey to find.
		 */
		async readShareBackup(nonce?: string) {
			const stored =
				nonce === undefined
					? undefined
					: await transport.detached?.recall(getStoredResponseName(nonce));
			const found = stored?.status === 200 ? parseSubmitResponseAsBackup(stored.body) : undefined;
			if (found !== undefined) return found;
			const backup = getBackupToken()
				.then(readBackup)
				.then((text) => parseShareBackup(parseResponsePayload(text)));
			return getDefaultIfRefused(backup, NO_BACKUP_PATTERN, undefined);
		},
		/**
		 * Deletes the response stored on the instance, once its shares are stored elsewhere. Never fails.
		 *
		 * @param nonce Of the completed rekey.
		 */
		deleteStoredResponse,
		/** Submits one share to a sealed Vault. Verifies nothing when Vault is unsealed. */
		async unseal(share: SecretBytes): Promise<SealStatus> {
			const description = { what: 'unseal', risk: 'prepares' } as const;
			const body = createKeyBody(share, undefined);
			return parseSealStatus(
				parseResponsePayload(await send(description, 'PUT', 'sys/unseal', body)),
			);
		},
	};
}

const SUBMIT_SHARE = { what: 'accept a current key share', risk: 'commits' } as const;

/** Name under which the response with the new shares is stored on the instance. */
const getStoredResponseName = (nonce: string): string => `rekey-${nonce}`;

/** Whether this refusal means that Vault has no backup of the shares. */
function isNoBackupError({ fault, status, words }: VaultError): boolean {
	return fault === 'refused' && (status === 404 || NO_BACKUP_PATTERN.test(words.join('\n')));
}

/** Sends one request and returns the body of a 2xx response; anything else throws a VaultError. */
export async function sendVaultRequest(
	transport: HttpTransport,
	description: RequestErrorContext,
	request: HttpRequest,
): Promise<string> {
	return getResponseBody(description, await sendHttpRequest(transport, request));
}

function getResponseBody(description: RequestErrorContext, reply: HttpResponse): string {
	if (reply.status >= 200 && reply.status < 300) return reply.body;
	if (reply.status >= 300 && reply.status < 400) {
		const elsewhere = `redirect to ${reply.location ?? 'another address'} not followed`;
		throw createResponseError(description, reply.status, splitOutputAndMaskKeys(elsewhere));
	}
	throw createResponseError(description, reply.status, getErrorMessages(reply.body));
}

const errorsSchema = z.object({ errors: z.array(z.string()) });

function getErrorMessages(body: string): string[] {
	try {
		const errors = errorsSchema.safeParse(JSON.parse(body));
		if (errors.success) return errors.data.errors.flatMap(splitOutputAndMaskKeys);
	} catch {
		// An error page of a proxy: its first lines are enough.
	}
	return splitOutputAndMaskKeys(body).slice(0, 3);
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
