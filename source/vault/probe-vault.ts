import { z } from 'zod';
import type { SecretBytes } from '../engine/secret-bytes.ts';
import type { VaultClient } from './http-vault.ts';
import { createHttpVault, sendVaultRequest } from './http-vault.ts';
import { parseRekeyStatus, parseResponsePayload } from './parse-json-response.ts';
import { DEFAULT_REQUEST_TIMEOUT_MS, NO_REKEY_PATTERN, VaultError } from './response-errors.ts';
import { formatTransportAddress, type HttpTransport } from './send-http-request.ts';

export interface ProbeOptions {
	http?: HttpTransport;
	/** Why `http` is not available, for the probe's log. */
	noHttp?: string;
	/** Used when no server responds over `http`. */
	fallback?: HttpTransport;
	/** Called only when the server requires a token; undefined when there is none. */
	token?: () => Promise<SecretBytes | undefined>;
	/** Milliseconds for each request. */
	timeoutMs?: number;
}

export interface VaultClientWithProbeLog {
	vault: VaultClient;
	/** Requests and responses of the probe, one line each, for display. */
	found: readonly string[];
}

/** Words of a server that requires a token, or another one. */
const TOKEN_REQUIRED_PATTERN =
	/missing client token|permission denied|invalid token|no client token/i;
/** Not available now: sealed, not initialized, or a standby that cannot forward. */
const UNAVAILABLE_PATTERN = /sealed|not active|not (yet )?initialized|highly-available mode/i;

type GetRequest = (path: string, token?: SecretBytes) => Promise<string>;
type EndpointFamily = 'rekey' | 'rotate';
type EndpointAvailability = 'there' | 'later' | 'token' | 'absent';

/**
 * Finds out how to reach this Vault and what it supports, with GET requests only and never from its
 * version text. A sealed or uninitialized Vault is found too, but the returned driver refuses
 * `startRekey`: probe again once Vault is unsealed.
 *
 * @throws VaultError when Vault cannot be reached (`words` holds the findings), or when it is unclear
 * whether it supports verification.
 */
export async function probeAndCreateVaultClient(
	options: ProbeOptions,
): Promise<VaultClientWithProbeLog> {
	const found: string[] = options.noHttp === undefined ? [] : [options.noHttp];
	let failure: VaultError | undefined;
	for (const transport of [options.http, options.fallback]) {
		if (transport === undefined) continue;
		const probed = await probeTransport(transport, options, found);
		if (!(probed instanceof VaultError)) return { vault: probed, found };
		failure ??= probed;
		// This server responded: it is not asked in another way.
		if (probed.fault === 'refused') break;
	}
	if (failure === undefined)
		throw new VaultError('unsupported', 'No connection to Vault is configured.');
	const { fault, message, cause } = failure;
	throw new VaultError(fault, message, { ...getErrorFacts(failure, found), cause });
}

/**
 * @param findings Receives a line for each request.
 * @returns Why there is no driver, if no server responds or none of its endpoints can be used.
 * @throws VaultError when a response does not show whether new shares can be verified, or when the
 * server stops responding.
 */
async function probeTransport(
	transport: HttpTransport,
	options: ProbeOptions,
	findings: string[],
): Promise<VaultClient | VaultError> {
	const { token, timeoutMs = DEFAULT_REQUEST_TIMEOUT_MS } = options;
	let refusal: VaultError | undefined;
	let reportsVerification = false;

	const get: GetRequest = (path, given) =>
		sendVaultRequest(
			transport,
			{ what: `answer GET ${path}`, risk: 'reads' },
			{ method: 'GET', path, timeoutMs, ...(given && { token: given }) },
		);
	const probeEndpoint = async (
		path: string,
		given?: SecretBytes,
	): Promise<EndpointAvailability> => {
		try {
			const body = parseResponsePayload(await get(path, given));
			parseRekeyStatus(body);
			reportsVerification ||= z
				.object({ verification_required: z.unknown() })
				.safeParse(body).success;
			findings.push(`GET ${path}: answered${given === undefined ? '' : ' with the token'}`);
			return 'there';
		} catch (thrown) {
			if (!(thrown instanceof VaultError) || thrown.fault !== 'refused') throw thrown;
			findings.push(`GET ${path}: ${thrown.status} ${thrown.words.join('; ')}`.trimEnd());
			refusal = thrown;
			return classifyRefusal(thrown);
		}
	};
	const createVault = async (
		family: EndpointFamily,
		seen: 'there' | 'later',
		given?: SecretBytes,
	): Promise<VaultClient> => {
		const verify = seen === 'there' && (await canVerify(get, family, given, findings));
		// Since 0.10.2 every status has that field; before, none has.
		if (seen === 'there' && !verify && reportsVerification)
			throw createUncertainError(findings.at(-1) ?? '');
		const later = seen === 'later' ? { undetermined: true } : {};
		return createHttpVault(transport, {
			features: { family, token: given !== undefined, verify, ...later },
			timeoutMs,
			...(given && { token: given }),
			...(token && { backupToken: token }),
		});
	};
	const createRefusal = (message: string) =>
		new VaultError('refused', message, getErrorFacts(refusal));

	let open: EndpointAvailability;
	try {
		open = await probeEndpoint('sys/rekey/init');
	} catch (thrown) {
		// A forward accepts a connection even if nothing listens at its other end.
		if (!(thrown instanceof VaultError)) throw thrown;
		findings.push(thrown.message);
		return thrown;
	}
	if (open === 'there' || open === 'later') return createVault('rekey', open);
	const given = await token?.();
	const where = `Vault at ${formatTransportAddress(transport)}`;
	if (given === undefined)
		return createRefusal(`${where} requires a token to rekey, but none is set.`);
	if (open === 'token') {
		const again = await probeEndpoint('sys/rekey/init', given);
		if (again === 'there' || again === 'later') return createVault('rekey', again, given);
	}
	const rotate = await probeEndpoint('sys/rotate/root/init', given);
	if (rotate === 'there' || rotate === 'later') return createVault('rotate', rotate, given);
	return createRefusal(`${where} does not permit a rekey with this token.`);
}

function classifyRefusal({ status = 0, words }: VaultError): EndpointAvailability {
	const said = words.join('; ');
	// A standby that redirects to the active node.
	if (UNAVAILABLE_PATTERN.test(said) || (status >= 300 && status < 400)) return 'later';
	if (status === 401 || status === 403 || TOKEN_REQUIRED_PATTERN.test(said)) return 'token';
	return 'absent';
}

/** Whether `verify` exists. Throws when that is unclear: a wrong guess could cost the keys. */
async function canVerify(
	get: GetRequest,
	family: EndpointFamily,
	token: SecretBytes | undefined,
	findings: string[],
): Promise<boolean> {
	const path = family === 'rotate' ? 'sys/rotate/root/verify' : 'sys/rekey/verify';
	try {
		await get(path, token);
		findings.push(`GET ${path}: answered, so new key shares can be verified`);
		return true;
	} catch (thrown) {
		if (!(thrown instanceof VaultError) || thrown.fault !== 'refused') throw thrown;
		const said = thrown.words.join('; ');
		if (NO_REKEY_PATTERN.test(said)) {
			findings.push(`GET ${path}: ${said}, so new key shares can be verified`);
			return true;
		}
		// A token without permission does not prove that the endpoint is missing.
		const forbidden = thrown.status === 401 || thrown.status === 403 || /denied/i.test(said);
		if (token !== undefined && forbidden)
			throw createUncertainError(`GET ${path}: ${thrown.message}`, thrown);
		// Before 0.10.2 the path is unknown, and answered like any path without a token.
		const nobodys =
			thrown.status === 404 ||
			thrown.status === 405 ||
			TOKEN_REQUIRED_PATTERN.test(said) ||
			/unsupported path|no handler for route/i.test(said);
		if (!nobodys) throw createUncertainError(`GET ${path}: ${thrown.message}`, thrown);
		findings.push(`GET ${path}: ${thrown.status} ${said}, so new key shares cannot be verified`);
		return false;
	}
}

function createUncertainError(why: string, cause?: VaultError): VaultError {
	const message = `Could not determine whether Vault can verify new key shares: ${why}`;
	return new VaultError('unclear', message, { ...getErrorFacts(cause), cause });
}

function getErrorFacts(
	error: VaultError | undefined,
	words: readonly string[] = error?.words ?? [],
) {
	return { words, ...(error?.status === undefined ? {} : { status: error.status }) };
}
