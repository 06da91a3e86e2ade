import { removeVaultVariablesFromProcessEnv } from '../engine/child-environment.ts';
import { toWizardError } from '../engine/errors.ts';
import { SecretRegistry } from '../engine/secret-registry.ts';
import { assertUsableHome } from '../engine/session/session-directories.ts';
import { createRunFailedEvent } from '../reporters/format-failure.ts';
import { installNodeErrorEscaping } from '../reporters/output.ts';
import { DEFAULT_SESSION, getHomeDirectory } from '../runs/directories.ts';
import { type Command, type CommandContext, createFrontEnd } from './command-context.ts';
import { type FirstFrame, formatEraseRows } from './first-frame.ts';
import { type ParsedCommandLine, parseCommandLine, requestsJson } from './parse-command-line.ts';
import { addHomeFlag, addRunFlags } from './printed-commands.ts';

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
	let parsed: ParsedCommandLine | undefined;
	const secrets = new SecretRegistry();
	installNodeErrorEscaping();
	// A closed pipe (`| head`) is not an error; a run handles it separately.
	for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
	try {
		parsed = parseCommandLine(argv);
		// All files of a run, including those of terraform, are readable only by their owner.
		process.umask(0o077);
		removeVaultVariablesFromProcessEnv();
		return await parsed.command.run(createCommandContext(parsed, secrets, eraseFirstFrame));
	} catch (thrown) {
		eraseFirstFrame();
		firstFrame?.abandon();
		const error = toWizardError(thrown);
		const printing = createCommandPrinter(parsed);
		const frontEnd = createFrontEnd({ streams, json: requestsJson(argv), ...printing }, false);
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
		...createCommandPrinter({ command, flags }),
		eraseFirstFrame,
	};
}

/** @param parsed Undefined for an invalid command line, whose flags are unknown. */
function createCommandPrinter(
	parsed: Pick<ParsedCommandLine, 'command' | 'flags'> | undefined,
): Pick<CommandContext, 'addHome' | 'addRunFlags'> {
	const flag = (name: string) => getText(parsed?.flags[name]);
	return {
		addHome: (line) => addHomeFlag(line, flag('home')),
		addRunFlags: (lines) => addRunFlags(lines, parsed?.command.name ?? '', flag),
	};
}

const getText = (value: string | true | undefined): string | undefined =>
	value === true ? undefined : value;

const hasHomeFlag = (command: Command | undefined): boolean =>
	command?.flags.some(({ name }) => name === 'home') === true;
