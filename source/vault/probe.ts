import type { CommandOptions } from './command.ts';
import { type Vault, VaultError } from './contract.ts';
import type { HttpTransport } from './http-exchange.ts';
import { probeCommand } from './probe-command.ts';
import { probeHttp, type Sight, type TokenSource } from './probe-http.ts';

/** The ways there are to talk to Vault. HTTP is tried first. */
export interface WaysToTalk {
	http?: HttpTransport;
	/** Why there is no HTTP, for whoever reads what was found. */
	noHttp?: string;
	command?: Omit<CommandOptions, 'token'>;
	/** Asked only when the server wants a token. */
	token?: TokenSource;
	/** Milliseconds for each HTTP request. */
	timeoutMs?: number;
}

export interface Probed {
	vault: Vault;
	/** What was asked and what came back, a line each, for people. */
	found: readonly string[];
}

/**
 * Finds out how to talk to this Vault and what it can do, by asking it and never by its version
 * text, with requests that change nothing. A Vault that is sealed or not initialized is found too;
 * it cannot be rekeyed through what is returned then (`startRekey` refuses): look again once open.
 *
 * @throws VaultError when no way leads to it (its `words` are what was found), or when it cannot be
 * told whether it verifies new shares.
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
			// What answered once, and then not clearly, is not asked in another way.
			if (!(thrown instanceof VaultError) || thrown.fault !== 'unsent') throw thrown;
			found.push(thrown.message);
			lack ??= thrown;
		}
	}
	if (lack === undefined) throw new VaultError('unsupported', 'No way to talk to Vault was given.');
	const { status, cause } = lack;
	throw new VaultError(lack.fault, lack.message, {
		words: found,
		cause,
		...(status === undefined ? {} : { status }),
	});
}
