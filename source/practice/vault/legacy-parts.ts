import { ClientError } from './client.ts';
import type { CommandContext } from './command.ts';
import { typedKey } from './prompt.ts';

/** What went wrong, after what was being done. Faults of ours pass through. */
export function failed({ output }: CommandContext, doing: string, error: unknown): number {
	if (!(error instanceof ClientError)) throw error;
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

/** The key as it is typed; undefined when there is no terminal, which was said then. */
export async function askedKey(
	name: string,
	{ output }: CommandContext,
): Promise<string | undefined> {
	// The prompt comes before the echo is off: who types ahead is seen.
	output.raw('Key (will be hidden): ');
	try {
		return await typedKey('File descriptor 0 is not a terminal');
	} catch (error) {
		output.raw('\n');
		output.error(NOT_A_TERMINAL(name) + (error as Error).message);
		return undefined;
	}
}
