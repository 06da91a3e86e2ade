import { setTimeout as sleep } from 'node:timers/promises';
import {
	type BackupHead,
	type BackupObject,
	headBackup,
	listBackups,
	storeTime,
} from '../../aws/backups.ts';
import { WizardError } from '../../engine/errors.ts';
import type { Instance } from '../../instance/contract.ts';
import { type Context, outputText, text } from '../services.ts';
import { resumeCommand } from './reach.ts';

/** A backup of a big installation is many GB. */
const BACKUP_MS = 2 * 60 * 60_000;
/** The command may end before its upload is seen. */
const SEEN_MS = 5 * 60_000;
const LOOK_EVERY_MS = 1_000;

export interface ConfirmedBackup {
	key: string;
	bytes: number;
	/** ISO time S3 gave it. */
	at: string;
	encryption: string;
}

export function bucketOf(context: Context): string {
	return outputText(context, 'install', 'bucket_name') || text(context, 'settings.bucket_name');
}

/**
 * Runs `atlas-backup` on the instance and waits until its object is seen in the bucket: one that
 * was not there before, not empty, and encrypted. Compared by S3's own list, since the clocks of
 * this machine, the instance and S3 need not agree.
 *
 * @throws WizardError `command` when it failed, `timeout` when nothing new was seen; InstanceError.
 */
export async function makeBackup(context: Context, instance: Instance): Promise<ConfirmedBackup> {
	const bucket = bucketOf(context);
	const { s3 } = context.services.aws;
	await untilNoOtherRuns(context, instance);
	const since = await storeTime(s3, bucket);
	const before = new Map((await listBackups(s3, bucket)).map(({ key, at }) => [key, at.getTime()]));
	const { exitCode, stderr } = await instance.run(['sudo', '-n', 'atlas-backup'], {
		timeoutMs: BACKUP_MS,
		signal: context.cancel.hard,
	});
	if (exitCode !== 0) throw backupFailed(exitCode, stderr, context);
	const until = Date.now() + SEEN_MS;
	for (;;) {
		const isNew = ({ key, at }: BackupObject) =>
			before.get(key) !== at.getTime() && at.getTime() >= (since ?? 0);
		const made = (await listBackups(s3, bucket)).find(isNew);
		if (made !== undefined) {
			const head = await headBackup(s3, bucket, made.key);
			return confirmed(made, head, bucket, context);
		}
		if (Date.now() >= until) throw notSeen(bucket, context);
		await sleep(LOOK_EVERY_MS);
	}
}

/** The hourly one may have packed what was there before: its upload must not be taken for ours. */
async function untilNoOtherRuns(context: Context, instance: Instance): Promise<void> {
	const until = Date.now() + BACKUP_MS;
	for (;;) {
		const { exitCode } = await instance.run(['pgrep', '-x', 'atlas-backup'], {
			timeoutMs: 30_000,
			signal: context.cancel.hard,
		});
		// 1: none; anything else but 0: the machine cannot tell.
		if (exitCode !== 0) return;
		if (Date.now() >= until)
			throw new WizardError('timeout', {
				message: 'Another atlas-backup runs on the instance, and does not end.',
				next: ['on the instance: ps -ef | grep atlas-backup', resumeCommand(context)],
			});
		await sleep(LOOK_EVERY_MS);
	}
}

function confirmed(
	made: BackupObject,
	head: BackupHead | undefined,
	bucket: string,
	context: Context,
): ConfirmedBackup {
	const wrong = [
		...(head === undefined ? ['it is gone again'] : []),
		...(head?.bytes === 0 ? ['it is empty'] : []),
		...(head?.encryption === '' ? ['it is not encrypted'] : []),
	];
	if (head === undefined || wrong.length > 0)
		throw new WizardError('command', {
			message: `The backup s3://${bucket}/${made.key} is none: ${wrong.join(', ')}.`,
			expected: 'an object that is newer than the command, not empty, and encrypted',
			next: [`aws s3api head-object --bucket ${bucket} --key ${made.key}`, resumeCommand(context)],
		});
	return {
		key: made.key,
		bytes: head.bytes,
		at: head.at.toISOString(),
		encryption: head.encryption,
	};
}

function backupFailed(exitCode: number, stderr: string, context: Context): WizardError {
	return new WizardError('command', {
		message: `atlas-backup ended with exit code ${exitCode}; there is no new backup.`,
		details: stderr.trim().split('\n').slice(-5).filter(Boolean),
		next: ['on the instance: sudo atlas-backup', resumeCommand(context)],
	});
}

function notSeen(bucket: string, context: Context): WizardError {
	return new WizardError('timeout', {
		message: `atlas-backup ended well, but no new object is seen in s3://${bucket}/tfe-backup/.`,
		next: [`aws s3 ls s3://${bucket}/tfe-backup/`, resumeCommand(context)],
	});
}
