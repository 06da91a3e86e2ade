import { buildChildEnvironment } from '../../engine/child-environment.ts';
import { WizardError } from '../../engine/errors.ts';
import { findAllOnPath } from '../../engine/find-program-files.ts';
import { runHelperProgram } from '../../engine/run-helper-program.ts';

/** The directories of system commands on the practice instance, which are those of this computer. */
export const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin';

/**
 * Checks the commands that tfe-wizard runs on an instance and that only Linux has. An instance always
 * has them; the practice instance uses those of this computer.
 *
 * @throws WizardError `command` that names the missing ones
 */
export async function assertInstanceCommandsAvailable(path = SYSTEM_PATH): Promise<void> {
	const missing = [
		...(findAllOnPath('setsid', { PATH: path }).length > 0 ? [] : ['setsid']),
		...((await hasStatFormats(path)) ? [] : ['stat with the option -c']),
	];
	if (missing.length === 0) return;
	throw new WizardError('command', {
		message: `The practice instance cannot be started: this computer has no ${missing.join(' and no ')}.`,
		expected: 'Linux, or a computer with these commands of Linux',
		next: ['tfe-wizard practice --until bootstrap'],
	});
}

/** GNU coreutils and BusyBox have `stat -c`; the BSD stat of macOS does not. */
async function hasStatFormats(path: string): Promise<boolean> {
	const [stat] = findAllOnPath('stat', { PATH: path });
	if (stat === undefined) return false;
	const environment = buildChildEnvironment({ for: 'helper', inherited: process.env });
	const options = { environment, reject: false };
	const { exitCode } = await runHelperProgram(stat, ['-c', '%f %s %Y', '--', '/'], options);
	return exitCode === 0;
}
