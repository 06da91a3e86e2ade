import {
	GetBucketEncryptionCommand,
	GetBucketOwnershipControlsCommand,
	GetBucketPolicyCommand,
	GetBucketVersioningCommand,
	GetPublicAccessBlockCommand,
	type S3Client,
} from '@aws-sdk/client-s3';
import { expect } from 'vitest';

/** What a bucket that holds state must be, asked of the practice cloud itself. */
export async function expectSafeBucket(s3: S3Client, bucket: string): Promise<void> {
	const at = { Bucket: bucket };
	expect(await s3.send(new GetBucketVersioningCommand(at))).toMatchObject({ Status: 'Enabled' });
	const encryption = await s3.send(new GetBucketEncryptionCommand(at));
	expect(encryption.ServerSideEncryptionConfiguration?.Rules).toMatchObject([
		{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' }, BucketKeyEnabled: true },
	]);
	const access = await s3.send(new GetPublicAccessBlockCommand(at));
	expect(access.PublicAccessBlockConfiguration).toEqual({
		BlockPublicAcls: true,
		BlockPublicPolicy: true,
		IgnorePublicAcls: true,
		RestrictPublicBuckets: true,
	});
	const ownership = await s3.send(new GetBucketOwnershipControlsCommand(at));
	expect(ownership.OwnershipControls?.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
	const { Policy = '{}' } = await s3.send(new GetBucketPolicyCommand(at));
	expect(JSON.parse(Policy).Statement).toMatchObject([
		{
			Effect: 'Deny',
			Principal: '*',
			// IAM ignores case; the practice cloud, which ignores the condition, does not.
			Action: expect.stringMatching(/^s3:\*$/i),
			Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
			Condition: { Bool: { 'aws:SecureTransport': 'false' } },
		},
	]);
}
