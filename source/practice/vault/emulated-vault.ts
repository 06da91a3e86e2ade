import { standardStreams } from './cli-output.ts';
import { FlagError } from './go-flags.ts';
import { runLegacyCommand } from './legacy-cli.ts';
import { runModernCommand } from './modern-cli.ts';
import { runVaultServer } from './server.ts';
import { findVersionProfile } from './version-profiles.ts';

/**
 * A small emulated Vault for practice and tests where no real one is available: server and CLI of
 * one of three versions. It protects nothing.
 *
 *     emulated-vault [--like 0.8.2|1.8|1.14] server -config=FILE
 *     emulated-vault status | operator init|unseal|seal|rekey … (0.8.2: init, unseal, seal, rekey)
 *
 * Without `--like`, TFE_EMULATED_VAULT_VERSION selects the version. Default: 1.14.
 *
 * @param argv Without the interpreter and the script.
 * @returns The exit code.
 */
export async function runEmulatedVault(
	argv: readonly string[],
	environment: NodeJS.ProcessEnv,
): Promise<number> {
	const [first, second, ...rest] = argv;
	const named = first === '--like';
	const like = findVersionProfile(named ? second : environment.TFE_EMULATED_VAULT_VERSION);
	const words = named ? rest : argv;
	if (like === undefined) {
		standardStreams.error('The emulated Vault supports the versions 0.8.2, 1.8 and 1.14.');
		return 1;
	}
	try {
		if (words[0] === 'server') return await runVaultServer(words.slice(1), like, standardStreams);
		const command = like.legacy ? runLegacyCommand : runModernCommand;
		return await command(words, { environment, like, output: standardStreams });
	} catch (error) {
		if (!(error instanceof FlagError)) throw error;
		standardStreams.error(error.message);
		return 1;
	}
}
