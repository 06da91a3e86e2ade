import { createAwsClients } from '../aws/clients.ts';
import { createRealCloud } from '../aws/cloud.ts';
import { WizardError } from '../engine/errors.ts';
import { formatAge } from '../engine/format.ts';
import {
	getInstallationRecord,
	getResumeCommand,
	guardReadsOfWithheldOutputs,
	type SessionRecord,
} from '../engine/session/session-record.ts';
import { writeJson } from '../reporters/output.ts';
import { excludeAnswerVariablesFromChildren } from '../runs/load-answers.ts';
import {
	assertPracticeCloudRuns,
	createCloudEndedError,
	createPracticeSessionCloud,
	getPracticeEndpoint,
} from '../runs/practice-cloud.ts';
import { readSession } from '../runs/read-session.ts';
import { defaultTarget, getSessionTarget, targets } from '../targets/registry.ts';
import type { Target, TargetBackups } from '../targets/target.ts';
import { type CommandContext, writeLinesWithHomeFlag } from './command-context.ts';
import { runWithAbortSignal } from './interruptible-runs.ts';
import { assertInstalled } from './rekey-and-backup.ts';

function readInstalledSession({ home, session }: CommandContext): SessionRecord {
	const record = readSession(home, session);
	assertInstalled(record);
	excludeAnswerVariablesFromChildren({}, record);
	return record;
}

const getOutputs = (record: SessionRecord): Readonly<Record<string, unknown>> =>
	guardReadsOfWithheldOutputs(
		'install',
		getInstallationRecord(record) ?? {},
		getResumeCommand(record),
	);

/** @throws WizardError `usage` when the target has no backups of its own. */
function getBackups({ id, backups }: Target): TargetBackups {
	if (backups !== undefined) return backups;
	throw new WizardError('usage', { message: `The target ${id} has no backups of its own.` });
}

/** `tfe-wizard backups list`: newest first, with the key that unseals each. */
export const listBackupsCommand = (context: CommandContext): Promise<number> =>
	runWithAbortSignal(context, (signal) => list(context, signal));

async function list(context: CommandContext, signal: AbortSignal): Promise<number> {
	const record = readInstalledSession(context);
	await assertPracticeCloudRuns(record);
	const bucket = String(getOutputs(record).bucket_name ?? '');
	const cloud = record.practice
		? createPracticeSessionCloud(getPracticeEndpoint(record), getSessionTarget(record))
		: createRealCloud(String(record.answers.region));
	const backups = getBackups(getSessionTarget(record));
	const found = await backups
		.list(createAwsClients(cloud, { gentle: signal, hard: signal }).s3, bucket)
		.catch((thrown) => {
			throw record.practice ? createCloudEndedError(record, thrown) : thrown;
		});
	const rows = found.map(({ key, bytes, at }) => ({
		key: key.slice(backups.prefix.length),
		bytes,
		at: at.toISOString(),
		openedBy: backups.openedBy(record, at.toISOString()),
	}));
	const { streams, json } = context;
	if (json) {
		writeJson(streams.out, { v: 1, bucket, backups: rows });
		return 0;
	}
	const newest = found[0];
	if (newest === undefined) {
		const line = `No backups in s3://${bucket}/${backups.prefix} yet.`;
		writeLinesWithHomeFlag(context, [line, `next  tfe-wizard backup --session ${record.name}`]);
		return 0;
	}
	const age = formatAge(Date.now() - newest.at.getTime());
	const count = found.length === 1 ? '1 backup' : `${found.length} backups`;
	const head = `${count} in s3://${bucket}/${backups.prefix}; the newest is ${age} old`;
	writeLinesWithHomeFlag(context, [head, '']);
	for (const { key, bytes, at, openedBy } of rows)
		writeLinesWithHomeFlag(context, [
			`${at.slice(0, 19).replace('T', ' ')} UTC  ${formatSize(bytes).padStart(9)}  ${key}  unsealed by ${openedBy}`,
		]);
	return 0;
}

function formatSize(bytes: number): string {
	const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
	const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
	const value = bytes / 1024 ** power;
	return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
}

/** `tfe-wizard backups restore-guide`: with the names of the installation if a session is given. */
export async function restoreGuideCommand(context: CommandContext): Promise<number> {
	if (context.flag('session') === undefined) {
		const target = targets.find((one) => one.backups) ?? defaultTarget;
		writeLinesWithHomeFlag(context, getBackups(target).restoreGuide());
	} else {
		const record = readInstalledSession(context);
		const session = { record, outputs: getOutputs(record) };
		writeLinesWithHomeFlag(context, getBackups(getSessionTarget(record)).restoreGuide(session));
	}
	return 0;
}
