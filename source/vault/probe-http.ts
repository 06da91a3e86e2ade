import { z } from 'zod';
import type { SecretBytes } from '../engine/secret-bytes.ts';
import { createHttpVault, sendVaultRequest } from './http-vault.ts';
import { parseRekeyStatus, unwrapResponse } from './parse-json-response.ts';
import type { ProbedFeatures } from './request-guards.ts';
import { DEFAULT_REQUEST_TIMEOUT_MS, NO_REKEY_PATTERN } from './response-errors.ts';
import { describeTransport, type HttpTransport } from './send-http-request.ts';
import { type Vault, VaultError } from './vault-types.ts';

/** Provides a token if one is required; undefined when there is none. */
export type TokenProvider = () => Promise<SecretBytes | undefined>;

/** The result of a probe: a driver, or why there is none. */
export interface ProbeAttempt {
	vault?: Vault;
	found: readonly string[];
	/** Why there is no driver, in case nothing else works. */
	lack?: VaultError;
}

/** Words of a server that requires a token, or another one. */
const TOKEN_REQUIRED_PATTERN =
	/missing client token|permission denied|invalid token|no client token/i;
/** Not available now: sealed, not initialized, or a standby that cannot forward. */
const UNAVAILABLE_PATTERN = /sealed|not active|not (yet )?initialized|highly-available mode/i;

type EndpointFamily = 'rekey' | 'rotate';
type EndpointAvailability = 'there' | 'later' | 'token' | 'absent';

/**
 * Finds out over HTTP, with GET requests only, which endpoints rekey this Vault and whether it
 * supports verification. The token is sent only when the server requires one.
 *
 * @throws VaultError when a response does not show whether new shares can be verified, or when the
 * server stops responding.
 */
export async function probeHttp(
	transport: HttpTransport,
	token: TokenProvider | undefined,
	timeoutMs = DEFAULT_REQUEST_TIMEOUT_MS,
): Promise<ProbeAttempt> {
	const found: string[] = [];
	let refusal: VaultError | undefined;
	let tellsOfVerifying = false;

	const look = async (path: string, given?: SecretBytes): Promise<EndpointAvailability> => {
		const asking = { what: `answer GET ${path}`, risk: 'reads' } as const;
		const request = { method: 'GET', path, timeoutMs, ...(given && { token: given }) } as const;
		try {
			const body = unwrapResponse(await sendVaultRequest(transport, asking, request));
			parseRekeyStatus(body);
			tellsOfVerifying ||= z.object({ verification_required: z.unknown() }).safeParse(body).success;
			found.push(`GET ${path}: answered${given === undefined ? '' : ' with the token'}`);
			return 'there';
		} catch (thrown) {
			if (!(thrown instanceof VaultError) || thrown.fault !== 'refused') throw thrown;
			found.push(`GET ${path}: ${thrown.status} ${thrown.words.join('; ')}`.trimEnd());
			refusal = thrown;
			return classifyRefusal(thrown);
		}
	};
	const made = async (
		family: EndpointFamily,
		seen: EndpointAvailability,
		given?: SecretBytes,
	): Promise<ProbeAttempt> => {
		const base = { family, token: given !== undefined };
		const verify =
			seen === 'there' && (await canVerifyOverHttp(transport, family, given, timeoutMs, found));
		// Since 0.10.2 every status has that field; before, none has.
		if (seen === 'there' && !verify && tellsOfVerifying)
			throw createUncertainError(found.at(-1) ?? '');
		const later = seen === 'later' ? { undetermined: true } : {};
		const looked: ProbedFeatures & { family: EndpointFamily } = { ...base, verify, ...later };
		const options = {
			looked,
			timeoutMs,
			...(given && { token: given }),
			...(token && { backupToken: token }),
		};
		return { vault: createHttpVault(transport, options), found };
	};

	let open: EndpointAvailability;
	try {
		open = await look('sys/rekey/init');
	} catch (thrown) {
		// A forward accepts a connection even if nothing listens at its other end.
		if (!(thrown instanceof VaultError)) throw thrown;
		return { found: [...found, thrown.message], lack: thrown };
	}
	if (open === 'there' || open === 'later') return made('rekey', open);
	const given = await token?.();
	if (given === undefined) {
		const need = `Vault at ${describeTransport(transport)} requires a token to rekey, but none is set.`;
		return { found, lack: new VaultError('refused', need, getErrorFacts(refusal)) };
	}
	if (open === 'token') {
		const again = await look('sys/rekey/init', given);
		if (again === 'there' || again === 'later') return made('rekey', again, given);
	}
	const rotate = await look('sys/rotate/root/init', given);
	if (rotate === 'there' || rotate === 'later') return made('rotate', rotate, given);
	const lack = `Vault at ${describeTransport(transport)} does not permit a rekey with this token.`;
	return { found, lack: new VaultError('refused', lack, getErrorFacts(refusal)) };
}

function classifyRefusal({ status = 0, words }: VaultError): EndpointAvailability {
	const said = words.join('; ');
	// A standby that redirects to the active node.
	if (UNAVAILABLE_PATTERN.test(said) || (status >= 300 && status < 400)) return 'later';
	if (status === 401 || status === 403 || TOKEN_REQUIRED_PATTERN.test(said)) return 'token';
	return 'absent';
}

/** Whether `verify` exists. Throws when that is unclear: a wrong guess could cost the keys. */
async function canVerifyOverHttp(
	transport: HttpTransport,
	family: EndpointFamily,
	token: SecretBytes | undefined,
	timeoutMs: number,
	findings: string[],
): Promise<boolean> {
	const path = family === 'rotate' ? 'sys/rotate/root/verify' : 'sys/rekey/verify';
	const asking = { what: `answer GET ${path}`, risk: 'reads' } as const;
	try {
		await sendVaultRequest(transport, asking, {
			method: 'GET',
			path,
			timeoutMs,
			...(token && { token }),
		});
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

function getErrorFacts(error: VaultError | undefined) {
	const { status, words = [] } = error ?? {};
	return { words, ...(status === undefined ? {} : { status }) };
}
