import { quoteShellWord } from '../engine/shell-quote.ts';
import type { Command } from './command-context.ts';
import { findCommand } from './command-table.ts';

type FlagReader = (name: string) => string | undefined;

/** Flags of a run that resume commands repeat, so that what they limit or read stays the same. */
const REPEATED_FLAGS = ['answers', 'until'] as const;

/**
 * Adds --home to the tfe-wizard command in a line; other text is unchanged.
 *
 * @param home Value of --home; undefined if it was not given.
 */
export function addHomeFlag(line: string, home: string | undefined): string {
	const command = findPrintedCommand(line);
	if (home === undefined || line.includes('--home')) return line;
	if (command?.flags.some(({ name }) => name === 'home') !== true) return line;
	// A function, because `$&` in a replacement string would have a special meaning.
	return line.replace(COMMAND, (typed) => {
		const start = typed === 'tfe-wizard' ? typed : `tfe-wizard ${command.name}`;
		return `${start}${formatFlags([['home', home]])}${typed.slice(start.length)}`;
	});
}

/**
 * Adds the flags of a failed run to the commands in its next steps: --home, and to the same command
 * also --answers and --until. A flag that one of the lines names is left as it is in all of them,
 * because then the lines are alternatives that differ in it.
 *
 * @param flag Reads the flags of the run.
 */
export function addRunFlags(
	lines: readonly string[],
	command: string,
	flag: FlagReader,
): readonly string[] {
	const repeated = REPEATED_FLAGS.flatMap((name): [string, string][] => {
		const value = flag(name);
		if (value === undefined || lines.some((line) => line.includes(`--${name}`))) return [];
		return name === 'answers' && isReadableOnce(value) ? [] : [[name, value]];
	});
	return lines.map((line) => {
		const home = flag('home');
		const found = findPrintedCommand(line);
		if (found?.name !== command || line.includes('--stop')) return addHomeFlag(line, home);
		const known = repeated.filter(([name]) => found.flags.some((one) => one.name === name));
		// At the end of the command, which a comment or a full stop may follow.
		const completed = line.replace(/(?= \(|\.?$)/, () => formatFlags(known));
		return addHomeFlag(completed, home);
	});
}

/** Standard input and process substitutions do not exist in the next command. */
const isReadableOnce = (path: string): boolean => path === '-' || /^\/(dev|proc)\//.test(path);

/** A command with its words, or flags or a comment of the wizard, which needs no word. */
const COMMAND = /\btfe-wizard ([a-z][\w-]*(?: [\w-]+)?)|^tfe-wizard(?= --| \()/;

function findPrintedCommand(line: string): Command | undefined {
	const found = COMMAND.exec(line);
	return found === null ? undefined : findCommand((found[1] ?? 'wizard').split(' '));
}

const formatFlags = (flags: readonly (readonly [name: string, value: string])[]): string =>
	flags.map(([name, value]) => ` --${name} ${quoteShellWord(value)}`).join('');
