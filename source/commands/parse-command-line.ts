import { parseArgs } from 'node:util';
import { findClosestMatch } from '../engine/closest-match.ts';
import { type ErrorDescription, WizardError } from '../engine/errors.ts';
import type { Command, CommandFlag } from './command-context.ts';
import { commands, findCommand, flagsWithoutCommand } from './command-table.ts';

export interface ParsedCommandLine {
	command: Command;
	/** Flag values by long name; true for a switch. */
	flags: Readonly<Record<string, string | true>>;
	operands: readonly string[];
}

/**
 * Parses the command line with the command table.
 *
 * @throws WizardError `usage` naming the nearest command or flag.
 */
export function parseCommandLine(argv: readonly string[]): ParsedCommandLine {
	const command = findCommand(argv) ?? findWizard(argv);
	if (command === undefined) throw createCommandError(argv);
	const { name } = command;
	const named = argv[0]?.startsWith('-') === false ? name.split(' ').length : 0;
	const { flags, operands } = readFlags(command.flags, argv.slice(named), name);
	if (flags.help !== true) checkOperands(command, operands);
	return { command, flags, operands };
}

/** Whether a command line contains `--output json`, even if it is invalid. */
export function requestsJson(argv: readonly string[]): boolean {
	const options = { output: { type: 'string' } } as const;
	return parseArgs({ args: [...argv], options, strict: false }).values.output === 'json';
}

/** Selects the wizard if the command line is empty or starts with one of its flags. */
function findWizard([first]: readonly string[]): Command | undefined {
	const wizard = findCommand(['wizard']);
	if (first === undefined) return wizard;
	return wizard?.flags.some(({ name }) => `--${name}` === first.split('=')[0]) ? wizard : undefined;
}

function readFlags(known: readonly CommandFlag[], argv: readonly string[], command: string) {
	const options = getParseOptions(known);
	// In strict mode Node.js reports invalid flags in its own words.
	const config = { args: [...argv], options, strict: false, tokens: true } as const;
	const { tokens, positionals } = parseArgs(config);
	const flags: Record<string, string | true> = {};
	for (const token of tokens) {
		if (token.kind !== 'option') continue;
		const { name, rawName, value } = token;
		const flag = known.find((one) => one.name === name);
		if (flag === undefined) {
			const names = known.map(({ name }) => `--${name}`);
			const hint = describeFlagOwners(name) ?? didYouMean(rawName, names);
			throw usageError(`Unknown flag ${rawName} of "${command}".${hint}`, command);
		}
		const problem = findValueProblem(flag, token);
		if (problem !== undefined) throw usageError(problem, command);
		flags[name] = value ?? true;
	}
	for (const { name, oneOf } of known) {
		const { [name]: value } = flags;
		if (typeof value !== 'string') continue;
		assertUtf8(`--${name}`, value, command);
		if (oneOf?.includes(value) === false)
			throw usageError(`Invalid value "${value}" for --${name}.`, command, {
				expected: oneOf.join(', '),
			});
	}
	return { flags, operands: positionals };
}

/** The flags as `parseArgs` of Node.js expects them. */
const getParseOptions = (flags: readonly CommandFlag[]) =>
	Object.fromEntries(
		flags.map(({ name, short, value }) => [
			name,
			{
				type: value === undefined ? ('boolean' as const) : ('string' as const),
				...(short === undefined ? {} : { short }),
			},
		]),
	);

/** Describes a missing, unexpected or ambiguous value of a flag. */
function findValueProblem(
	{ name, short, value: valueName, help }: CommandFlag,
	{ value, inlineValue }: { value?: string | undefined; inlineValue?: boolean | undefined },
): string | undefined {
	if (valueName === undefined) {
		const label = short === undefined ? `--${name}` : `-${short}, --${name}`;
		return value === undefined ? undefined : `Option '${label}' does not take an argument.`;
	}
	if (value === undefined) return `Missing value of --${name} ${valueName}: ${help}.`;
	if (inlineValue || !/^-./s.test(value)) return undefined;
	return `Option '--${name}' argument is ambiguous.`;
}

/**
 * Node decodes arguments as UTF-8 and replaces invalid bytes with U+FFFD, so that different paths
 * would become equal.
 *
 * @throws WizardError `usage` for such a value.
 */
function assertUtf8(name: string, value: string, command?: string): void {
	if (!value.includes('\uFFFD')) return;
	throw usageError(`The value of ${name}, "${value}", is not valid UTF-8.`, command, {
		expected: 'text or a path in UTF-8',
		next: ['Rename the file or directory, or use another one.', getHelpCommand(command)],
	});
}

function checkOperands(
	{ name, operands: wanted = [] }: Command,
	operands: readonly string[],
): void {
	for (const [index, operand] of operands.entries())
		assertUtf8(`${wanted[index]?.name ?? 'an argument'} of ${name}`, operand, name);
	const { [operands.length]: missing } = wanted;
	if (missing !== undefined)
		throw usageError(`Missing argument ${missing.name} of "${name}": ${missing.help}.`, name);
	if (operands.length > wanted.length)
		throw usageError(`Unexpected argument "${operands[wanted.length]}" of "${name}".`, name);
	for (const [index, { name: label, oneOf }] of wanted.entries()) {
		const { [index]: given = '' } = operands;
		if (oneOf?.includes(given) !== false) continue;
		const message = `Invalid value "${given}" for ${label} of "${name}".${didYouMean(given, oneOf)}`;
		throw usageError(message, name, { expected: oneOf.join(', ') });
	}
}

/** The error for a command line that selects no command: it names the command that was meant. */
function createCommandError(argv: readonly string[]): WizardError {
	const all = [...flagsWithoutCommand, ...commands.flatMap(({ flags }) => flags)];
	const config = {
		args: [...argv],
		options: getParseOptions(all),
		strict: false,
		allowPositionals: true,
		tokens: true,
	} as const;
	const { tokens, positionals } = parseArgs(config);
	const flags = tokens.filter((token) => token.kind === 'option');
	const unknown = flags.find(({ name }) => !all.some((flag) => flag.name === name));
	const [first] = flags;
	if (unknown !== undefined && argv[0]?.startsWith('-')) {
		const { rawName } = unknown;
		const near = findClosestMatch(
			rawName,
			all.map(({ name }) => `--${name}`),
		);
		const owners = near === undefined ? undefined : describeFlagOwners(near.slice(2));
		return usageError(
			`Unknown flag ${rawName}.${didYouMean(rawName, [near ?? ''])}${owners ?? ''}`,
		);
	}
	const named = findCommand(positionals);
	if (named !== undefined && first !== undefined)
		return usageError(
			`The flag ${first.rawName} precedes the command "${named.name}".`,
			named.name,
			{
				expected: `the command first: tfe-wizard ${named.name} ${first.rawName}`,
			},
		);
	if (positionals.length > 0) return unknownCommand(positionals);
	const owners = first === undefined ? undefined : describeFlagOwners(first.name);
	return usageError(`No command was given.${owners ?? ''}`);
}

const MOST_OWNERS = 4;

/** Names the commands that have a flag; undefined if there are none, or if it needs no command. */
function describeFlagOwners(name: string): string | undefined {
	if (flagsWithoutCommand.some((flag) => flag.name === name)) return undefined;
	const owners = commands.filter(({ flags }) => flags.some((flag) => flag.name === name));
	if (owners.length === 0 || owners.some((command) => command.name === 'wizard')) return undefined;
	const names = owners.map((command) => `"${command.name}"`);
	const shown =
		names.length > MOST_OWNERS
			? [...names.slice(0, MOST_OWNERS - 1), `${names.length - MOST_OWNERS + 1} other commands`]
			: names;
	const last = shown.pop();
	return ` --${name} is a flag of ${shown.length === 0 ? last : `${shown.join(', ')} and ${last}`}.`;
}

function unknownCommand(words: readonly string[]): WizardError {
	const [first = '', second] = words;
	const names = commands.map(({ name }) => name);
	const group = names.filter((name) => name.startsWith(`${first} `));
	if (group.length > 0) {
		const message =
			second === undefined
				? `Missing subcommand of "${first}".`
				: `Unknown command "${first} ${second}".${didYouMean(`${first} ${second}`, group)}`;
		return usageError(message, undefined, { expected: group.join(', ') });
	}
	const known = [...names, ...names.map((name) => name.split(' ')[0] ?? '')];
	return usageError(`Unknown command "${first}".${didYouMean(first, known)}`);
}

function didYouMean(word: string, known: readonly string[]): string {
	const near = findClosestMatch(word, known);
	return near === undefined ? '' : ` Did you mean "${near}"?`;
}

const getHelpCommand = (command?: string): string =>
	command === undefined ? 'tfe-wizard --help' : `tfe-wizard ${command} --help`;

const usageError = (
	message: string,
	command?: string,
	more: Partial<ErrorDescription> = {},
): WizardError => new WizardError('usage', { message, next: [getHelpCommand(command)], ...more });
