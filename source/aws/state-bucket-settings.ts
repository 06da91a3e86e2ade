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
} from '@aws-sdk/client-s3';
import { quoteShellWord } from '../engine/shell-quote.ts';
import { undefinedIfMissing } from './aws-errors.ts';

const versioning = createSetting({
	id: 'versioning',
	title: 'versioning',
	required: true,
	async holds(s3, { bucket }) {
		return (await s3.send(new GetBucketVersioningCommand({ Bucket: bucket }))).Status === 'Enabled';
	},
	getInput: async () => ({ VersioningConfiguration: { Status: 'Enabled' as const } }),
	put: (s3, input) => s3.send(new PutBucketVersioningCommand(input)),
	command: 'put-bucket-versioning',
	formatArguments: () => '--versioning-configuration Status=Enabled',
});

const encryption = createSetting({
	id: 'encryption',
	title: 'default encryption with KMS',
	required: true,
	async holds(s3, { bucket, kmsKeyId }) {
		const found = await readConfiguration(
			s3.send(new GetBucketEncryptionCommand({ Bucket: bucket })),
		);
		const rule =
			found?.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
		if (rule?.SSEAlgorithm !== 'aws:kms' && rule?.SSEAlgorithm !== 'aws:kms:dsse') return false;
		return kmsKeyId === '' || rule.KMSMasterKeyID === kmsKeyId;
	},
	async getInput(_, { kmsKeyId }) {
		const key = kmsKeyId === '' ? {} : { KMSMasterKeyID: kmsKeyId };
		const rule = {
			ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const, ...key },
			BucketKeyEnabled: true,
		};
		return { ServerSideEncryptionConfiguration: { Rules: [rule] } };
	},
	put: (s3, input) => s3.send(new PutBucketEncryptionCommand(input)),
	command: 'put-bucket-encryption',
	formatArguments: ({ ServerSideEncryptionConfiguration }) =>
		`--server-side-encryption-configuration ${quoteJson(ServerSideEncryptionConfiguration)}`,
});

const allBlocked = {
	BlockPublicAcls: true,
	IgnorePublicAcls: true,
	BlockPublicPolicy: true,
	RestrictPublicBuckets: true,
};

const publicAccess = createSetting({
	id: 'public-access',
	title: 'public access block with all four settings',
	required: true,
	async holds(s3, { bucket }) {
		const found = await readConfiguration(
			s3.send(new GetPublicAccessBlockCommand({ Bucket: bucket })),
		);
		const block = found?.PublicAccessBlockConfiguration;
		return Object.keys(allBlocked).every((key) => block?.[key as keyof typeof allBlocked] === true);
	},
	getInput: async () => ({ PublicAccessBlockConfiguration: allBlocked }),
	put: (s3, input) => s3.send(new PutPublicAccessBlockCommand(input)),
	command: 'put-public-access-block',
	formatArguments: () => {
		const all = Object.keys(allBlocked).map((key) => `${key}=true`);
		return `--public-access-block-configuration ${all.join(',')}`;
	},
});

const ownership = createSetting({
	id: 'ownership',
	title: 'bucket owner enforced, ACLs disabled',
	required: true,
	async holds(s3, { bucket }) {
		const found = await readConfiguration(
			s3.send(new GetBucketOwnershipControlsCommand({ Bucket: bucket })),
		);
		return found?.OwnershipControls?.Rules?.[0]?.ObjectOwnership === 'BucketOwnerEnforced';
	},
	getInput: async () => ({
		OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' as const }] },
	}),
	put: (s3, input) => s3.send(new PutBucketOwnershipControlsCommand(input)),
	command: 'put-bucket-ownership-controls',
	formatArguments: () => "--ownership-controls 'Rules=[{ObjectOwnership=BucketOwnerEnforced}]'",
});

const tags = createSetting({
	id: 'tags',
	title: 'tfe-wizard tags',
	required: false,
	async holds(s3, options) {
		const found = await tagsOf(s3, options.bucket);
		return Object.entries(options.tags ?? {}).every(([key, value]) => found[key] === value);
	},
	async getInput(s3, { bucket, tags: added }) {
		const merged = { ...(await tagsOf(s3, bucket)), ...added };
		return { Tagging: { TagSet: Object.entries(merged).map(([Key, Value]) => ({ Key, Value })) } };
	},
	put: (s3, input) => s3.send(new PutBucketTaggingCommand(input)),
	command: 'put-bucket-tagging',
	formatArguments: ({ Tagging }) => `--tagging ${quoteJson(Tagging)}`,
});

async function tagsOf(s3: S3Client, bucket: string): Promise<Record<string, string>> {
	const found = await readConfiguration(s3.send(new GetBucketTaggingCommand({ Bucket: bucket })));
	return Object.fromEntries((found?.TagSet ?? []).map(({ Key, Value }) => [Key, Value]));
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

interface SettingCheck {
	id: string;
	title: string;
	/** State is not safe without it; false: optional for an existing bucket. */
	required: boolean;
	holds(s3: S3Client, options: StateBucketOptions): Promise<boolean>;
}

/** One setting of the bucket: how to check it, set it, and fix it manually. */
interface StateBucketSetting extends SettingCheck {
	apply(s3: S3Client, options: StateBucketOptions): Promise<void>;
	/** A command that sets it and keeps the owner's other configuration. */
	fix(s3: S3Client, options: StateBucketOptions): Promise<string>;
}

function createSetting<Input>({
	getInput,
	put,
	command,
	formatArguments,
	...check
}: SettingCheck & {
	/** The configuration to set, which contains the owner's other configuration. */
	getInput(s3: S3Client, options: StateBucketOptions): Promise<Input>;
	put(s3: S3Client, input: Input & { Bucket: string }): Promise<unknown>;
	/** The `aws s3api` command for the same. */
	command: string;
	/** Its arguments, without `--bucket`. */
	formatArguments(input: Input): string;
}): StateBucketSetting {
	return {
		...check,
		async apply(s3, options) {
			await put(s3, { ...(await getInput(s3, options)), Bucket: options.bucket });
		},
		async fix(s3, options) {
			const rest = formatArguments(await getInput(s3, options));
			return `aws s3api ${command} --bucket ${quoteShellWord(options.bucket)} ${rest}`;
		},
	};
}

/** A JSON document as one shell word. */
function quoteJson(document: unknown): string {
	return quoteShellWord(JSON.stringify(document));
}

/** The codes of S3 for a configuration that does not exist, which it reports as an error. */
const MISSING_CONFIGURATION =
	/^(NoSuch|ServerSideEncryptionConfigurationNotFound|OwnershipControlsNotFound)/;

/** A configuration of a bucket; undefined if it does not exist. */
const readConfiguration = <T>(call: Promise<T>): Promise<T | undefined> =>
	undefinedIfMissing(call, MISSING_CONFIGURATION);

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

const tlsOnlySetting = createSetting({
	id: 'tls-only',
	title: 'TLS-only bucket policy',
	required: true,
	async holds(s3, options) {
		const { Statement } = await policyOf(s3, options.bucket);
		return Statement.some((one) => refusesWithoutTls(one, options));
	},
	getInput: async (s3, options) => ({ Policy: JSON.stringify(await mergedPolicy(s3, options)) }),
	put: (s3, input) => s3.send(new PutBucketPolicyCommand(input)),
	command: 'put-bucket-policy',
	formatArguments: ({ Policy }) => `--policy ${quoteShellWord(Policy)}`,
});

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
async function mergedPolicy(s3: S3Client, options: StateBucketOptions): Promise<Policy> {
	const { Version = '2012-10-17', ...there } = await policyOf(s3, options.bucket);
	const taken = new Set(there.Statement.map(({ Sid }) => Sid));
	let Sid = 'TlsOnly';
	for (let number = 2; taken.has(Sid); number += 1) Sid = `TlsOnly${number}`;
	return { Version, ...there, Statement: [...there.Statement, tlsStatement(Sid, options)] };
}

async function policyOf(s3: S3Client, bucket: string): Promise<Policy> {
	const found = await readConfiguration(s3.send(new GetBucketPolicyCommand({ Bucket: bucket })));
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

const lifecycleSetting = createSetting({
	id: 'lifecycle',
	title: 'expiration of old lock object versions',
	required: false,
	async holds(s3, options) {
		const { Rules = [] } = await lifecycleOf(s3, options.bucket);
		return lockRules(options).every((wanted) => Rules.some((rule) => doesAs(rule, wanted)));
	},
	getInput: mergedLifecycle,
	put: (s3, input) => s3.send(new PutBucketLifecycleConfigurationCommand(input)),
	command: 'put-bucket-lifecycle-configuration',
	formatArguments: ({ LifecycleConfiguration, TransitionDefaultMinimumObjectSize: size }) =>
		`--lifecycle-configuration ${quoteJson(LifecycleConfiguration)}${
			size === undefined ? '' : ` --transition-default-minimum-object-size ${size}`
		}`,
});

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
async function mergedLifecycle(s3: S3Client, options: StateBucketOptions) {
	const ours = lockRules(options);
	const ids = new Set(ours.map((rule) => rule.ID));
	const { Rules = [], TransitionDefaultMinimumObjectSize } = await lifecycleOf(s3, options.bucket);
	const others = Rules.filter((rule) => !ids.has(rule.ID));
	return {
		LifecycleConfiguration: { Rules: [...others, ...ours] },
		// If omitted, it is reset to the default. Older AWS tools do not support it, so set it only if it
		// differs.
		TransitionDefaultMinimumObjectSize:
			TransitionDefaultMinimumObjectSize === 'varies_by_storage_class'
				? TransitionDefaultMinimumObjectSize
				: undefined,
	};
}

async function lifecycleOf(
	s3: S3Client,
	Bucket: string,
): Promise<Partial<GetBucketLifecycleConfigurationCommandOutput>> {
	const look = s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
	return (await readConfiguration(look)) ?? {};
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
