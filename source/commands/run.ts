import { answersCommand } from './answers.ts';
import { type Called, commandContext } from './context.ts';
import { installCommand } from './install.ts';
import { practiceCommand } from './practice.ts';
import { sessionsCommand, statusCommand } from './sessions.ts';

/** Runs a command of the table and returns its exit code. */
export async function runCommand(called: Called): Promise<number> {
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
