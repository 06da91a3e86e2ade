import { setTimeout as sleep } from 'node:timers/promises';
import {
	type BackupHead,
	type BackupObject,
	backupMembers,
	headBackup,
	listBackups,
	storeTime,
} from '../../aws/backups.ts';
import { WizardError } from '../../engine/errors.ts';
import { shellWord } from '../../engine/shell-word.ts';
import type { Instance } from '../../instance/contract.ts';
import { plainWords } from '../../vault/refusal.ts';
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
	/** What could not be made sure of, for people; none when not there. */
	warnings?: readonly string[];
}

export interface BackupWishes {
	/** When what it must hold was done, for its messages: it is compared by S3's list alone. */
	after?: string;
	/** Names of files that must not be in it, wherever they are in it. */
	without?: readonly string[];
}

export function bucketOf(context: Context): string {
	return outputText(context, 'install', 'bucket_name') || text(context, 'settings.bucket_name');
}

/**
 * Runs `atlas-backup` on the instance and waits until its object is seen in the bucket: one that
 * was not there before, the newest of all, not empty, and encrypted. Compared by S3's own list, since
 * the clocks of this machine, the instance and S3 need not agree.
 *
 * @throws WizardError `command` when it failed, or holds what it must not; `timeout` when nothing new
 * was seen; InstanceError.
 */
export async function makeBackup(
	context: Context,
	instance: Instance,
	wishes: BackupWishes = {},
): Promise<ConfirmedBackup> {
	const bucket = bucketOf(context);
	const { s3 } = context.services.aws;
	const warnings = await untilNoOtherRuns(context, instance);
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
		const listed = await listBackups(s3, bucket);
		const made = listed.find(isNew);
		// Of a boot the newest is what counts; of the same second either may be.
		if (made !== undefined && made.at.getTime() >= (listed[0]?.at.getTime() ?? 0)) {
			const head = await headBackup(s3, bucket, made.key);
			const backup = confirmed(made, head, bucket, context);
			for (const name of wishes.without ?? [])
				warnings.push(...(await assertWithout(name, made.key, bucket, context)));
			return warnings.length === 0 ? backup : { ...backup, warnings };
		}
		if (Date.now() >= until) throw notSeen(bucket, context, wishes.after);
		await sleep(LOOK_EVERY_MS);
	}
}

/**
 * The program itself, or what runs it as a script: no editor of it, no reader of its log. Its own first
 * letter in brackets keeps the pattern from finding whoever searches by it.
 */
export const RUNNING_BACKUP =
	'^([^ ]*/)?(((ba|da)?sh|sudo|env|python[0-9.]*|perl|ruby)( -[^ ]*)* ([^ ]*/)?)?[a]tlas-backup( |$)';

/**
 * The hourly one may have packed what was there before: its upload must not be taken for ours.
 *
 * @returns A warning where the machine cannot tell.
 */
async function untilNoOtherRuns(context: Context, instance: Instance): Promise<string[]> {
	const until = Date.now() + BACKUP_MS;
	for (;;) {
		const { exitCode } = await instance.run(['pgrep', '-f', RUNNING_BACKUP], {
			timeoutMs: 30_000,
			signal: context.cancel.hard,
		});
		if (exitCode === 1) return [];
		if (exitCode !== 0)
			return [
				`Whether another atlas-backup ran at the same time is not known (pgrep: exit code ${exitCode}): look at the newest backup before you rely on it.`,
			];
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
			next: [
				`aws s3api head-object --bucket ${shellWord(bucket)} --key ${shellWord(made.key)}`,
				resumeCommand(context),
			],
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
		// A script that shows what it does shows keys as well.
		details: plainWords(stderr.trim().split('\n').slice(-5).join('\n')),
		next: ['on the instance: sudo atlas-backup', resumeCommand(context)],
	});
}

/**
 * @returns Why it could not be looked into, where it could not.
 * @throws WizardError when the file is in it.
 */
async function assertWithout(
	name: string,
	key: string,
	bucket: string,
	context: Context,
): Promise<string[]> {
	const url = `s3://${bucket}/${key}`;
	const looked = await backupMembers(context.services.aws.s3, bucket, key);
	if ('unread' in looked)
		return [`Whether ${name} is in ${url} was not looked into: ${looked.unread}.`];
	const paths = looked.members.map((it) => it.replace(/^(\.?\/)+/, ''));
	const path = paths.find((it) => it.split('/').at(-1) === name);
	if (path === undefined) return [];
	throw new WizardError('command', {
		message: `The backup ${url} holds ${path}: a dead key, which a machine restored from it would try.`,
		expected: `a backup without ${name}`,
		next: [`on the instance: sudo ls -l /${path}`, resumeCommand(context)],
	});
}

function notSeen(bucket: string, context: Context, after: string | undefined): WizardError {
	return new WizardError('timeout', {
		message: `atlas-backup ended well, but no new object is seen in s3://${bucket}/tfe-backup/.`,
		...(after === undefined ? {} : { expected: `the newest backup there, made after ${after}` }),
		next: [`aws s3 ls ${shellWord(`s3://${bucket}/tfe-backup/`)}`, resumeCommand(context)],
	});
}
