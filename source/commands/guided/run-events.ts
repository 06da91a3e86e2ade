import type { EngineEvent } from '../../engine/events.ts';
import type { Answers } from '../../engine/question.ts';
import { getTarget } from '../../targets/registry.ts';
import type { CommandContext } from '../context.ts';
import { logged } from '../drive.ts';
import { runSession } from '../install.ts';
import type { Opened } from './opened.ts';
import type { Running } from './running.ts';

/** Runs the steps; the operator approves each plan, and the review has covered all other changes. */
export function runEvents(
	context: CommandContext,
	{ session, cloud, baseFolder }: Opened,
	answers: Answers,
	{ cancel, person }: Running,
	only?: readonly string[],
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
		...(only === undefined ? {} : { only }),
	});
	return logged(session, context.secrets, events);
}
