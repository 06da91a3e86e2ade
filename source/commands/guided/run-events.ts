import { constants, copyFileSync, lstatSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { EngineEvent } from '../../engine/events.ts';
import type { PlanReview } from '../../engine/person.ts';
import type { Answers } from '../../engine/question.ts';
import type { Session } from '../../engine/session/session.ts';
import { getTarget } from '../../targets/registry.ts';
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
		answers: { target: getTarget(answers.target), answers, baseFolder, changes: [] },
		until: undefined,
		approve: 'change',
		cancel,
		person,
		...(only === undefined ? {} : { only }),
	});
	return logged(session, context.secrets, events);
}

const MOST_COPIES = 100;

/** Copies a plan, as text, to the current folder. Returns its path. */
export function savePlan({ stack, textFile }: PlanReview, session: Session): string {
	try {
		return copyBeside(textFile, resolve(`${session.name}-${stack}-plan`));
	} catch {
		// A folder nobody may write to: the session has the same text.
		return textFile;
	}
}

/** Under a name that is free: a file that is there stays, and a link is not followed. */
function copyBeside(file: string, base: string): string {
	for (let n = 1; ; n += 1) {
		const path = `${base}${n === 1 ? '' : `-${n}`}.txt`;
		try {
			copyFileSync(file, path, constants.COPYFILE_EXCL);
			return path;
		} catch (thrown) {
			if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST' || n === MOST_COPIES) throw thrown;
			if (isSame(file, path)) return path;
		}
	}
}

function isSame(file: string, path: string): boolean {
	return lstatSync(path).isFile() && readFileSync(file).equals(readFileSync(path));
}
