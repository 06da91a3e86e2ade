import { helpText } from './commands/help.ts';
import { parseCommandLine } from './commands/parse.ts';
import { asWizardError } from './engine/errors.ts';
import { failureText } from './headless/failure.ts';
import { version } from './version.ts';

/**
 * The whole program behind the Node check.
 *
 * @param argv Words after the program's name.
 * @returns the exit code.
 */
export async function main(argv: readonly string[]): Promise<number> {
	try {
		const invocation = parseCommandLine(argv);
		const { command, flags } = invocation;
		if (flags.version === true) {
			process.stdout.write(`tfe-wizard ${version}\n`);
			return 0;
		}
		if (flags.help === true || command === undefined) {
			process.stdout.write(helpText(command, Math.min(process.stdout.columns ?? 100, 100)));
			return flags.help === true ? 0 : 2;
		}
		const { runCommand } = await import('./commands/run.ts');
		return await runCommand({ ...invocation, command });
	} catch (thrown) {
		const error = asWizardError(thrown);
		process.stderr.write(`${failureText(error).join('\n')}\n`);
		return error.exitCode;
	}
}
