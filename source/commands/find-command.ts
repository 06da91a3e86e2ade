import { type Command, commands } from './command-table.ts';

/** Finds the command named by the first one or two words. */
export function findCommand(argv: readonly string[]): Command | undefined {
	return (
		commands.find(({ name }) => name === argv.slice(0, 2).join(' ')) ??
		commands.find(({ name }) => name === argv[0])
	);
}
