import { join } from 'node:path';
import { lockHolder } from '../engine/session/lock.ts';
import {
	installedOf,
	type SessionRecord,
	type StepRecord,
	wasDone,
} from '../engine/session/record.ts';
import { sessionFolders } from '../engine/session/session.ts';
import { ptfeAmi } from '../targets/ptfe-ami/target.ts';

const ids = ptfeAmi.steps.map(({ id }) => id);

/** Where a session stands, in a few words: the same on every screen, list and report. */
export function standing(home: string, name: string, record: SessionRecord): string {
	if (lockHolder(join(sessionFolders(home, name).root, 'lock')) !== undefined) return 'running';
	const { steps } = record;
	if (ids.every((id) => steps[id] === undefined)) return 'new';
	const open = ids.filter((id) => steps[id]?.state !== 'done');
	const installed = installedOf(record) !== undefined;
	if (open.length === 0 && installed) return 'finished';
	const last = latest(
		record,
		open.filter((id) => steps[id] !== undefined),
	);
	if (last === undefined) {
		const here = latest(record, ids);
		return installed ? `installed; not run yet: ${open.join(', ')}` : `completed through ${here}`;
	}
	const ended = `${stateWord(steps[last])} at ${last}`;
	return installed ? `installed; ${ended}` : ended;
}

/** How the latest run of a step ended. Nothing runs: what says so was cut off. */
export function stateWord(step: StepRecord | undefined): string {
	if (step === undefined) return 'not run';
	return step.state === 'running' ? 'interrupted' : step.state;
}

/** The step that ran last; of two at the same time the later one in order. */
function latest({ steps }: SessionRecord, among: readonly string[]): string | undefined {
	return among.reduce<string | undefined>((last, id) => {
		if (last === undefined) return id;
		return (steps[id]?.at ?? '') >= (steps[last]?.at ?? '') ? id : last;
	}, undefined);
}

/** Whether a step has done its part; a failed later run of it takes nothing away. */
export function hasSucceeded(record: SessionRecord, id: string): boolean {
	return id === 'install' ? installedOf(record) !== undefined : wasDone(record, id);
}

/** Whether all there is to do has been done, however a later run of it ended. */
export function isFinished(record: SessionRecord): boolean {
	return ids.every((id) => hasSucceeded(record, id));
}
