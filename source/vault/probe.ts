import type { CommandOptions } from './command.ts';
import { type Vault, VaultError } from './contract.ts';
import type { HttpTransport } from './http-exchange.ts';
import { probeCommand } from './probe-command.ts';
import { probeHttp, type Sight, type TokenSource } from './probe-http.ts';

/** The available ways to reach Vault. HTTP is tried first. */
export interface WaysToTalk {
	http?: HttpTransport;
	/** Why HTTP is not available, for the probe's log. */
	noHttp?: string;
	command?: Omit<CommandOptions, 'token'>;
	/** Called only when the server requires a token. */
	token?: TokenSource;
	/** Milliseconds for each HTTP request. */
	timeoutMs?: number;
}

export interface Probed {
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
export async function probeVault(ways: WaysToTalk): Promise<Probed> {
	const found: string[] = ways.noHttp === undefined ? [] : [ways.noHttp];
	let lack: VaultError | undefined;
	const attempts: (() => Promise<Sight>)[] = [];
	const { http, command, token, timeoutMs } = ways;
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
