import type { VaultCliContext } from './cli-types.ts';
import { ApiRequestError } from './http-client.ts';
import { readTypedKey } from './key-input.ts';

/** Reports a failed request after the attempted action. Other errors are rethrown. */
export function reportLegacyFailure(
	{ output }: VaultCliContext,
	doing: string,
	error: unknown,
): number {
	if (!(error instanceof ApiRequestError)) throw error;
	output.error(`${doing}: ${error.message}`);
	return 1;
}

const NOT_A_TERMINAL = (
	name: string,
) => `Error attempting to ask for password. The raw error message
is shown below, but the most common reason for this error is
that you attempted to pipe a value into unseal or you're
executing \`vault ${name}\` from outside of a terminal.

You should use \`vault ${name}\` from a terminal for maximum
security. If this isn't an option, the unseal key can be passed
in using the first parameter.

Raw error: `;

/** Prompts for the key; undefined without a terminal, which is then reported. */
export async function promptForKey(
	name: string,
	{ output }: VaultCliContext,
): Promise<string | undefined> {
	// As in Vault, the prompt precedes turning off the echo, so early input is visible.
	output.raw('Key (will be hidden): ');
	try {
		return await readTypedKey('File descriptor 0 is not a terminal');
	} catch (error) {
		output.raw('\n');
		output.error(NOT_A_TERMINAL(name) + (error as Error).message);
		return undefined;
	}
}
