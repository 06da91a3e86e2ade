import { join } from 'node:path';
import { lockHolder } from '../engine/session/lock.ts';
import {
	installedOf,
	type SessionRecord,
	type StepRecord,
	wasDone,
} from '../engine/session/record.ts';
import { sessionFolders } from '../engine/session/session.ts';
import { targetOfSession } from '../targets/registry.ts';

const stepIds = (record: SessionRecord): string[] =>
	targetOfSession(record).steps.map(({ id }) => id);

/** Short status of a session, the same on every screen, list and report. */
export function standing(home: string, name: string, record: SessionRecord): string {
	if (lockHolder(join(sessionFolders(home, name).root, 'lock')) !== undefined) return 'running';
	const { steps } = record;
	const ids = stepIds(record);
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

/** How the last run of a step ended. As no run is active, `running` means it was interrupted. */
export function stateWord(step: StepRecord | undefined): string {
	if (step === undefined) return 'not run';
	return step.state === 'running' ? 'interrupted' : step.state;
}

/** The step that ran last; the later one in order if two have the same time. */
function latest({ steps }: SessionRecord, among: readonly string[]): string | undefined {
	return among.reduce<string | undefined>((last, id) => {
		if (last === undefined) return id;
		return (steps[id]?.at ?? '') >= (steps[last]?.at ?? '') ? id : last;
	}, undefined);
}

/** Whether a step has ever succeeded, even if a later run of it failed. */
export function hasSucceeded(record: SessionRecord, id: string): boolean {
	const step = targetOfSession(record).steps.find((one) => one.id === id);
	return step?.installs === true ? installedOf(record) !== undefined : wasDone(record, id);
}

/** Whether every step has succeeded at least once. */
export function isFinished(record: SessionRecord): boolean {
	return stepIds(record).every((id) => hasSucceeded(record, id));
}
