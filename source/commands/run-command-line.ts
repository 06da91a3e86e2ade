import { removeVaultVariablesFromProcessEnv } from '../engine/child-environment.ts';
import { toWizardError } from '../engine/errors.ts';
import { SecretRegistry } from '../engine/secret-registry.ts';
import { assertUsableHome } from '../engine/session/session-directories.ts';
import { quoteShellWord } from '../engine/shell-quote.ts';
import { createRunFailedEvent } from '../reporters/format-failure.ts';
import { installNodeErrorEscaping } from '../reporters/output.ts';
import { DEFAULT_SESSION, getHomeDirectory } from '../runs/directories.ts';
import { type Command, type CommandContext, createFrontEnd } from './command-context.ts';
import { findCommand } from './command-table.ts';
import { type FirstFrame, formatEraseRows } from './first-frame.ts';
import { type ParsedCommandLine, parseCommandLine, requestsJson } from './parse-command-line.ts';

const streams = { out: process.stdout, err: process.stderr };

/**
 * Runs a command line, reports a failure, and returns the exit code.
 *
 * @param firstFrame A first frame that is already on the terminal and has to be erased.
 */
export async function runCommandLine(
	argv: readonly string[],
	firstFrame?: FirstFrame,
): Promise<number> {
	let rows = firstFrame?.rows ?? 0;
	const eraseFirstFrame = () => {
		process.stdout.write(formatEraseRows(rows));
		rows = 0;
	};
	let home: string | undefined;
	const secrets = new SecretRegistry();
	installNodeErrorEscaping();
	// A closed pipe (`| head`) is not an error; a run handles it separately.
	for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
	try {
		const parsed = parseCommandLine(argv);
		home = getText(parsed.flags.home);
		// All files of a run, including those of terraform, are readable only by their owner.
		process.umask(0o077);
		removeVaultVariablesFromProcessEnv();
		return await parsed.command.run(createCommandContext(parsed, secrets, eraseFirstFrame));
	} catch (thrown) {
		eraseFirstFrame();
		firstFrame?.abandon();
		const error = toWizardError(thrown);
		const addHome = (line: string) => addHomeFlag(line, home);
		const frontEnd = createFrontEnd({ streams, json: requestsJson(argv), addHome }, false);
		frontEnd.show(secrets.maskShown(createRunFailedEvent(error)));
		frontEnd.end();
		return error.exitCode;
	}
}

/** @param secrets Masks what the command prints. */
export function createCommandContext(
	{ command, flags, operands }: ParsedCommandLine,
	secrets = new SecretRegistry(),
	eraseFirstFrame = () => {},
): CommandContext {
	const flag = (name: string) => getText(flags[name]);
	const home = getHomeDirectory(flag('home'));
	if (hasHomeFlag(command)) assertUsableHome(home);
	return {
		home,
		secrets,
		session: flag('session') ?? DEFAULT_SESSION,
		operands,
		streams,
		json: flag('output') === 'json',
		flag,
		on: (name) => flags[name] === true,
		addHome: (line) => addHomeFlag(line, flag('home')),
		eraseFirstFrame,
	};
}

const getText = (value: string | true | undefined): string | undefined =>
	value === true ? undefined : value;

const hasHomeFlag = (command: Command | undefined): boolean =>
	command?.flags.some(({ name }) => name === 'home') === true;

/**
 * Adds --home to the tfe-wizard command in a line; other text is unchanged.
 *
 * @param home Value of --home; undefined if it was not given.
 */
export function addHomeFlag(line: string, home: string | undefined): string {
	if (home === undefined || line.includes('--home')) return line;
	// A function, because `$&` in a replacement string would have a special meaning.
	return line.replace(/\btfe-wizard ([\w-]+(?: [\w-]+)?)/, (typed, words: string) => {
		const command = findCommand(words.split(' '));
		if (command === undefined || !hasHomeFlag(command)) return typed;
		const operands = typed.slice(`tfe-wizard ${command.name}`.length);
		return `tfe-wizard ${command.name} --home ${quoteShellWord(home)}${operands}`;
	});
}
