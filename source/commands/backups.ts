import { createAwsClients } from '../aws/clients.ts';
import { createRealCloud } from '../aws/cloud.ts';
import { WizardError } from '../engine/errors.ts';
import { formatAge } from '../engine/format.ts';
import {
	getInstallation,
	guardWithheldOutputs,
	type SessionRecord,
} from '../engine/session/session-record.ts';
import { writeJson } from '../reporters/output.ts';
import { hideVariables } from '../runs/load-answers.ts';
import {
	createCloudEndedError,
	createSessionCloud,
	getPracticeEndpoint,
	hasPracticeCloudEnded,
} from '../runs/practice-cloud.ts';
import { readSession } from '../runs/read-session.ts';
import { DEFAULT_SESSION } from '../runs/run-session.ts';
import { defaultTarget, getSessionTarget, targets } from '../targets/registry.ts';
import type { TargetBackups } from '../targets/target.ts';
import type { CommandContext } from './command-context.ts';
import { writeCommandLines } from './printed-commands.ts';
import { assertInstalled } from './run-single-steps.ts';
import { runWithAbortSignal } from './run-with-abort-signal.ts';

/** `tfe-wizard backups …` */
export function backupsCommand(context: CommandContext, verb: string): Promise<number> | number {
	return runWithAbortSignal(context.streams, async (signal) =>
		verb === 'list' ? list(context, signal) : guide(context),
	);
}

function sessionOf(context: CommandContext): SessionRecord {
	const record = readSession(context.home, context.flag('session') ?? DEFAULT_SESSION);
	assertInstalled(record);
	hideVariables({}, record);
	return record;
}

function outputsOf(record: SessionRecord): Readonly<Record<string, unknown>> {
	const command = `tfe-wizard ${record.practice ? 'practice' : 'install'} --session ${record.name}`;
	return guardWithheldOutputs('install', getInstallation(record) ?? {}, command);
}

/** @throws WizardError `usage` when the target of the session has no backups of its own. */
function backupsOf(record: SessionRecord | undefined): TargetBackups {
	const target =
		record === undefined ? targets.find((one) => one.backups) : getSessionTarget(record);
	const { id, backups } = target ?? defaultTarget;
	if (backups !== undefined) return backups;
	throw new WizardError('usage', { message: `The target ${id} has no backups of its own.` });
}

/** Lists the backups in the bucket, newest first, with the key that unseals each. */
async function list(context: CommandContext, signal: AbortSignal): Promise<number> {
	const record = sessionOf(context);
	if (await hasPracticeCloudEnded(record)) throw createCloudEndedError(record);
	const bucket = String(outputsOf(record).bucket_name ?? '');
	const cloud = record.practice
		? createSessionCloud(getPracticeEndpoint(record), getSessionTarget(record))
		: createRealCloud(String(record.answers.region));
	const backups = backupsOf(record);
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
		writeCommandLines(context, [line, `next  tfe-wizard backup --session ${record.name}`]);
		return 0;
	}
	const age = formatAge(Date.now() - newest.at.getTime());
	const count = found.length === 1 ? '1 backup' : `${found.length} backups`;
	const head = `${count} in s3://${bucket}/${backups.prefix}; the newest is ${age} old`;
	writeCommandLines(context, [head, '']);
	for (const { key, bytes, at, openedBy } of rows)
		writeCommandLines(context, [
			`${at.slice(0, 19).replace('T', ' ')} UTC  ${sizeWords(bytes).padStart(9)}  ${key}  unsealed by ${openedBy}`,
		]);
	return 0;
}

function sizeWords(bytes: number): string {
	const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
	const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
	const value = bytes / 1024 ** power;
	return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
}

/** Prints the restore checklist, with the names of the installation if a session is given. */
function guide(context: CommandContext): number {
	const name = context.flag('session');
	const record = name === undefined ? undefined : sessionOf(context);
	const lines =
		record === undefined
			? backupsOf(undefined).restoreGuide()
			: backupsOf(record).restoreGuide({ record, outputs: outputsOf(record) });
	writeCommandLines(context, lines);
	return 0;
}
