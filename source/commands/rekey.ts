import { createCloudEndedError, hasPracticeCloudEnded } from '../runs/practice-cloud.ts';
import { readSession } from '../runs/read-session.ts';
import { DEFAULT_SESSION } from '../runs/run-session.ts';
import type { CommandContext } from './command-context.ts';
import { assertInstalled, runSingleStepsCommand } from './run-single-steps.ts';

const STEPS = ['rekey'] as const;

/** `tfe-wizard rekey`: runs only the rekey, interactively at a terminal or from answers. */
export async function rekeyCommand(
	context: CommandContext,
	eraseFirstFrame: () => void,
): Promise<number> {
	const terminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
	if (!terminal || context.json || context.on('no-input'))
		return runSingleStepsCommand(context, STEPS);
	const name = context.flag('session') ?? DEFAULT_SESSION;
	const record = readSession(context.home, name);
	assertInstalled(record);
	// The wizard would start a new cloud that does not contain this installation.
	if (await hasPracticeCloudEnded(record)) throw createCloudEndedError(record);
	const { wizardCommand } = await import('./wizard.ts');
	return wizardCommand(context, eraseFirstFrame, STEPS);
}
