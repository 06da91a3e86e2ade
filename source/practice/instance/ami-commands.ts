import { createCipheriv, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
	GetObjectCommand,
	HeadObjectCommand,
	ListBucketsCommand,
	ListObjectsV2Command,
	PutObjectCommand,
	S3Client,
} from '@aws-sdk/client-s3';
import { execa } from 'execa';
import {
	buildChildEnvironment,
	createExactEnvironmentOptions,
} from '../../engine/child-environment.ts';
import { replaceFileAtomically } from '../../engine/durable-file.ts';
import { practiceCredentials } from '../practice-cloud-settings.ts';
import { type InstanceLayout, type InstanceSettings, readJsonFile } from './instance-layout.ts';
import { requestDaemonTask } from './status-and-task-server.ts';

const PREFIX = 'tfe-backup/';
/** The object in the installation's bucket that the instance reads at its first boot. */
const SETUP_OBJECT = 'tfe-setup-data';

/** The result of an instance command: its exit code and output. */
export interface InstanceCommandResult {
	code: number;
	words: string;
}

/**
 * `atlas-backup`: backs up Vault's storage, and the key file if it exists, to
 * `s3://BUCKET/tfe-backup/atlas-backup-TIMESTAMP.tar.gz`, encrypted with the installation's KMS
 * key.
 */
export async function createBackup(layout: InstanceLayout): Promise<InstanceCommandResult> {
	const s3 = await s3Of(layout);
	const place = await placeOf(s3);
	if (place === undefined) return noInstallation;
	const work = await mkdtemp(join(layout.folder, 'backup-'));
	try {
		const archive = join(work, 'backup.tar.gz');
		const root = ['-C', layout.root, '--exclude=data/vault-root-token', 'data'];
		// Exit code 1: a file changed while it was read, as files of an active storage do.
		await tar('-czf', archive, ...root).catch((error: { exitCode?: unknown }) => {
			if (error.exitCode !== 1) throw error;
		});
		const stamp = new Date().toISOString().replaceAll(/[-:]/g, '').replace('.', '');
		const key = `${PREFIX}atlas-backup-${stamp}.tar.gz`;
		const body = await readFile(archive);
		await s3.send(
			new PutObjectCommand({
				...{ Bucket: place.bucket, Key: key, Body: body },
				...{ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: place.kmsKey },
			}),
		);
		return { code: 0, words: `uploaded s3://${place.bucket}/${key} (${body.length} bytes)` };
	} finally {
		await rm(work, { recursive: true, force: true });
	}
}

/** `atlas-restore [KEY]`: replaces the data by the newest backup, or by the given one. */
export async function restoreBackup(
	layout: InstanceLayout,
	keySuffix: string | undefined,
): Promise<InstanceCommandResult> {
	const s3 = await s3Of(layout);
	const place = await placeOf(s3);
	if (place === undefined) return noInstallation;
	const there = await s3.send(new ListObjectsV2Command({ Bucket: place.bucket, Prefix: PREFIX }));
	const newest = (there.Contents ?? []).map(({ Key }) => Key ?? '').sort();
	const key =
		keySuffix === undefined ? newest.at(-1) : newest.find((one) => one.endsWith(keySuffix));
	if (key === undefined) {
		return { code: 1, words: `no backup to restore in s3://${place.bucket}/${PREFIX}` };
	}
	const object = await s3.send(new GetObjectCommand({ Bucket: place.bucket, Key: key }));
	const bytes = await object.Body?.transformToByteArray();
	if (bytes === undefined) return { code: 1, words: `s3://${place.bucket}/${key} is empty` };
	const archive = join(layout.folder, 'restore.tar.gz');
	await writeFile(archive, bytes, { mode: 0o600 });
	await requestDaemonTask(layout, 'stop-vault');
	try {
		await rm(layout.storage, { recursive: true, force: true });
		await rm(layout.unsealKey, { force: true });
		await tar('-xzf', archive, '-C', layout.root);
	} finally {
		await rm(archive, { force: true });
		await requestDaemonTask(layout, 'start-vault');
	}
	return { code: 0, words: `restored s3://${place.bucket}/${key}` };
}

/**
 * `hashicorp-support`: creates an encrypted bundle of logs. The real one is readable only by the
 * vendor; the key of this one is discarded.
 */
export async function createSupportBundle(layout: InstanceLayout): Promise<InstanceCommandResult> {
	const work = await mkdtemp(join(layout.folder, 'support-'));
	try {
		const archive = join(work, 'bundle.tar.gz');
		await tar('-czf', archive, '-C', layout.folder, 'vault.log');
		const cipher = createCipheriv('aes-256-gcm', randomBytes(32), randomBytes(12));
		const sealed = Buffer.concat([cipher.update(await readFile(archive)), cipher.final()]);
		replaceFileAtomically(join(layout.support, 'hashicorp-support.tar.gz.enc'), sealed);
	} finally {
		await rm(work, { recursive: true, force: true });
	}
	const path = '/var/lib/hashicorp-support/hashicorp-support.tar.gz.enc';
	return { code: 0, words: `Support bundle written to ${path}` };
}

async function tar(...argv: string[]): Promise<void> {
	const environment = buildChildEnvironment({ for: 'helper', inherited: process.env });
	await execa('tar', argv, { ...createExactEnvironmentOptions(environment), stdin: 'ignore' });
}

const noInstallation: InstanceCommandResult = {
	code: 1,
	words: `no bucket contains ${SETUP_OBJECT}: nothing is installed in this cloud yet`,
};

async function s3Of(layout: InstanceLayout): Promise<S3Client> {
	const settings = readJsonFile<InstanceSettings>(layout.settings);
	if (settings === undefined) throw new Error(`${layout.settings} does not exist`);
	const { endpoint, region } = settings;
	const credentials = practiceCredentials;
	return new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 3 });
}

/** The bucket and KMS key of the most recent installation. */
async function placeOf(s3: S3Client): Promise<{ bucket: string; kmsKey?: string } | undefined> {
	const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
	const found: { bucket: string; kmsKey?: string; at: number }[] = [];
	for (const { Name: bucket = '' } of Buckets) {
		const head = await s3
			.send(new HeadObjectCommand({ Bucket: bucket, Key: SETUP_OBJECT }))
			.catch(() => undefined);
		if (head === undefined) continue;
		found.push({ bucket, kmsKey: head.SSEKMSKeyId, at: head.LastModified?.getTime() ?? 0 });
	}
	return found.sort((a, b) => b.at - a.at)[0];
}
