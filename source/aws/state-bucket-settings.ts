import {
	GetBucketEncryptionCommand,
	GetBucketOwnershipControlsCommand,
	GetBucketTaggingCommand,
	GetBucketVersioningCommand,
	GetPublicAccessBlockCommand,
	PutBucketEncryptionCommand,
	PutBucketOwnershipControlsCommand,
	PutBucketTaggingCommand,
	PutBucketVersioningCommand,
	PutPublicAccessBlockCommand,
	type S3Client,
	type Tag,
} from '@aws-sdk/client-s3';
import { lifecycleSetting } from './state-bucket-lifecycle.ts';
import { tlsOnlySetting } from './state-bucket-policy.ts';
import {
	formatS3ApiCommand,
	quoteJson,
	type StateBucketOptions,
	type StateBucketSetting,
	undefinedIfMissing,
} from './state-bucket-setting.ts';

const versioning: StateBucketSetting = {
	id: 'versioning',
	title: 'versioning',
	required: true,
	async holds(s3, { bucket }) {
		return (await s3.send(new GetBucketVersioningCommand({ Bucket: bucket }))).Status === 'Enabled';
	},
	async apply(s3, { bucket }) {
		const VersioningConfiguration = { Status: 'Enabled' as const };
		await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
	},
	fix: async (_, { bucket }) =>
		formatS3ApiCommand(
			bucket,
			'put-bucket-versioning',
			'--versioning-configuration Status=Enabled',
		),
};

const encryption: StateBucketSetting = {
	id: 'encryption',
	title: 'default encryption with KMS',
	required: true,
	async holds(s3, { bucket, kmsKeyId }) {
		const found = await undefinedIfMissing(
			s3.send(new GetBucketEncryptionCommand({ Bucket: bucket })),
		);
		const rule =
			found?.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
		if (rule?.SSEAlgorithm !== 'aws:kms' && rule?.SSEAlgorithm !== 'aws:kms:dsse') return false;
		return kmsKeyId === '' || rule.KMSMasterKeyID === kmsKeyId;
	},
	async apply(s3, { bucket, kmsKeyId }) {
		const key = kmsKeyId === '' ? {} : { KMSMasterKeyID: kmsKeyId };
		const rule = {
			ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const, ...key },
			BucketKeyEnabled: true,
		};
		await s3.send(
			new PutBucketEncryptionCommand({
				Bucket: bucket,
				ServerSideEncryptionConfiguration: { Rules: [rule] },
			}),
		);
	},
	fix: async (_, { bucket, kmsKeyId }) => {
		const key = kmsKeyId === '' ? '' : `,"KMSMasterKeyID":"${kmsKeyId}"`;
		const rule = `{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms"${key}},"BucketKeyEnabled":true}`;
		return formatS3ApiCommand(
			bucket,
			'put-bucket-encryption',
			`--server-side-encryption-configuration '{"Rules":[${rule}]}'`,
		);
	},
};

const allBlocked = {
	BlockPublicAcls: true,
	IgnorePublicAcls: true,
	BlockPublicPolicy: true,
	RestrictPublicBuckets: true,
};

const publicAccess: StateBucketSetting = {
	id: 'public-access',
	title: 'public access block with all four settings',
	required: true,
	async holds(s3, { bucket }) {
		const found = await undefinedIfMissing(
			s3.send(new GetPublicAccessBlockCommand({ Bucket: bucket })),
		);
		const block = found?.PublicAccessBlockConfiguration;
		return Object.keys(allBlocked).every((key) => block?.[key as keyof typeof allBlocked] === true);
	},
	async apply(s3, { bucket }) {
		await s3.send(
			new PutPublicAccessBlockCommand({
				Bucket: bucket,
				PublicAccessBlockConfiguration: allBlocked,
			}),
		);
	},
	fix: async (_, { bucket }) => {
		const all = Object.keys(allBlocked).map((key) => `${key}=true`);
		return formatS3ApiCommand(
			bucket,
			'put-public-access-block',
			`--public-access-block-configuration ${all.join(',')}`,
		);
	},
};

const ownership: StateBucketSetting = {
	id: 'ownership',
	title: 'bucket owner enforced, ACLs disabled',
	required: true,
	async holds(s3, { bucket }) {
		const found = await undefinedIfMissing(
			s3.send(new GetBucketOwnershipControlsCommand({ Bucket: bucket })),
		);
		return found?.OwnershipControls?.Rules?.[0]?.ObjectOwnership === 'BucketOwnerEnforced';
	},
	async apply(s3, { bucket }) {
		const OwnershipControls = { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' as const }] };
		await s3.send(new PutBucketOwnershipControlsCommand({ Bucket: bucket, OwnershipControls }));
	},
	fix: async (_, { bucket }) =>
		formatS3ApiCommand(
			bucket,
			'put-bucket-ownership-controls',
			"--ownership-controls 'Rules=[{ObjectOwnership=BucketOwnerEnforced}]'",
		),
};

const tags: StateBucketSetting = {
	id: 'tags',
	title: 'tfe-wizard tags',
	required: false,
	async holds(s3, wishes) {
		const found = await tagsOf(s3, wishes.bucket);
		return Object.entries(wishes.tags ?? {}).every(([key, value]) => found[key] === value);
	},
	async apply(s3, wishes) {
		const TagSet = await mergedTags(s3, wishes);
		await s3.send(new PutBucketTaggingCommand({ Bucket: wishes.bucket, Tagging: { TagSet } }));
	},
	fix: async (s3, wishes) => {
		const TagSet = await mergedTags(s3, wishes);
		return formatS3ApiCommand(
			wishes.bucket,
			'put-bucket-tagging',
			`--tagging ${quoteJson({ TagSet })}`,
		);
	},
};

async function tagsOf(s3: S3Client, bucket: string): Promise<Record<string, string>> {
	const found = await undefinedIfMissing(s3.send(new GetBucketTaggingCommand({ Bucket: bucket })));
	return Object.fromEntries((found?.TagSet ?? []).map(({ Key, Value }) => [Key, Value]));
}

async function mergedTags(s3: S3Client, wishes: StateBucketOptions): Promise<Tag[]> {
	const merged = { ...(await tagsOf(s3, wishes.bucket)), ...wishes.tags };
	return Object.entries(merged).map(([Key, Value]) => ({ Key, Value }));
}

/** In the order they are set: safety, policy, then optional settings. */
export const stateBucketSettings: readonly StateBucketSetting[] = [
	publicAccess,
	ownership,
	versioning,
	encryption,
	tlsOnlySetting,
	lifecycleSetting,
	tags,
];
