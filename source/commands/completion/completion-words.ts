import type { CommandFlag, CommandTable } from '../command-context.ts';

/** What a flag value or an argument is completed with; `text` has no completions. */
export type WordKind = 'file' | 'directory' | 'session' | 'text' | readonly string[];

export interface CompletedFlag {
	name: string;
	short?: string;
	help: string;
	/** Undefined for a switch. */
	value?: WordKind;
}

interface CompletedCommand {
	name: string;
	summary: string;
	flags: readonly CompletedFlag[];
	/** Undefined if the command takes no argument. */
	operand?: WordKind;
}

/** The words of the command line in the form that completion scripts need. */
export interface CompletionWords {
	commands: readonly CompletedCommand[];
	/** First words that need a second one, with the commands they start. */
	groups: readonly { name: string; members: readonly { name: string; summary: string }[] }[];
	/** Flags that are accepted without a command, in addition to those of the wizard. */
	flagsWithoutCommand: readonly CompletedFlag[];
}

/** Names of values in the command table, with their completions. */
const kindsByValueName: Readonly<Record<string, WordKind>> = {
	FILE: 'file',
	DIR: 'directory',
	NAME: 'session',
};

/** @param steps Completions of `--until`. */
export function getCompletionWords(
	{ commands, flagsWithoutCommand }: CommandTable,
	steps: readonly string[],
): CompletionWords {
	const kinds: typeof kindsByValueName = { ...kindsByValueName, STEP: steps };
	const toFlag = ({ name, short, help, value, oneOf }: CommandFlag): CompletedFlag => ({
		name,
		help,
		...(short === undefined ? {} : { short }),
		...(value === undefined ? {} : { value: oneOf ?? kinds[value] ?? 'text' }),
	});
	const completed = commands.map(({ name, summary, flags, operands: [operand] = [] }) => ({
		name,
		summary,
		flags: flags.map(toFlag),
		...(operand === undefined ? {} : { operand: operand.oneOf ?? kinds[operand.name] ?? 'text' }),
	}));
	const first = new Set(
		commands.filter(({ name }) => name.includes(' ')).map(({ name }) => name.split(' ')[0] ?? ''),
	);
	return {
		commands: completed,
		groups: [...first].map((name) => ({
			name,
			members: commands
				.filter((command) => command.name.startsWith(`${name} `))
				.map((command) => ({
					name: command.name.slice(name.length + 1),
					summary: command.summary,
				})),
		})),
		flagsWithoutCommand: flagsWithoutCommand.map(toFlag),
	};
}

/** The words that can follow the program name, with their summaries. */
export const getFirstWords = ({
	commands,
	groups,
}: CompletionWords): { name: string; summary: string }[] => [
	...commands.filter(({ name }) => !name.includes(' ')),
	...groups.map(({ name, members }) => ({
		name,
		summary: members.map((member) => member.name).join(', '),
	})),
];

/**
 * Flag values and arguments by their completions, so that a script has one branch for each.
 *
 * @returns kinds as JSON, because lists are compared by content.
 */
export function groupByKind(
	words: readonly (readonly [label: string, kind: WordKind])[],
): [WordKind, string[]][] {
	const groups = new Map<string, [WordKind, string[]]>();
	for (const [label, kind] of words) {
		const key = JSON.stringify(kind);
		const group = groups.get(key) ?? [kind, []];
		group[1].push(label);
		groups.set(key, group);
	}
	return [...groups.values()];
}

/** `install --approve` and its completions, for every flag with a value. */
export const getFlagValues = ({ commands }: CompletionWords): [string, WordKind][] =>
	commands.flatMap(({ name, flags }) =>
		flags.flatMap((flag): [string, WordKind][] =>
			flag.value === undefined ? [] : [[`${name} --${flag.name}`, flag.value]],
		),
	);

/** Flags as typed: `--help` and `-h`. */
export const getFlagSpellings = ({ name, short }: CompletedFlag): string[] => [
	`--${name}`,
	...(short === undefined ? [] : [`-${short}`]),
];

/** Quotes a text for a POSIX shell; texts of the command table contain no line endings. */
export const quoteForShell = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
