import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EC2Client } from '@aws-sdk/client-ec2';
import { KMSClient } from '@aws-sdk/client-kms';
import { RDSClient } from '@aws-sdk/client-rds';
import {
	GetObjectCommand,
	ListObjectVersionsCommand,
	NoSuchBucket,
	S3Client,
} from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { startMoto } from '../../../source/practice/moto-server.ts';
import { practiceCredentials } from '../../../source/practice/practice-cloud-settings.ts';
import type { SearchTarget } from './find-secrets.ts';

export const REGION = 'us-west-2';
export const SETUP_OBJECT = 'tfe-setup-data';

/** Clients that look at a practice cloud, apart from those of the program. */
export function createLookupClients(endpoint: string) {
	const settings = { endpoint, region: REGION, credentials: { ...practiceCredentials } };
	return {
		ec2: new EC2Client(settings),
		kms: new KMSClient(settings),
		rds: new RDSClient(settings),
		s3: new S3Client({ ...settings, forcePathStyle: true }),
		ssm: new SSMClient(settings),
	};
}

/** A practice cloud of a test's own; ended by `stop`, with all its files. */
export async function startTestCloud(): Promise<{ endpoint: string; stop(): Promise<void> }> {
	const folder = mkdtempSync(join(tmpdir(), 'tfe-wizard-cloud-'));
	const moto = await startMoto({ cacheDir: folder, logPath: join(folder, 'moto.log') });
	return {
		endpoint: moto.endpoint,
		async stop() {
			await moto.stop();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

/**
 * A call of a service this project has no client for, in the query protocol; the answer is XML.
 * The practice cloud reads the service from the credential scope and checks no signature.
 */
export async function sendQuery(
	endpoint: string,
	service: string,
	parameters: Readonly<Record<string, string>>,
): Promise<string> {
	const scope = `practice/20180101/${REGION}/${service}/aws4_request`;
	const answer = await fetch(endpoint, {
		method: 'POST',
		headers: {
			authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
			'content-type': 'application/x-www-form-urlencoded',
		},
		body: new URLSearchParams(parameters),
	});
	const text = await answer.text();
	if (!answer.ok) throw new Error(`${parameters.Action}: ${answer.status} ${text}`);
	return text;
}

/** What stands between tags of that name, in order. */
export function extractXmlValues(text: string, tag: string): string[] {
	return [...text.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, 'g'))].map((m) => m[1] ?? '');
}

export interface ObjectVersion extends SearchTarget {
	key: string;
	latest: boolean;
	encryption: string;
	kmsKey: string;
	/** In ms since the epoch; S3 counts whole seconds. */
	written: number;
}

/** Every version of every object of a bucket, delete markers left out. */
export async function listObjectVersions(s3: S3Client, bucket: string): Promise<ObjectVersion[]> {
	const { Versions = [], IsTruncated } = await s3.send(
		new ListObjectVersionsCommand({ Bucket: bucket }),
	);
	if (IsTruncated) throw new Error(`more versions in ${bucket} than one page holds`);
	return Promise.all(
		Versions.map(async ({ Key = '', VersionId, IsLatest }) => {
			const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key, VersionId }));
			return {
				key: Key,
				latest: IsLatest === true,
				where: `s3://${bucket}/${Key}, version ${VersionId}`,
				bytes: Buffer.from((await answer.Body?.transformToByteArray()) ?? []),
				encryption: answer.ServerSideEncryption ?? 'none',
				kmsKey: answer.SSEKMSKeyId ?? '',
				written: answer.LastModified?.getTime() ?? 0,
			};
		}),
	);
}

/** Lock objects that nobody has taken away. */
export async function listStateLocks(s3: S3Client, bucket: string): Promise<string[]> {
	try {
		const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
		return Versions.flatMap(({ Key = '', IsLatest }) =>
			IsLatest && Key.endsWith('.tflock') ? [Key] : [],
		);
	} catch (error) {
		if (error instanceof NoSuchBucket) return [];
		throw error;
	}
}

/** The setup object as the instance would read it; undefined before it is there. */
export async function readSetupObject(s3: S3Client, bucket: string) {
	return (await listObjectVersions(s3, bucket)).find(
		({ key, latest }) => latest && key === SETUP_OBJECT,
	);
}

/** The database password in a setup object, read as bash would for a plain value. */
export function parseDatabasePassword(setup: { bytes: Buffer }): string {
	const found = /^DATABASE_PASSWORD=\$'([^'\\]*)'$/m.exec(setup.bytes.toString())?.[1];
	if (found === undefined) throw new Error('no password in the setup object');
	return found;
}
