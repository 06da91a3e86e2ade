import { probeCommand } from './probe-command.ts';
import { type ProbeAttempt, probeHttp, type TokenProvider } from './probe-http.ts';
import type { VaultCommandOptions } from './run-vault-command.ts';
import type { HttpTransport } from './send-http-request.ts';
import { type Vault, VaultError } from './vault-types.ts';

/** The available ways to reach Vault. HTTP is tried first. */
export interface ProbeOptions {
	http?: HttpTransport;
	/** Why HTTP is not available, for the probe's log. */
	noHttp?: string;
	command?: Omit<VaultCommandOptions, 'token'>;
	/** Called only when the server requires a token. */
	token?: TokenProvider;
	/** Milliseconds for each HTTP request. */
	timeoutMs?: number;
}

export interface ProbeResult {
	vault: Vault;
	/** Requests and responses of the probe, one line each, for display. */
	found: readonly string[];
}

/**
 * Finds out how to reach this Vault and what it supports, with read-only requests and never from its
 * version text. A sealed or uninitialized Vault is found too, but the returned driver refuses
 * `startRekey`: probe again once Vault is unsealed.
 *
 * @throws VaultError when Vault cannot be reached (`words` holds the findings), or when it is unclear
 * whether it supports verification.
 */
export async function probeVault(options: ProbeOptions): Promise<ProbeResult> {
	const found: string[] = options.noHttp === undefined ? [] : [options.noHttp];
	let lack: VaultError | undefined;
	const attempts: (() => Promise<ProbeAttempt>)[] = [];
	const { http, command, token, timeoutMs } = options;
	if (http !== undefined) attempts.push(() => probeHttp(http, token, timeoutMs));
	if (command !== undefined) attempts.push(() => probeCommand(command, token));
	for (const attempt of attempts) {
		try {
			const sight = await attempt();
			found.push(...sight.found);
			if (sight.vault !== undefined) return { vault: sight.vault, found };
			lack ??= sight.lack;
		} catch (thrown) {
			// After an unclear response Vault is not asked in another way.
			if (!(thrown instanceof VaultError) || thrown.fault !== 'unsent') throw thrown;
			found.push(thrown.message);
			lack ??= thrown;
		}
	}
	if (lack === undefined)
		throw new VaultError('unsupported', 'No connection to Vault is configured.');
	const { status, cause } = lack;
	throw new VaultError(lack.fault, lack.message, {
		words: found,
		cause,
		...(status === undefined ? {} : { status }),
	});
}
