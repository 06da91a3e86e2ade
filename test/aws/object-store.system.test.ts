import {
	CreateBucketCommand,
	HeadObjectCommand,
	ListObjectVersionsCommand,
	PutBucketVersioningCommand,
	PutObjectCommand,
	type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getBackupMetadata, getS3Time, listBackups } from '../../source/aws/backups.ts';
import { createObjectStore } from '../../source/aws/object-store.ts';
import { createLookupClients, REGION, startTestCloud } from '../e2e/helpers/test-cloud.ts';
import { runWithTimeRange } from '../helpers/wait-for.ts';

let cloud: Awaited<ReturnType<typeof startTestCloud>>;
let s3: S3Client;
const Bucket = 'tfe-data';

beforeAll(async () => {
	cloud = await startTestCloud();
	s3 = createLookupClients(cloud.endpoint).s3;
	const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
	await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
	await s3.send(
		new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
	);
});
afterAll(() => cloud?.stop());

const objects = () => createObjectStore(s3, Bucket, 'tfe-wizard/rekey/', '');

test('encrypts stored objects, reads them back and removes all their versions', async () => {
	expect(await objects().get('share.gpg')).toBeUndefined();
	await objects().put('share.gpg', Buffer.from('one'));
	await objects().put('share.gpg', Buffer.from('two'));
	expect((await objects().get('share.gpg'))?.toString()).toBe('two');
	const Key = 'tfe-wizard/rekey/share.gpg';
	const head = await s3.send(new HeadObjectCommand({ Bucket, Key }));
	expect(head.ServerSideEncryption).toBe('aws:kms');
	await objects().remove('share.gpg');
	await objects().remove('never-there.gpg');
	const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
	expect(Versions).toEqual([]);
});

test('refuses the second of two runs that write the same record', async () => {
	const [mine, theirs] = [objects(), objects()];
	const first = await mine.replace('record', Buffer.from('1'), undefined);
	await expect(theirs.replace('record', Buffer.from('x'), undefined)).rejects.toMatchObject({
		fault: 'locked',
	});
	const found = await theirs.find('record');
	expect(found?.etag).toBe(first);
	await theirs.replace('record', Buffer.from('2'), found?.etag);
	await expect(mine.replace('record', Buffer.from('3'), first)).rejects.toMatchObject({
		fault: 'locked',
	});
	expect((await objects().get('record'))?.toString()).toBe('2');
});

test('lists backups newest first and reads the time from S3', async () => {
	expect(await listBackups(s3, Bucket)).toEqual([]);
	expect(await getBackupMetadata(s3, Bucket, 'tfe-backup/none')).toBeUndefined();
	// moto uses the clock of this computer.
	const asked = await runWithTimeRange(() => getS3Time(s3, Bucket));
	const since = asked.result;
	expect(asked.includes(since, { wholeSeconds: true })).toBe(true);
	for (const name of ['a', 'b']) {
		const Key = `tfe-backup/atlas-backup-${name}.tar.gz`;
		await s3.send(new PutObjectCommand({ Bucket, Key, Body: name.repeat(3) }));
	}
	const found = await listBackups(s3, Bucket);
	expect(found.map(({ key, bytes }) => [key, bytes])).toEqual([
		['tfe-backup/atlas-backup-b.tar.gz', 3],
		['tfe-backup/atlas-backup-a.tar.gz', 3],
	]);
	for (const { at } of found) expect(at.getTime()).toBeGreaterThanOrEqual(since ?? 0);
});
