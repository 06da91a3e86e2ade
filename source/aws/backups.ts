import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import {
	GetObjectCommand,
	HeadObjectCommand,
	ListObjectsV2Command,
	paginateListObjectsV2,
	type S3Client,
} from '@aws-sdk/client-s3';
import {
	getAwsErrorCode,
	getAwsHttpStatus,
	undefinedIfMissing,
	withAwsErrors,
} from './aws-errors.ts';
import { readTarMemberNames } from './tar-members.ts';

/** The prefix of the AMI's backups in the bucket of the installation. */
export const BACKUP_PREFIX = 'tfe-backup/';

export interface BackupObject {
	key: string;
	bytes: number;
	/** When S3 stored it. */
	at: Date;
}

/**
 * Lists all backups of an installation, newest first.
 *
 * @throws WizardError if the bucket cannot be listed.
 */
export function listBackups(s3: S3Client, bucket: string): Promise<BackupObject[]> {
	const list = async () => {
		const found: BackupObject[] = [];
		const pages = paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: BACKUP_PREFIX });
		for await (const { Contents = [] } of pages)
			for (const { Key = '', Size = 0, LastModified } of Contents)
				if (Key !== BACKUP_PREFIX && LastModified !== undefined)
					found.push({ key: Key, bytes: Size, at: LastModified });
		return found.sort((a, b) => b.at.getTime() - a.at.getTime() || (a.key < b.key ? 1 : -1));
	};
	return withAwsErrors(`list the backups in s3://${bucket}/${BACKUP_PREFIX}`, list());
}

export interface BackupMetadata {
	bytes: number;
	at: Date;
	/** `aws:kms`, `AES256`, or '' when S3 names none. */
	encryption: string;
	kmsKey: string;
}

/** The properties of one backup; undefined if it does not exist. */
export async function getBackupMetadata(
	s3: S3Client,
	bucket: string,
	key: string,
): Promise<BackupMetadata | undefined> {
	const look = s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
	const head = await withAwsErrors(
		`read the properties of s3://${bucket}/${key}`,
		undefinedIfMissing(look, /^(NoSuchKey|NotFound)$/),
	);
	return (
		head && {
			bytes: head.ContentLength ?? 0,
			at: head.LastModified ?? new Date(0),
			encryption: head.ServerSideEncryption ?? '',
			kmsKey: head.SSEKMSKeyId ?? '',
		}
	);
}

/** The largest archive that is downloaded to read its names; most of a real one is data. */
const LOOKED_INTO = 64 * 1024 * 1024;

/**
 * The member names of a backup, if it is a gzip-compressed tar archive of at most 64 MiB. It is
 * streamed and not stored.
 *
 * @returns The names, or why they cannot be read, as a clause that follows the name of the backup.
 */
export async function listBackupMembers(
	s3: S3Client,
	bucket: string,
	key: string,
): Promise<{ members: string[] } | { unread: string }> {
	try {
		const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
		const body = object.Body;
		if (!(body instanceof Readable)) return { unread: 'it is empty' };
		if ((object.ContentLength ?? Number.POSITIVE_INFINITY) > LOOKED_INTO) {
			body.destroy();
			return { unread: 'it is larger than 64 MiB' };
		}
		const members: string[] = [];
		// A failure in the pipeline destroys the stream that is read below, and is thrown there.
		const unpacked = pipeline(body, createGunzip(), () => undefined);
		try {
			for await (const name of readTarMemberNames(unpacked)) members.push(name);
		} finally {
			unpacked.destroy();
		}
		return { members };
	} catch (thrown) {
		const { code, message } = thrown as Error & { code?: unknown };
		if (code === 'Z_DATA_ERROR') return { unread: 'it is not gzip-compressed' };
		return { unread: getAwsHttpStatus(thrown) === undefined ? message : getAwsErrorCode(thrown) };
	}
}

/**
 * The time by S3's clock, from the response to a listing: the clocks of this computer and of the
 * instance may be wrong, and backups are compared by the time S3 stored them.
 *
 * @returns ms since the epoch, to the second; undefined if S3 sends no date.
 */
export async function getS3Time(s3: S3Client, bucket: string): Promise<number | undefined> {
	let date: string | undefined;
	const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: BACKUP_PREFIX, MaxKeys: 1 });
	command.middlewareStack.add(
		(next) => async (args) => {
			const result = await next(args);
			const { headers } = result.response as { headers?: Record<string, string> };
			date = headers?.date;
			return result;
		},
		{ step: 'deserialize', name: 'storeTime' },
	);
	const attempt = `list the backups in s3://${bucket}/${BACKUP_PREFIX}`;
	await withAwsErrors(attempt, s3.send(command));
	const time = date === undefined ? Number.NaN : Date.parse(date);
	return Number.isNaN(time) ? undefined : time;
}
