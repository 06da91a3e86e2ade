import { join } from 'node:path';
import { buildSessionPaths } from '../engine/session/session-directories.ts';
import { findRunningLockHolder } from '../engine/session/session-lock.ts';
import {
	getInstallationRecord,
	hasStepEverSucceeded,
	type SessionRecord,
	type StepRecord,
} from '../engine/session/session-record.ts';
import { getSessionTarget } from '../targets/registry.ts';

const stepIds = (record: SessionRecord): string[] =>
	getSessionTarget(record).steps.map(({ id }) => id);

/** Short status of a session, the same on every screen, list and report. */
export function describeSessionStatus(home: string, name: string, record: SessionRecord): string {
	if (findRunningLockHolder(join(buildSessionPaths(home, name).root, 'lock')) !== undefined)
		return 'running';
	const { steps } = record;
	const ids = stepIds(record);
	if (ids.every((id) => steps[id] === undefined)) return 'new';
	const open = ids.filter((id) => steps[id]?.state !== 'done');
	const installed = getInstallationRecord(record) !== undefined;
	if (open.length === 0 && installed) return 'finished';
	const last = latest(
		record,
		open.filter((id) => steps[id] !== undefined),
	);
	if (last === undefined) {
		const here = latest(record, ids);
		return installed ? `installed; not run yet: ${open.join(', ')}` : `completed through ${here}`;
	}
	const ended = `${describeStepState(steps[last])} at ${last}`;
	return installed ? `installed; ${ended}` : ended;
}

/** How the last run of a step ended. As no run is active, `running` means it was interrupted. */
export function describeStepState(step: StepRecord | undefined): string {
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
export function hasStepEverCompleted(record: SessionRecord, id: string): boolean {
	const step = getSessionTarget(record).steps.find((one) => one.id === id);
	return step?.installs === true
		? getInstallationRecord(record) !== undefined
		: hasStepEverSucceeded(record, id);
}

/** Whether every step has succeeded at least once. */
export function hasEveryStepCompleted(record: SessionRecord): boolean {
	return stepIds(record).every((id) => hasStepEverCompleted(record, id));
}
