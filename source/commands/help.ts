import { errorCodes } from '../engine/errors.ts';
import type { Command, CommandFlag } from './command-context.ts';
import { commands, topFlags } from './command-table.ts';

/**
 * Formats the help of a command, of a group (`answers`), or the overview.
 *
 * @param columns Width to wrap to.
 * @param group The first word if it is not a command by itself.
 */
export function formatHelp(command: Command | undefined, columns: number, group = ''): string {
	if (command !== undefined) return commandHelp(command, columns);
	const members = commands.filter(({ name }) => name.startsWith(`${group} `));
	return members.length > 0 ? groupHelp(group, members, columns) : overview(columns);
}

function groupHelp(group: string, members: readonly Command[], columns: number): string {
	const rows = members.map(({ name, summary }): [string, string] => [name, summary]);
	const more = `Run "tfe-wizard ${group} COMMAND --help" for details of a command.`;
	return [
		`Usage: tfe-wizard ${group} COMMAND [flags]`,
		'',
		...table(rows, columns),
		'',
		more,
		'',
	].join('\n');
}

function overview(columns: number): string {
	const rows = commands.map(({ name, summary }): [string, string] => [name, summary]);
	const codes = getExitCodes().map(({ code, meaning }): [string, string] => [code, meaning]);
	return [
		...wrapHelpText(
			'tfe-wizard installs Private Terraform Enterprise on AWS. It shows each plan before it is applied, applies exactly that plan, and creates plain Terraform that you can manage yourself.',
			columns,
		),
		'',
		'Usage: tfe-wizard COMMAND [flags]',
		'',
		'Commands',
		...table(rows, columns),
		'',
		'Flags',
		...table(topFlags.map(flagRow), columns),
		'',
		'Exit codes',
		...table(codes, columns),
		'',
		'Try it without an AWS account: tfe-wizard practice',
		'',
	].join('\n');
}

function commandHelp(command: Command, columns: number): string {
	const operands = (command.operands ?? []).map(({ name, required }) =>
		required ? name : `[${name}]`,
	);
	const lines = [
		`Usage: ${['tfe-wizard', command.name, ...operands, '[flags]'].join(' ')}`,
		'',
		...wrapHelpText(command.about, columns),
	];
	if (command.operands !== undefined) {
		lines.push(
			'',
			'Arguments',
			...table(
				command.operands.map(({ name, help }) => [name, help]),
				columns,
			),
		);
	}
	lines.push('', 'Flags', ...table(command.flags.map(flagRow), columns));
	if (command.examples !== undefined)
		lines.push('', 'Examples', ...command.examples.map((line) => `  ${line}`));
	lines.push('');
	return lines.join('\n');
}

/** Exit codes with their meanings, for help and docs. */
export function getExitCodes(): { code: string; meaning: string }[] {
	const rows = Object.values(errorCodes).map(({ exitCode, meaning }) => ({
		code: String(exitCode),
		meaning,
	}));
	return [{ code: '0', meaning: 'done' }, ...rows];
}

function flagRow(flag: CommandFlag): [string, string] {
	const value = flag.value === undefined ? '' : ` ${flag.oneOf?.join('|') ?? flag.value}`;
	return [`${flag.short === undefined ? '' : `-${flag.short}, `}--${flag.name}${value}`, flag.help];
}

function table(rows: readonly (readonly [string, string])[], columns: number): string[] {
	const left = Math.min(28, Math.max(...rows.map(([name]) => name.length)));
	return rows.flatMap(([name, text]) => {
		const lines = wrapHelpText(text, Math.max(24, columns - left - 4));
		const first = name.length > left ? [`  ${name}`] : [];
		return [
			...first,
			...lines.map(
				(line, index) =>
					`  ${(index === 0 && first.length === 0 ? name : '').padEnd(left)}  ${line}`,
			),
		];
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
