import { type Command, commands } from './table.ts';

/** The command that the first words name; undefined when they name none. */
export function commandOf(argv: readonly string[]): Command | undefined {
	return (
		commands.find(({ name }) => name === argv.slice(0, 2).join(' ')) ??
		commands.find(({ name }) => name === argv[0])
	);
}
