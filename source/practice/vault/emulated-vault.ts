import { runEmulatedVaultCommand } from './cli.ts';
import { runEmulatedVaultServer } from './server.ts';
import { findVersionProfile } from './version-profiles.ts';

/**
 * A small emulated Vault for practice and tests where no real one is available: the server of one of
 * two versions, and the commands that operators need for it. It protects nothing.
 *
 *     emulated-vault server -config=FILE
 *     emulated-vault status | operator unseal|rekey …
 *
 * TFE_EMULATED_VAULT_VERSION selects the version, 0.8.2 or 1.14. Default: 1.14.
 *
 * @param argv Without the interpreter and the script.
 * @returns The exit code.
 */
export async function runEmulatedVaultProgram(
	argv: readonly string[],
	environment: NodeJS.ProcessEnv,
): Promise<number> {
	const like = findVersionProfile(environment.TFE_EMULATED_VAULT_VERSION);
	if (like === undefined) {
		process.stderr.write('The emulated Vault supports the versions 0.8.2 and 1.14.\n');
		return 1;
	}
	return argv[0] === 'server'
		? runEmulatedVaultServer(argv.slice(1), like)
		: runEmulatedVaultCommand(argv, environment, like);
}
