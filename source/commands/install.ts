import { createRealCloud } from '../aws/cloud.ts';
import type { CancellationSource } from '../engine/cancellation.ts';
import type { EngineEvent } from '../engine/events.ts';
import { assertSessionName, readSessionRecord, Session } from '../engine/session/session.ts';
import { withEventLog } from '../runs/event-log.ts';
import { loadAnswers } from '../runs/load-answers.ts';
import {
	DEFAULT_SESSION,
	getSecretOptions,
	runSession,
	stepIdsUntil,
} from '../runs/run-session.ts';
import { type CommandContext, createFrontEnd, getApproval } from './command-context.ts';
import { runWithFrontEnd } from './run-with-front-end.ts';

/** `tfe-wizard install`, and `preflight`, which runs only the first step. */
export function installCommand(
	context: CommandContext,
	limit?: { until: string },
): Promise<number> {
	return runWithFrontEnd(createFrontEnd(context), context.secrets, (cancel) =>
		installRun(context, cancel, limit?.until),
	);
}

async function* installRun(
	context: CommandContext,
	cancel: CancellationSource,
	only: string | undefined,
): AsyncGenerator<EngineEvent> {
	const name = context.flag('session') ?? DEFAULT_SESSION;
	assertSessionName(name);
	const until = only ?? context.flag('until');
	const approve = getApproval(context, 'none');
	// Before the session is opened, so that an invalid answer leaves no trace.
	const answers = await loadAnswers({
		file: context.flag('answers'),
		session: name,
		record: readSessionRecord(context.home, name),
		steps: stepIdsUntil(until),
		replay: context.on('replay'),
		...getSecretOptions(context, name, cancel),
	});
	const session = Session.open({
		home: context.home,
		name,
		practice: false,
		secrets: context.secrets,
	});
	try {
		const cloud = createRealCloud(String(answers.answers.region));
		yield* withEventLog(
			session,
			context.secrets,
			runSession({ context, session, cloud, answers, until, approve, cancel }),
		);
	} finally {
		session.close();
	}
}
