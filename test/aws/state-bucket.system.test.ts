import {
	CreateBucketCommand,
	GetBucketLifecycleConfigurationCommand,
	GetBucketPolicyCommand,
	GetBucketTaggingCommand,
	PutBucketLifecycleConfigurationCommand,
	PutBucketPolicyCommand,
	PutBucketTaggingCommand,
	type S3Client,
} from '@aws-sdk/client-s3';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
	configureStateBucket,
	createUnconfiguredStateBucket,
	inspectStateBucket,
} from '../../source/aws/state-bucket.ts';
import type { StateBucketOptions } from '../../source/aws/state-bucket-settings.ts';
import { practiceCredentials } from '../../source/practice/practice-cloud-settings.ts';
import { createLookupClients, REGION, startTestCloud } from '../e2e/helpers/test-cloud.ts';

let cloud: Awaited<ReturnType<typeof startTestCloud>>;
let s3: S3Client;
let count = 0;

beforeAll(async () => {
	cloud = await startTestCloud();
	s3 = createLookupClients(cloud.endpoint).s3;
});
afterAll(() => cloud?.stop());

function wishes(bucket: string, others: Partial<StateBucketOptions> = {}): StateBucketOptions {
	return {
		...{ bucket, kmsKeyId: '', lockKeys: [`tfe/network.tfstate.tflock`], lockVersionsDays: 7 },
		// The practice cloud ignores conditions, and this spelling denies nothing there.
		...{ tlsPolicyAction: 'S3:*', partition: 'aws' },
		...others,
	};
}

async function bucketOfSomebody(): Promise<string> {
	count += 1;
	const Bucket = `somebodys-${count}`;
	const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
	await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
	return Bucket;
}

async function lacking(all: StateBucketOptions): Promise<string[]> {
	return (await inspectStateBucket(s3, all)).flatMap(({ id, holds }) => (holds ? [] : [id]));
}

/** Runs the command in a shell, as an operator does. */
async function paste(all: StateBucketOptions, id: string): Promise<void> {
	const fix = (await inspectStateBucket(s3, all)).find((one) => one.id === id)?.fix ?? '';
	await execa('sh', ['-c', fix], {
		env: {
			PATH: process.env.PATH,
			AWS_ENDPOINT_URL: cloud.endpoint,
			AWS_REGION: REGION,
			AWS_ACCESS_KEY_ID: practiceCredentials.accessKeyId,
			AWS_SECRET_ACCESS_KEY: practiceCredentials.secretAccessKey,
		},
		extendEnv: false,
	});
}

async function policyOf(Bucket: string) {
	const { Policy = '' } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
	return JSON.parse(Policy);
}

describe('a bucket that tfe-wizard created', () => {
	test('is configured completely after a crash left it without tags and settings', async () => {
		const tags = { 'tfe-wizard': 'state' };
		const all = wishes('our-own', { tags });
		await createUnconfiguredStateBucket(s3, all.bucket, REGION);
		expect(await lacking(all)).toContain('tags');
		const TagSet = [{ Key: 'owner', Value: 'platform' }];
		await s3.send(new PutBucketTaggingCommand({ Bucket: all.bucket, Tagging: { TagSet } }));

		expect(await configureStateBucket(s3, all)).toContain('tfe-wizard tags');
		const found = await s3.send(new GetBucketTaggingCommand({ Bucket: all.bucket }));
		expect(found.TagSet).toEqual(
			expect.arrayContaining([...TagSet, { Key: 'tfe-wizard', Value: 'state' }]),
		);
		expect(await lacking(all)).toEqual([]);
		expect(await configureStateBucket(s3, all)).toEqual([]);
	});

	test('updates the lifecycle days without duplicating the rule', async () => {
		const all = wishes('our-own', { lockVersionsDays: 30 });
		expect(await lacking(all)).toEqual(['lifecycle']);
		await configureStateBucket(s3, all);
		const { Rules } = await s3.send(
			new GetBucketLifecycleConfigurationCommand({ Bucket: all.bucket }),
		);
		expect(Rules?.map((rule) => rule.NoncurrentVersionExpiration?.NoncurrentDays)).toEqual([30]);
	});
});

describe('an existing bucket of the operator', () => {
	test('needs no tags', async () => {
		expect(await lacking(wishes(await bucketOfSomebody()))).not.toContain('tags');
	});

	test('has every setting after all fix commands are run', async () => {
		const all = wishes(await bucketOfSomebody());
		for (const id of await lacking(all)) await paste(all, id);
		expect(await lacking(all)).toEqual([]);
	});

	test('keeps its policy statements when the TLS command is run', async () => {
		const Bucket = await bucketOfSomebody();
		const arn = `arn:aws:s3:::${Bucket}`;
		const own = [
			{
				...{
					Sid: 'Readers',
					Effect: 'Allow',
					Principal: { AWS: 'arn:aws:iam::210987654321:root' },
				},
				...{ Action: 's3:GetObject', Resource: `${arn}/it's/*` },
			},
			// The Sid of our statement, but for one user only.
			{
				...{ Sid: 'TlsOnly', Effect: 'Deny', Principal: { AWS: 'arn:aws:iam::210987654321:root' } },
				...{ Action: 'S3:*', Resource: [arn, `${arn}/*`] },
				Condition: { Bool: { 'aws:SecureTransport': 'false' } },
			},
		];
		const Policy = JSON.stringify({ Version: '2008-10-17', Id: 'theirs', Statement: own });
		await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
		await paste(wishes(Bucket), 'tls-only');
		const after = await policyOf(Bucket);
		expect(after).toMatchObject({ Version: '2008-10-17', Id: 'theirs' });
		expect(after.Statement.slice(0, 2)).toEqual(own);
		expect(after.Statement[2]).toMatchObject({ Sid: 'TlsOnly2', Principal: '*' });
		expect(after.Statement).toHaveLength(3);
		expect(await lacking(wishes(Bucket))).not.toContain('tls-only');
	});

	test('keeps its lifecycle rules when the lock object command is run', async () => {
		const Bucket = await bucketOfSomebody();
		const own = {
			...{ ID: 'their logs', Status: 'Enabled' as const, Filter: { Prefix: "logs/it's/" } },
			Expiration: { Days: 90 },
		};
		const LifecycleConfiguration = { Rules: [own] };
		await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
		await paste(wishes(Bucket), 'lifecycle');
		const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
		expect(Rules).toHaveLength(2);
		expect(Rules).toContainEqual(expect.objectContaining(own));
		expect(await lacking(wishes(Bucket))).not.toContain('lifecycle');
	});

	const arn = 'arn:aws:s3:::BUCKET';
	test.each([
		['everyone, by a star', {}, true],
		['everyone, as AWS', { Principal: { AWS: '*' } }, true],
		['everyone, in a list', { Principal: { AWS: ['*'] } }, true],
		['all buckets', { Resource: '*' }, true],
		['one pattern for both', { Resource: `${arn}*` }, true],
		['one account', { Principal: { AWS: 'arn:aws:iam::210987654321:root' } }, false],
		['a service', { Principal: { Service: '*' } }, false],
		['objects alone', { Resource: `${arn}/*` }, false],
		['the bucket alone', { Resource: [arn] }, false],
		['a folder', { Resource: [arn, `${arn}/tfe/*`] }, false],
		['reading alone', { Action: 'S3:GetObject' }, false],
		[
			'some networks',
			{
				Condition: {
					Bool: { 'aws:SecureTransport': 'false' },
					IpAddress: { 'aws:SourceIp': '10.0.0.0/8' },
				},
			},
			false,
		],
	])('recognizes whether the policy denies requests without TLS: %s', async (_, changes, holds) => {
		const Bucket = await bucketOfSomebody();
		const statement = {
			...{ Effect: 'Deny', Principal: '*', Action: 'S3:*', Resource: [arn, `${arn}/*`] },
			Condition: { Bool: { 'aws:SecureTransport': 'false' } },
			...changes,
		};
		const policy = { Version: '2012-10-17', Statement: [statement] };
		const Policy = JSON.stringify(policy).replaceAll('BUCKET', () => Bucket);
		await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
		expect((await lacking(wishes(Bucket))).includes('tls-only')).toBe(!holds);
	});
});
