import { hideVaultVariables } from '../engine/child-environment.ts';
import { asWizardError, WizardError } from '../engine/errors.ts';
import { failedEvent, failureText } from '../headless/failure.ts';
import { jsonLines } from '../headless/json-lines.ts';
import { escapeOwnOutputOfNode } from '../headless/node-output.ts';
import { writeLines } from '../headless/output.ts';
import { type Called, commandContext } from './context.ts';
import { type Opening, takenBack } from './first-frame.ts';
import { parseCommandLine } from './parse.ts';
import { commandWithHome, withHome } from './printed-commands.ts';

/**
 * Runs a command line, reports a failure, and returns the exit code.
 *
 * @param opening A first frame that is already on the terminal and has to be erased.
 */
export async function runCommandLine(argv: readonly string[], opening?: Opening): Promise<number> {
	let rows = opening?.rows ?? 0;
	const takeBack = () => {
		process.stdout.write(takenBack(rows));
		rows = 0;
	};
	let home: string | undefined;
	escapeOwnOutputOfNode();
	// A closed pipe (`| head`) is not an error; a run handles it separately.
	for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
	try {
		const invocation = parseCommandLine(argv);
		if (typeof invocation.flags.home === 'string') home = invocation.flags.home;
		const { command } = invocation;
		if (command === undefined) throw new WizardError('usage', noCommand);
		return await dispatch({ ...invocation, command }, takeBack);
	} catch (thrown) {
		takeBack();
		opening?.abandon();
		const error = asWizardError(thrown);
		if (/--output[= ]json(?= |$)/.test(argv.join(' '))) {
			withHome(jsonLines({ out: process.stdout }), home).show(failedEvent(error));
			return error.exitCode;
		}
		const lines = failureText(error).map((line) => commandWithHome(line, home));
		writeLines(process.stderr, lines);
		return error.exitCode;
	}
}

const noCommand = { message: 'No command was given.', next: ['tfe-wizard --help'] };

async function dispatch(called: Called, takeBack: () => void): Promise<number> {
	// All files of a run, including those of terraform, are readable only by their owner.
	process.umask(0o077);
	hideVaultVariables();
	const context = commandContext(called);
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
			return (await import('./after-install.ts')).partCommand(context, ['backup']);
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
