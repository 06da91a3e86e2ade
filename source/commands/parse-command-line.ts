import { parseArgs } from 'node:util';
import { findClosestMatch } from '../engine/closest-match.ts';
import { WizardError } from '../engine/errors.ts';
import { type Command, commands, topFlags } from './command-table.ts';
import { findCommand } from './find-command.ts';

export interface ParsedCommandLine {
	/** Undefined if no command was given. */
	command: Command | undefined;
	/** Flag values by long name; true for a switch. */
	flags: Readonly<Record<string, string | boolean>>;
	operands: readonly string[];
}

/**
 * Parses the command line with the command table.
 *
 * @throws WizardError `usage` naming the nearest command or flag.
 */
export function parseCommandLine(argv: readonly string[]): ParsedCommandLine {
	const command = findCommand(argv) ?? guided(argv);
	if (command === undefined) {
		const first = argv.find((word) => !word.startsWith('-'));
		if (first !== undefined) throw unknownCommand(argv);
		return { command, operands: [], flags: readFlags(topFlags, argv).flags };
	}
	const { flags, operands } = readFlags(
		command.flags,
		argv[0]?.startsWith('-') === false ? argv.slice(command.name.split(' ').length) : argv,
		command.name,
	);
	if (flags.help !== true) checkOperands(command, operands);
	return { command, flags, operands };
}

/** Selects the wizard if the command line is empty or starts with one of its flags. */
function guided(argv: readonly string[]): Command | undefined {
	const wizard = findCommand(['wizard']);
	const [first] = argv;
	if (first === undefined) return wizard;
	const name = /^--([a-z-]+)(=|$)/.exec(first)?.[1];
	return wizard?.flags.some((flag) => flag.name === name) ? wizard : undefined;
}

function readFlags(known: Command['flags'], argv: readonly string[], command?: string) {
	const options = Object.fromEntries(
		known.map(({ name, short, value }) => [
			name,
			{
				type: value === undefined ? ('boolean' as const) : ('string' as const),
				...(short ? { short } : {}),
			},
		]),
	);
	let parsed: ReturnType<typeof parseArgs>;
	try {
		parsed = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
	} catch (thrown) {
		throw badFlag(thrown, known, argv, command);
	}
	const flags: Record<string, string | boolean> = {};
	for (const [name, value] of Object.entries(parsed.values)) {
		if (typeof value === 'string') assertUtf8(`--${name}`, value, command);
		if (typeof value === 'string' || typeof value === 'boolean') flags[name] = value;
	}
	for (const { name, oneOf } of known) {
		const given = flags[name];
		if (oneOf === undefined || given === undefined || oneOf.includes(String(given))) continue;
		throw new WizardError('usage', {
			message: `Invalid value "${given}" for --${name}.`,
			expected: oneOf.join(', '),
			next: [helpCommand(command)],
		});
	}
	return { flags, operands: parsed.positionals };
}

/**
 * Node decodes arguments as UTF-8 and replaces invalid bytes with U+FFFD, so that different paths
 * would become equal.
 *
 * @throws WizardError `usage` for such a value.
 */
function assertUtf8(name: string, value: string, command?: string): void {
	if (!value.includes('\uFFFD')) return;
	throw new WizardError('usage', {
		message: `The value of ${name}, "${value}", is not valid UTF-8.`,
		expected: 'text or a path in UTF-8',
		next: ['Rename the file or directory, or use another one.', helpCommand(command)],
	});
}

function checkOperands(command: Command, operands: readonly string[]): void {
	const wanted = command.operands ?? [];
	for (const [index, operand] of operands.entries())
		assertUtf8(`${wanted[index]?.name ?? 'an argument'} of ${command.name}`, operand, command.name);
	const missing = wanted.find(({ required }, index) => required && operands[index] === undefined);
	if (missing !== undefined) {
		throw new WizardError('usage', {
			message: `Missing argument ${missing.name} of "${command.name}": ${missing.help}.`,
			next: [helpCommand(command.name)],
		});
	}
	if (operands.length <= wanted.length) return;
	throw new WizardError('usage', {
		message: `Unexpected argument "${operands[wanted.length]}" of "${command.name}".`,
		next: [helpCommand(command.name)],
	});
}

function unknownCommand(argv: readonly string[]): WizardError {
	const typed = argv.filter((word) => !word.startsWith('-')).slice(0, 2);
	const group = commands.filter(({ name }) => name.startsWith(`${typed[0]} `));
	if (group.length > 0) {
		return new WizardError('usage', {
			message:
				typed[1] === undefined
					? `Missing subcommand of "${typed[0]}".`
					: `Unknown command "${typed.join(' ')}".`,
			expected: group.map(({ name }) => name).join(', '),
			next: ['tfe-wizard --help'],
		});
	}
	const names = commands.map(({ name }) => name);
	const near = findClosestMatch(typed[0] ?? '', [
		...names,
		...names.map((name) => name.split(' ')[0] ?? ''),
	]);
	return new WizardError('usage', {
		message: `Unknown command "${typed[0]}".${didYouMean(near)}`,
		next: ['tfe-wizard --help'],
	});
}

function badFlag(
	thrown: unknown,
	known: Command['flags'],
	argv: readonly string[],
	command?: string,
): WizardError {
	const { code, message } = thrown as { code?: string; message: string };
	const names = known.map(({ name }) => `--${name}`);
	if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
		const typed =
			/'(-[^']*)'/.exec(message)?.[1]?.split('=')[0] ??
			argv.find((word) => word.startsWith('-')) ??
			'';
		const near = findClosestMatch(typed, names);
		return new WizardError('usage', {
			message: `Unknown flag ${typed}${command === undefined ? '' : ` of "${command}"`}.${didYouMean(near)}`,
			next: [helpCommand(command)],
		});
	}
	const lacking = /'--([a-z-]+) <value>' argument missing/.exec(message)?.[1];
	const flag = known.find(({ name }) => name === lacking);
	const words =
		flag === undefined
			? message.split('\n')[0]?.replace(/\.?$/, '.')
			: `Missing value of --${flag.name} ${flag.value}: ${flag.help}.`;
	return new WizardError('usage', {
		message: `${words}`,
		next: [helpCommand(command)],
	});
}

function didYouMean(name: string | undefined): string {
	return name === undefined ? '' : ` Did you mean "${name}"?`;
}

function helpCommand(command: string | undefined): string {
	return command === undefined ? 'tfe-wizard --help' : `tfe-wizard ${command} --help`;
}
