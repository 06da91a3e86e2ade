import { createRealCloud } from '../aws/cloud.ts';
import type { CancellationSource } from '../engine/cancellation.ts';
import type { EngineEvent } from '../engine/events.ts';
import { assertSessionName, readSessionRecord, Session } from '../engine/session/session.ts';
import { loadAnswers } from '../runs/load-answers.ts';
import { getAnswerOptions, runSession, stepIdsUntil } from '../runs/run-session.ts';
import { type CommandContext, getApproval } from './command-context.ts';
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
	return runWithFrontEnd(context, false, (cancel) => installRun(context, cancel, until));
}

async function* installRun(
	context: CommandContext,
	cancel: CancellationSource,
	until: string | undefined,
): AsyncGenerator<EngineEvent> {
	const { home, secrets, session: name } = context;
	assertSessionName(name);
	const approve = getApproval(context, 'none');
	// Before the session is opened, so that an invalid answer leaves no trace.
	const answers = await loadAnswers({
		...getAnswerOptions(context, name, cancel),
		record: readSessionRecord(home, name),
		steps: stepIdsUntil(until),
	});
	const session = Session.open({ home, name, practice: false, secrets });
	try {
		const cloud = createRealCloud(String(answers.answers.region));
		yield* runSession({ context, session, cloud, answers, until, approve, cancel });
	} finally {
		session.close();
	}
}
