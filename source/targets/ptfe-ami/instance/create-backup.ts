import { setTimeout as sleep } from 'node:timers/promises';
import {
	type BackupMetadata,
	type BackupObject,
	getBackupMetadata,
	getS3Time,
	listBackupMembers,
	listBackups,
} from '../../../aws/backups.ts';
import { WizardError } from '../../../engine/errors.ts';
import { getResumeCommand } from '../../../engine/session/session-record.ts';
import { quoteShellWord } from '../../../engine/shell-quote.ts';
import type { InstanceConnection } from '../../../instance/instance-types.ts';
import { type Context, getAnswerText, getOutputText } from '../../../steps/step-context.ts';
import { splitOutputAndMaskKeys } from '../../../vault/response-errors.ts';

/** Backups of large installations are many GB. */
const BACKUP_MS = 2 * 60 * 60_000;
/** The command may exit before its upload is visible. */
const SEEN_MS = 5 * 60_000;
const LOOK_EVERY_MS = 1_000;

interface ConfirmedBackup {
	key: string;
	bytes: number;
	/** Last-modified time from S3, in ISO format. */
	at: string;
	encryption: string;
	/** What could not be verified, for messages. */
	warnings?: readonly string[];
}

export interface BackupOptions {
	/** When the changes it must include were made; used only in messages. */
	after?: string;
	/** Names of files that must not be in it, in any directory. */
	without?: readonly string[];
}

export function getDataBucket(context: Context): string {
	return (
		getOutputText(context, 'install', 'bucket_name') ||
		getAnswerText(context, 'settings.bucket_name')
	);
}

/**
 * Runs `atlas-backup` on the instance and waits until its object is in the bucket: a new object, the
 * newest of all, not empty, and encrypted. Only S3 times are compared, because the clocks of this
 * computer, the instance and S3 may differ.
 *
 * @throws WizardError `command` when it failed, or contains a forbidden file; `timeout` without a new
 * object; InstanceError.
 */
export async function createConfirmedBackup(
	context: Context,
	instance: InstanceConnection,
	options: BackupOptions = {},
): Promise<ConfirmedBackup> {
	const bucket = getDataBucket(context);
	const { s3 } = context.services.aws;
	const warnings = await waitForOtherBackups(context, instance);
	const since = await getS3Time(s3, bucket);
	const before = new Map((await listBackups(s3, bucket)).map(({ key, at }) => [key, at.getTime()]));
	const { exitCode, stderr } = await instance.run(['sudo', '-n', 'atlas-backup'], {
		timeoutMs: BACKUP_MS,
		signal: context.cancel.hard,
	});
	if (exitCode !== 0) throw createBackupError(exitCode, stderr, context);
	const until = Date.now() + SEEN_MS;
	for (;;) {
		const isNew = ({ key, at }: BackupObject) =>
			before.get(key) !== at.getTime() && at.getTime() >= (since ?? 0);
		const listed = await listBackups(s3, bucket);
		const made = listed.find(isNew);
		// The newest backup is restored at boot; within the same second it may be either.
		if (made !== undefined && made.at.getTime() >= (listed[0]?.at.getTime() ?? 0)) {
			const head = await getBackupMetadata(s3, bucket, made.key);
			const backup = toConfirmedBackup(made, head, bucket, context);
			for (const name of options.without ?? [])
				warnings.push(...(await assertFileNotInBackup(name, made.key, bucket, context)));
			return warnings.length === 0 ? backup : { ...backup, warnings };
		}
		if (Date.now() >= until) throw createMissingBackupError(bucket, context, options.after);
		await sleep(LOOK_EVERY_MS);
	}
}

/**
 * Matches the program itself or its interpreter, but not an editor or log reader. The brackets around
 * the first letter keep the pattern from matching the search itself.
 */
export const RUNNING_BACKUP_PATTERN =
	'^([^ ]*/)?(((ba|da)?sh|sudo|env|python[0-9.]*|perl|ruby)( -[^ ]*)* ([^ ]*/)?)?[a]tlas-backup( |$)';

/**
 * A running hourly backup may contain older data; its upload must not be mistaken for ours.
 *
 * @returns A warning if this could not be determined.
 */
async function waitForOtherBackups(
	context: Context,
	instance: InstanceConnection,
): Promise<string[]> {
	const until = Date.now() + BACKUP_MS;
	for (;;) {
		const { exitCode } = await instance.run(['pgrep', '-f', RUNNING_BACKUP_PATTERN], {
			timeoutMs: 30_000,
			signal: context.cancel.hard,
		});
		if (exitCode === 1) return [];
		if (exitCode !== 0)
			return [
				`Could not check whether another atlas-backup was running (pgrep: exit code ${exitCode}). Verify the newest backup before you rely on it.`,
			];
		if (Date.now() >= until)
			throw new WizardError('timeout', {
				message: 'Another atlas-backup is running on the instance and did not finish.',
				next: ['on the instance: ps -ef | grep atlas-backup', getResumeCommand(context.session)],
			});
		await sleep(LOOK_EVERY_MS);
	}
}

function toConfirmedBackup(
	made: BackupObject,
	head: BackupMetadata | undefined,
	bucket: string,
	context: Context,
): ConfirmedBackup {
	const wrong = [
		...(head === undefined ? ['it no longer exists'] : []),
		...(head?.bytes === 0 ? ['it is empty'] : []),
		...(head?.encryption === '' ? ['it is not encrypted'] : []),
	];
	if (head === undefined || wrong.length > 0)
		throw new WizardError('command', {
			message: `s3://${bucket}/${made.key} is not a valid backup: ${wrong.join(', ')}.`,
			expected: 'a new object that is not empty and is encrypted',
			next: [
				`aws s3api head-object --bucket ${quoteShellWord(bucket)} --key ${quoteShellWord(made.key)}`,
				getResumeCommand(context.session),
			],
		});
	return {
		key: made.key,
		bytes: head.bytes,
		at: head.at.toISOString(),
		encryption: head.encryption,
	};
}

function createBackupError(exitCode: number, stderr: string, context: Context): WizardError {
	return new WizardError('command', {
		message: `atlas-backup exited with status ${exitCode}; no backup was created.`,
		// A script with tracing enabled may print keys.
		details: splitOutputAndMaskKeys(stderr.trim().split('\n').slice(-5).join('\n')),
		next: ['on the instance: sudo atlas-backup', getResumeCommand(context.session)],
	});
}

/**
 * @returns Why the backup could not be inspected, if so.
 * @throws WizardError when the backup contains the file.
 */
async function assertFileNotInBackup(
	name: string,
	key: string,
	bucket: string,
	context: Context,
): Promise<string[]> {
	const url = `s3://${bucket}/${key}`;
	const looked = await listBackupMembers(context.services.aws.s3, bucket, key);
	if ('unread' in looked)
		return [`Could not check whether ${url} contains ${name}: ${looked.unread}.`];
	const paths = looked.members.map((it) => it.replace(/^(\.?\/)+/, ''));
	const path = paths.find((it) => it.split('/').at(-1) === name);
	if (path === undefined) return [];
	throw new WizardError('command', {
		message: `The backup ${url} contains ${path}: an invalid key, which an instance restored from it would use.`,
		expected: `a backup without ${name}`,
		next: [`on the instance: sudo ls -l /${path}`, getResumeCommand(context.session)],
	});
}

function createMissingBackupError(
	bucket: string,
	context: Context,
	after: string | undefined,
): WizardError {
	return new WizardError('timeout', {
		message: `atlas-backup succeeded, but s3://${bucket}/tfe-backup/ has no new object.`,
		...(after === undefined ? {} : { expected: `a backup newer than ${after}` }),
		next: [
			`aws s3 ls ${quoteShellWord(`s3://${bucket}/tfe-backup/`)}`,
			getResumeCommand(context.session),
		],
	});
}
