import { assertSessionName, readSessionRecord } from '../engine/session/session.ts';
import { createStepsBeforeSelector, loadAnswersAndRunSession } from '../runs/run-session.ts';
import { type CommandContext, getApprovalLevel } from './command-context.ts';
import { runWithFrontEnd } from './interruptible-runs.ts';

/**
 * `tfe-wizard install` and `tfe-wizard preflight`.
 *
 * @param until Stops before this step, by default before that of --until.
 */
export function installCommand(
	context: CommandContext,
	until = context.flag('until'),
): Promise<number> {
	return runWithFrontEnd(context, false, (cancel) => {
		const { home, session: name } = context;
		assertSessionName(name);
		const approve = getApprovalLevel(context, 'none');
		const record = readSessionRecord(home, name);
		const steps = createStepsBeforeSelector(until);
		return loadAnswersAndRunSession({
			practice: false,
			context,
			name,
			record,
			steps,
			until,
			approve,
			cancel,
		});
	});
}
