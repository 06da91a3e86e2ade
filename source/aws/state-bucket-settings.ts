import {
	GetBucketEncryptionCommand,
	GetBucketLifecycleConfigurationCommand,
	GetBucketOwnershipControlsCommand,
	GetBucketPolicyCommand,
	GetBucketVersioningCommand,
	GetPublicAccessBlockCommand,
	type LifecycleRule,
	PutBucketEncryptionCommand,
	PutBucketLifecycleConfigurationCommand,
	PutBucketOwnershipControlsCommand,
	PutBucketPolicyCommand,
	PutBucketVersioningCommand,
	PutPublicAccessBlockCommand,
	type S3Client,
} from '@aws-sdk/client-s3';
import { awsCode } from './problem.ts';

/** What the bucket that holds state must be like. */
export interface StateBucketWishes {
	bucket: string;
	/** ARN or id of a KMS key; empty: the account's own key for S3. */
	kmsKeyId: string;
	/** Keys of the lock objects (`PREFIX/STACK.tfstate.tflock`). */
	lockKeys: readonly string[];
	/** Days until an old version of a lock object is removed. Versions of state are never touched. */
	lockVersionsDays: number;
	/** See Cloud.tlsPolicyAction. */
	tlsPolicyAction: string;
	/** `aws`, `aws-us-gov`, `aws-cn`. */
	partition: string;
}

/** One property of the bucket: how to look at it, how to set it, how an operator would. */
export interface StateBucketSetting {
	id: string;
	title: string;
	/** Without it state is not safe; false: merely untidy, so an existing bucket passes without. */
	required: boolean;
	holds(s3: S3Client, wishes: StateBucketWishes): Promise<boolean>;
	apply(s3: S3Client, wishes: StateBucketWishes): Promise<void>;
	fix(wishes: StateBucketWishes): string;
}

const api = (bucket: string, call: string, rest: string) =>
	`aws s3api ${call} --bucket ${bucket} ${rest}`;

const versioning: StateBucketSetting = {
	id: 'versioning',
	title: 'keeps every version of state',
	required: true,
	async holds(s3, { bucket }) {
		return (await s3.send(new GetBucketVersioningCommand({ Bucket: bucket }))).Status === 'Enabled';
	},
	async apply(s3, { bucket }) {
		const VersioningConfiguration = { Status: 'Enabled' as const };
		await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
	},
	fix: ({ bucket }) =>
		api(bucket, 'put-bucket-versioning', '--versioning-configuration Status=Enabled'),
};

const encryption: StateBucketSetting = {
	id: 'encryption',
	title: 'encrypts with KMS and a bucket key',
	required: true,
	async holds(s3, { bucket, kmsKeyId }) {
		const found = await orMissing(s3.send(new GetBucketEncryptionCommand({ Bucket: bucket })));
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
	fix: ({ bucket, kmsKeyId }) => {
		const key = kmsKeyId === '' ? '' : `,"KMSMasterKeyID":"${kmsKeyId}"`;
		const rule = `{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms"${key}},"BucketKeyEnabled":true}`;
		return api(
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
	title: 'blocks public access in all four ways',
	required: true,
	async holds(s3, { bucket }) {
		const found = await orMissing(s3.send(new GetPublicAccessBlockCommand({ Bucket: bucket })));
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
	fix: ({ bucket }) => {
		const all = Object.keys(allBlocked).map((key) => `${key}=true`);
		return api(
			bucket,
			'put-public-access-block',
			`--public-access-block-configuration ${all.join(',')}`,
		);
	},
};

const ownership: StateBucketSetting = {
	id: 'ownership',
	title: 'owned by the account alone, ACLs off',
	required: true,
	async holds(s3, { bucket }) {
		const found = await orMissing(
			s3.send(new GetBucketOwnershipControlsCommand({ Bucket: bucket })),
		);
		return found?.OwnershipControls?.Rules?.[0]?.ObjectOwnership === 'BucketOwnerEnforced';
	},
	async apply(s3, { bucket }) {
		const OwnershipControls = { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' as const }] };
		await s3.send(new PutBucketOwnershipControlsCommand({ Bucket: bucket, OwnershipControls }));
	},
	fix: ({ bucket }) =>
		api(
			bucket,
			'put-bucket-ownership-controls',
			"--ownership-controls 'Rules=[{ObjectOwnership=BucketOwnerEnforced}]'",
		),
};

interface Statement {
	Effect?: string;
	Action?: string | string[];
	Condition?: { Bool?: Record<string, unknown> };
}

function tlsStatement({ bucket, tlsPolicyAction, partition }: StateBucketWishes) {
	const arn = `arn:${partition}:s3:::${bucket}`;
	return {
		Sid: 'TlsOnly',
		Effect: 'Deny',
		Principal: '*',
		Action: tlsPolicyAction,
		Resource: [arn, `${arn}/*`],
		Condition: { Bool: { 'aws:SecureTransport': 'false' } },
	};
}

async function policyStatements(s3: S3Client, bucket: string): Promise<Statement[]> {
	const found = await orMissing(s3.send(new GetBucketPolicyCommand({ Bucket: bucket })));
	if (found?.Policy === undefined) return [];
	const { Statement = [] } = JSON.parse(found.Policy) as { Statement?: Statement | Statement[] };
	return Array.isArray(Statement) ? Statement : [Statement];
}

const tlsOnly: StateBucketSetting = {
	id: 'tls-only',
	title: 'refuses requests without TLS',
	required: true,
	async holds(s3, { bucket }) {
		return (await policyStatements(s3, bucket)).some(
			({ Effect, Action, Condition }) =>
				Effect === 'Deny' &&
				[Action].flat().some((action) => ['s3:*', '*'].includes(action?.toLowerCase() ?? '')) &&
				String(Condition?.Bool?.['aws:SecureTransport']) === 'false',
		);
	},
	async apply(s3, wishes) {
		const Statement = [...(await policyStatements(s3, wishes.bucket)), tlsStatement(wishes)];
		const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
		await s3.send(new PutBucketPolicyCommand({ Bucket: wishes.bucket, Policy }));
	},
	fix: (wishes) => {
		const policy = { Version: '2012-10-17', Statement: [tlsStatement(wishes)] };
		return api(wishes.bucket, 'put-bucket-policy', `--policy '${JSON.stringify(policy)}'`);
	},
};

/**
 * A lock object that comes and goes leaves a version and a delete marker each time. S3 filters
 * by prefix, never by suffix, so each rule's prefix is the whole key of one lock object: versions
 * of state, the way back from any mistake, are out of its reach.
 */
function lockRules({ lockKeys, lockVersionsDays }: StateBucketWishes): LifecycleRule[] {
	return lockKeys.map((key) => ({
		ID: `tfe-wizard ${key}`.slice(0, 255),
		Status: 'Enabled',
		Filter: { Prefix: key },
		Expiration: { ExpiredObjectDeleteMarker: true },
		NoncurrentVersionExpiration: { NoncurrentDays: lockVersionsDays },
	}));
}

async function lifecycleRules(s3: S3Client, Bucket: string): Promise<LifecycleRule[]> {
	const found = await orMissing(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })));
	return found?.Rules ?? [];
}

const lifecycle: StateBucketSetting = {
	id: 'lifecycle',
	title: 'tidies up old versions of lock objects',
	required: false,
	async holds(s3, wishes) {
		const ids = new Set((await lifecycleRules(s3, wishes.bucket)).map((rule) => rule.ID));
		return lockRules(wishes).every((rule) => ids.has(rule.ID));
	},
	async apply(s3, wishes) {
		const ours = lockRules(wishes);
		const ids = new Set(ours.map((rule) => rule.ID));
		const others = (await lifecycleRules(s3, wishes.bucket)).filter((rule) => !ids.has(rule.ID));
		await s3.send(
			new PutBucketLifecycleConfigurationCommand({
				Bucket: wishes.bucket,
				LifecycleConfiguration: { Rules: [...others, ...ours] },
			}),
		);
	},
	fix: (wishes) =>
		api(
			wishes.bucket,
			'put-bucket-lifecycle-configuration',
			`--lifecycle-configuration '${JSON.stringify({ Rules: lockRules(wishes) })}'`,
		),
};

/** In the order they are set: safety first, then the policy, then tidiness. */
export const stateBucketSettings: readonly StateBucketSetting[] = [
	publicAccess,
	ownership,
	versioning,
	encryption,
	tlsOnly,
	lifecycle,
];

/** "There is no such configuration" is an answer, not an error. */
async function orMissing<T>(call: Promise<T>): Promise<T | undefined> {
	try {
		return await call;
	} catch (thrown) {
		const code = awsCode(thrown);
		if (/^(NoSuch|ServerSideEncryptionConfigurationNotFound|OwnershipControlsNotFound)/.test(code))
			return undefined;
		throw thrown;
	}
}
