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
	if (command === undefined) {
		if (argv.some((word) => !word.startsWith('-'))) throw unknownCommand(argv);
		readFlags(flagsWithoutCommand, argv);
		throw usageError('No command was given.');
	}
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

function readFlags(known: readonly CommandFlag[], argv: readonly string[], command?: string) {
	const options = Object.fromEntries(
		known.map(({ name, short, value }) => [
			name,
			{
				type: value === undefined ? ('boolean' as const) : ('string' as const),
				...(short === undefined ? {} : { short }),
			},
		]),
	);
	// In strict mode Node.js reports invalid flags in its own words.
	const config = { args: [...argv], options, strict: false, tokens: true } as const;
	const { tokens, positionals } = parseArgs(config);
	const flags: Record<string, string | true> = {};
	for (const token of tokens) {
		if (token.kind !== 'option') continue;
		const { name, rawName, value } = token;
		const flag = known.find((one) => one.name === name);
		if (flag === undefined) {
			const of = command === undefined ? '' : ` of "${command}"`;
			const names = known.map(({ name }) => `--${name}`);
			throw usageError(`Unknown flag ${rawName}${of}.${didYouMean(rawName, names)}`, command);
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
}

function unknownCommand(argv: readonly string[]): WizardError {
	const [first = '', second] = argv.filter((word) => !word.startsWith('-'));
	const names = commands.map(({ name }) => name);
	const group = names.filter((name) => name.startsWith(`${first} `));
	if (group.length > 0) {
		const message =
			second === undefined
				? `Missing subcommand of "${first}".`
				: `Unknown command "${first} ${second}".`;
		return usageError(message, undefined, { expected: group.join(', ') });
	}
	const words = [...names, ...names.map((name) => name.split(' ')[0] ?? '')];
	return usageError(`Unknown command "${first}".${didYouMean(first, words)}`);
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
