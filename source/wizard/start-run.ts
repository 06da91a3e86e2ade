import type { EngineEvent } from '../engine/events.ts';
import type { Answers } from '../engine/question.ts';
import { withEventLog } from '../runs/event-log.ts';
import type { RunContext } from '../runs/run-context.ts';
import { runSession } from '../runs/run-session.ts';
import { getTarget } from '../targets/registry.ts';
import type { OpenedSession } from './open-session.ts';
import type { RunController } from './run-controller.ts';

/** Runs the steps; the operator approves each plan, and the review has covered all other changes. */
export function startRun(
	context: RunContext,
	{ session, cloud, baseFolder }: OpenedSession,
	answers: Answers,
	{ cancel, person }: RunController,
	onlySteps?: readonly string[],
): AsyncGenerator<EngineEvent> {
	const events = runSession({
		context,
		session,
		cloud: cloud(answers),
		answers: { target: getTarget(answers.target), answers, baseFolder, changes: [] },
		until: undefined,
		approve: 'change',
		cancel,
		person,
		...(onlySteps === undefined ? {} : { only: onlySteps }),
	});
	return withEventLog(session, context.secrets, events);
}
