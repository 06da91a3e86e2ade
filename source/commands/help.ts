import { errorCodes } from '../engine/errors.ts';
import type { Command, CommandFlag } from './command-context.ts';
import { commands, flagsWithoutCommand } from './command-table.ts';

/**
 * Formats the help of a command, of a group (`answers`), or the overview.
 *
 * @param columns Width to wrap to.
 * @param group The first word if it is not a command by itself.
 */
export function formatHelp(command: Command | undefined, columns: number, group = ''): string {
	const members = commands.filter(({ name }) => name.startsWith(`${group} `));
	const paragraphs =
		command !== undefined
			? describeCommand(command, columns)
			: members.length > 0
				? describeGroup(group, members, columns)
				: describeProgram(columns);
	return `${paragraphs.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

const describeGroup = (group: string, members: readonly Command[], columns: number): string[][] => [
	[`Usage: tfe-wizard ${group} COMMAND [flags]`],
	formatTable(members.map(summaryRow), columns),
	[`Run "tfe-wizard ${group} COMMAND --help" for details of a command.`],
];

const describeProgram = (columns: number): string[][] => [
	wrapHelpText(
		'tfe-wizard installs Private Terraform Enterprise on AWS. It shows each plan before it is applied, applies exactly that plan, and creates plain Terraform that you can manage yourself.',
		columns,
	),
	['Usage: tfe-wizard COMMAND [flags]'],
	['Commands', ...formatTable(commands.map(summaryRow), columns)],
	['Flags', ...formatTable(flagsWithoutCommand.map(flagRow), columns)],
	['Exit codes', ...formatTable(getExitCodes(), columns)],
	['Try it without an AWS account: tfe-wizard practice'],
];

function describeCommand(command: Command, columns: number): string[][] {
	const { operands = [], examples = [] } = command;
	const names = operands.map(({ name }) => name);
	const rows = operands.map(({ name, help }): Row => [name, help]);
	return [
		[`Usage: ${['tfe-wizard', command.name, ...names, '[flags]'].join(' ')}`],
		wrapHelpText(command.about, columns),
		...(rows.length === 0 ? [] : [['Arguments', ...formatTable(rows, columns)]]),
		['Flags', ...formatTable(command.flags.map(flagRow), columns)],
		...(examples.length === 0 ? [] : [['Examples', ...examples.map((line) => `  ${line}`)]]),
	];
}

/** Exit codes with their meanings, for help and docs. */
export const getExitCodes = (): Row[] => [
	['0', 'done'],
	...Object.values(errorCodes).map(({ exitCode, meaning }): Row => [String(exitCode), meaning]),
];

type Row = readonly [name: string, text: string];

const summaryRow = ({ name, summary }: Command): Row => [name, summary];

const flagRow = (flag: CommandFlag): Row => [formatFlagUsage(flag), flag.help];

/** A flag as it is typed: `--approve none|create`. */
export function formatFlagUsage({ name, short, value, oneOf }: CommandFlag): string {
	const word = value === undefined ? '' : ` ${oneOf?.join('|') ?? value}`;
	return `${short === undefined ? '' : `-${short}, `}--${name}${word}`;
}

function formatTable(rows: readonly Row[], columns: number): string[] {
	const left = Math.min(28, Math.max(...rows.map(([name]) => name.length)));
	return rows.flatMap(([name, text]) => {
		const lines = wrapHelpText(text, Math.max(24, columns - left - 4));
		// A long name has a line of its own.
		if (name.length > left) lines.unshift('');
		return lines.map((line, index) =>
			`  ${(index === 0 ? name : '').padEnd(left)}  ${line}`.trimEnd(),
		);
	});
}

/** Wraps text between words. */
export function wrapHelpText(text: string, columns: number): string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ')) {
		if (line !== '' && line.length + 1 + word.length > columns) {
			lines.push(line);
			line = word;
		} else line = line === '' ? word : `${line} ${word}`;
	}
	return [...lines, line];
}
