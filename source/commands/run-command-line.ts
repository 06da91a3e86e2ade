import { hideVaultVariables } from '../engine/child-environment.ts';
import { toWizardError, WizardError } from '../engine/errors.ts';
import { SecretRegistry } from '../engine/secret-registry.ts';
import { createRunFailedEvent, formatFailure } from '../reporters/format-failure.ts';
import { createJsonReporter } from '../reporters/json-reporter.ts';
import { escapeNodeOutput, writeLines } from '../reporters/output.ts';
import { type CommandInvocation, createCommandContext } from './command-context.ts';
import { type FirstFrame, formatEraseRows } from './first-frame.ts';
import { parseCommandLine } from './parse-command-line.ts';
import { addHomeFlag, addHomeToPrintedCommands } from './printed-commands.ts';

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
	escapeNodeOutput();
	// A closed pipe (`| head`) is not an error; a run handles it separately.
	for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
	try {
		const invocation = parseCommandLine(argv);
		if (typeof invocation.flags.home === 'string') home = invocation.flags.home;
		const { command } = invocation;
		if (command === undefined) throw new WizardError('usage', noCommand);
		return await dispatch({ ...invocation, command }, secrets, eraseFirstFrame);
	} catch (thrown) {
		eraseFirstFrame();
		firstFrame?.abandon();
		const error = toWizardError(thrown);
		if (/--output[= ]json(?= |$)/.test(argv.join(' '))) {
			addHomeToPrintedCommands(createJsonReporter({ out: process.stdout }), home).show(
				secrets.maskShown(createRunFailedEvent(error)),
			);
			return error.exitCode;
		}
		const lines = formatFailure(error).map((line) => addHomeFlag(secrets.mask(line), home));
		writeLines(process.stderr, lines);
		return error.exitCode;
	}
}

const noCommand = { message: 'No command was given.', next: ['tfe-wizard --help'] };

async function dispatch(
	called: CommandInvocation,
	secrets: SecretRegistry,
	takeBack: () => void,
): Promise<number> {
	// All files of a run, including those of terraform, are readable only by their owner.
	process.umask(0o077);
	hideVaultVariables();
	const context = createCommandContext(called, secrets);
	const [group, verb = ''] = called.command.name.split(' ');
	switch (group) {
		case 'wizard':
			return (await import('./wizard.ts')).wizardCommand(context, takeBack);
		case 'install':
			return (await import('./install.ts')).installCommand(context);
		case 'preflight':
			return (await import('./install.ts')).installCommand(context, { until: 'network' });
		case 'practice':
			return (await import('./practice.ts')).practiceCommand(context);
		case 'rekey':
			return (await import('./rekey.ts')).rekeyCommand(context, takeBack);
		case 'backup':
			return (await import('./run-single-steps.ts')).runSingleStepsCommand(context, ['backup']);
		case 'backups':
			return (await import('./backups.ts')).backupsCommand(context, verb);
		case 'status':
			return (await import('./sessions.ts')).statusCommand(context);
		case 'answers':
			return (await import('./answers.ts')).answersCommand(context, verb);
		case 'sessions':
			return (await import('./sessions.ts')).sessionsCommand(context, verb);
		default:
			throw new Error(`the command ${called.command.name} is listed but not implemented`);
	}
}
