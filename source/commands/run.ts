import { asWizardError, WizardError } from '../engine/errors.ts';
import { failureText } from '../headless/failure.ts';
import { answersCommand } from './answers.ts';
import { type Called, commandContext } from './context.ts';
import { installCommand } from './install.ts';
import { parseCommandLine } from './parse.ts';
import { practiceCommand } from './practice.ts';
import { sessionsCommand, statusCommand } from './sessions.ts';

/** Runs what a command line says and returns the exit code; a failure is shown here. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
	try {
		const invocation = parseCommandLine(argv);
		const { command } = invocation;
		if (command === undefined) throw new WizardError('usage', noCommand);
		return await dispatch({ ...invocation, command });
	} catch (thrown) {
		const error = asWizardError(thrown);
		process.stderr.write(`${failureText(error).join('\n')}\n`);
		return error.exitCode;
	}
}

const noCommand = { message: 'No command was given.', next: ['tfe-wizard --help'] };

async function dispatch(called: Called): Promise<number> {
	// Everything a run leaves on disk, terraform's files included, is for its owner alone.
	process.umask(0o077);
	const context = commandContext(called);
	const [group, verb = ''] = called.command.name.split(' ');
	switch (group) {
		case 'install':
			return installCommand(context);
		case 'preflight':
			return installCommand(context, { until: 'network' });
		case 'practice':
			return practiceCommand(context);
		case 'status':
			return statusCommand(context);
		case 'answers':
			return answersCommand(context, verb);
		case 'sessions':
			return sessionsCommand(context, verb);
		default:
			throw new Error(`the command ${called.command.name} is listed but not wired`);
	}
}
