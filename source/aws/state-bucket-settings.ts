import {
	GetBucketEncryptionCommand,
	GetBucketLifecycleConfigurationCommand,
	type GetBucketLifecycleConfigurationCommandOutput,
	GetBucketOwnershipControlsCommand,
	GetBucketPolicyCommand,
	GetBucketTaggingCommand,
	GetBucketVersioningCommand,
	GetPublicAccessBlockCommand,
	type LifecycleRule,
	PutBucketEncryptionCommand,
	PutBucketLifecycleConfigurationCommand,
	PutBucketOwnershipControlsCommand,
	PutBucketPolicyCommand,
	PutBucketTaggingCommand,
	PutBucketVersioningCommand,
	PutPublicAccessBlockCommand,
	type S3Client,
	type Tag,
} from '@aws-sdk/client-s3';
import { quoteShellWord } from '../engine/shell-quote.ts';
import { getAwsErrorCode } from './aws-errors.ts';

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

/** The required settings of the state bucket. */
export interface StateBucketOptions {
	bucket: string;
	/** ARN or ID of a KMS key; empty: the AWS managed key for S3. */
	kmsKeyId: string;
	/** Keys of the lock objects (`PREFIX/STACK.tfstate.tflock`). */
	lockKeys: readonly string[];
	/** Days until an old version of a lock object expires. Versions of state are never removed. */
	lockVersionsDays: number;
	/** See Cloud.tlsPolicyAction. */
	tlsPolicyAction: string;
	/** `aws`, `aws-us-gov`, `aws-cn`. */
	partition: string;
	/** Only for a bucket created by tfe-wizard; existing buckets need no tags. */
	tags?: Readonly<Record<string, string>>;
}

/** One setting of the bucket: how to check it, set it, and fix it manually. */
interface StateBucketSetting {
	id: string;
	title: string;
	/** State is not safe without it; false: optional for an existing bucket. */
	required: boolean;
	holds(s3: S3Client, wishes: StateBucketOptions): Promise<boolean>;
	apply(s3: S3Client, wishes: StateBucketOptions): Promise<void>;
	/** A command that sets it and keeps the owner's other configuration. */
	fix(s3: S3Client, wishes: StateBucketOptions): Promise<string>;
}

function formatS3ApiCommand(bucket: string, call: string, rest: string): string {
	return `aws s3api ${call} --bucket ${quoteShellWord(bucket)} ${rest}`;
}

/** A JSON document as one shell word. */
function quoteJson(document: unknown): string {
	return quoteShellWord(JSON.stringify(document));
}

/** Returns undefined if the configuration does not exist, which S3 reports as an error. */
async function undefinedIfMissing<T>(call: Promise<T>): Promise<T | undefined> {
	try {
		return await call;
	} catch (thrown) {
		const code = getAwsErrorCode(thrown);
		if (/^(NoSuch|ServerSideEncryptionConfigurationNotFound|OwnershipControlsNotFound)/.test(code))
			return undefined;
		throw thrown;
	}
}

interface Statement {
	Sid?: string;
	Effect?: string;
	Principal?: unknown;
	Action?: string | string[];
	Resource?: string | string[];
	Condition?: Record<string, Record<string, unknown>>;
}

interface Policy {
	Version?: string;
	Id?: string;
	Statement: Statement[];
}

const tlsOnlySetting: StateBucketSetting = {
	id: 'tls-only',
	title: 'TLS-only bucket policy',
	required: true,
	async holds(s3, wishes) {
		const { Statement } = await policyOf(s3, wishes.bucket);
		return Statement.some((one) => refusesWithoutTls(one, wishes));
	},
	async apply(s3, wishes) {
		const Policy = JSON.stringify(await mergedPolicy(s3, wishes));
		await s3.send(new PutBucketPolicyCommand({ Bucket: wishes.bucket, Policy }));
	},
	fix: async (s3, wishes) => {
		const policy = await mergedPolicy(s3, wishes);
		return formatS3ApiCommand(wishes.bucket, 'put-bucket-policy', `--policy ${quoteJson(policy)}`);
	},
};

/**
 * Whether it applies to all principals, all actions, the bucket and its objects, with TLS as the
 * only condition.
 */
function refusesWithoutTls(statement: Statement, { bucket, partition }: StateBucketOptions) {
	const { Effect, Principal, Action, Resource, Condition = {} } = statement;
	const actions = [Action ?? []].flat().map((action) => action.toLowerCase());
	const resources = [Resource ?? []].flat();
	const arn = `arn:${partition}:s3:::${bucket}`;
	const whole = ['*', `arn:${partition}:s3:::*`, `${arn}*`];
	const covers = (one: string) => [...whole, one].some((name) => resources.includes(name));
	const { Bool = {}, ...others } = Condition;
	return (
		Effect === 'Deny' &&
		isEveryone(Principal) &&
		actions.some((action) => action === 's3:*' || action === '*') &&
		covers(arn) &&
		covers(`${arn}/*`) &&
		Object.keys(others).length === 0 &&
		Object.keys(Bool).length === 1 &&
		String(Bool['aws:SecureTransport']) === 'false'
	);
}

function isEveryone(principal: unknown): boolean {
	if (principal === '*') return true;
	const { AWS } = (principal ?? {}) as { AWS?: unknown };
	return [AWS].flat().includes('*');
}

/** The existing policy plus one statement. Each Sid must be unique. */
async function mergedPolicy(s3: S3Client, wishes: StateBucketOptions): Promise<Policy> {
	const { Version = '2012-10-17', ...there } = await policyOf(s3, wishes.bucket);
	const taken = new Set(there.Statement.map(({ Sid }) => Sid));
	let Sid = 'TlsOnly';
	for (let number = 2; taken.has(Sid); number += 1) Sid = `TlsOnly${number}`;
	return { Version, ...there, Statement: [...there.Statement, tlsStatement(Sid, wishes)] };
}

async function policyOf(s3: S3Client, bucket: string): Promise<Policy> {
	const found = await undefinedIfMissing(s3.send(new GetBucketPolicyCommand({ Bucket: bucket })));
	if (found?.Policy === undefined) return { Statement: [] };
	const policy = JSON.parse(found.Policy) as Policy & { Statement?: Statement | Statement[] };
	return { ...policy, Statement: [policy.Statement ?? []].flat() };
}

function tlsStatement(Sid: string, { bucket, tlsPolicyAction, partition }: StateBucketOptions) {
	const arn = `arn:${partition}:s3:::${bucket}`;
	return {
		Sid,
		Effect: 'Deny',
		Principal: '*',
		Action: tlsPolicyAction,
		Resource: [arn, `${arn}/*`],
		Condition: { Bool: { 'aws:SecureTransport': 'false' } },
	};
}

const lifecycleSetting: StateBucketSetting = {
	id: 'lifecycle',
	title: 'expiration of old lock object versions',
	required: false,
	async holds(s3, wishes) {
		const { Rules = [] } = await lifecycleOf(s3, wishes.bucket);
		return lockRules(wishes).every((wanted) => Rules.some((rule) => doesAs(rule, wanted)));
	},
	async apply(s3, wishes) {
		const { rules, minimumSize } = await merged(s3, wishes);
		await s3.send(
			new PutBucketLifecycleConfigurationCommand({
				Bucket: wishes.bucket,
				LifecycleConfiguration: { Rules: rules },
				TransitionDefaultMinimumObjectSize: minimumSize,
			}),
		);
	},
	fix: async (s3, wishes) => {
		const { rules, minimumSize } = await merged(s3, wishes);
		const size =
			minimumSize === undefined ? '' : ` --transition-default-minimum-object-size ${minimumSize}`;
		const document = `--lifecycle-configuration ${quoteJson({ Rules: rules })}${size}`;
		return formatS3ApiCommand(wishes.bucket, 'put-bucket-lifecycle-configuration', document);
	},
};

/**
 * Each lock leaves a version and a delete marker. S3 filters by prefix and never by suffix, so the
 * prefix of each rule is the whole key of one lock object: versions of state, needed to recover
 * from any mistake, are not affected.
 */
function lockRules({ lockKeys, lockVersionsDays }: StateBucketOptions): LifecycleRule[] {
	return lockKeys.map((key) => ({
		ID: `tfe-wizard ${key}`.slice(0, 255),
		Status: 'Enabled',
		Filter: { Prefix: key },
		Expiration: { ExpiredObjectDeleteMarker: true },
		NoncurrentVersionExpiration: { NoncurrentDays: lockVersionsDays },
	}));
}

function doesAs(rule: LifecycleRule, wanted: LifecycleRule): boolean {
	const days = (one: LifecycleRule) => one.NoncurrentVersionExpiration?.NoncurrentDays;
	return (
		rule.ID === wanted.ID &&
		rule.Status === 'Enabled' &&
		(rule.Filter?.Prefix ?? rule.Prefix) === wanted.Filter?.Prefix &&
		days(rule) === days(wanted)
	);
}

/** Other rules unchanged, plus ours: the call replaces all rules. */
async function merged(s3: S3Client, wishes: StateBucketOptions) {
	const ours = lockRules(wishes);
	const ids = new Set(ours.map((rule) => rule.ID));
	const { Rules = [], TransitionDefaultMinimumObjectSize } = await lifecycleOf(s3, wishes.bucket);
	const others = Rules.filter((rule) => !ids.has(rule.ID));
	// If omitted, it is reset to the default. Older AWS tools do not support it, so set it only if it
	// differs.
	const minimumSize =
		TransitionDefaultMinimumObjectSize === 'varies_by_storage_class'
			? TransitionDefaultMinimumObjectSize
			: undefined;
	return { rules: [...others, ...ours], minimumSize };
}

async function lifecycleOf(
	s3: S3Client,
	Bucket: string,
): Promise<Partial<GetBucketLifecycleConfigurationCommandOutput>> {
	const look = s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
	return (await undefinedIfMissing(look)) ?? {};
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
