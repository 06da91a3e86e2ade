import { copyFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { EngineEvent } from '../../engine/events.ts';
import type { PlanReview } from '../../engine/person.ts';
import type { Answers } from '../../engine/question.ts';
import type { Session } from '../../engine/session/session.ts';
import type { CommandContext } from '../context.ts';
import { logged } from '../drive.ts';
import { runSession } from '../install.ts';
import type { Opened } from './opened.ts';
import type { Running } from './running.ts';

/** A run of all steps whose plans the person judges; the review has told of all else. */
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
		answers: { answers, baseFolder, changes: [] },
		until: undefined,
		approve: 'change',
		cancel,
		person,
		...(only === undefined ? {} : { only }),
	});
	return logged(session, context.secrets, events);
}

/** Copies a plan, as text, to where the person works. Returns its path. */
export function savePlan({ stack, textFile }: PlanReview, session: Session): string {
	const path = resolve(`${session.name}-${stack}-plan.txt`);
	try {
		copyFileSync(textFile, path);
		return path;
	} catch {
		// A folder nobody may write to: the session has the same text.
		return textFile;
	}
}
