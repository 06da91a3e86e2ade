import { GetBucketPolicyCommand, PutBucketPolicyCommand, type S3Client } from '@aws-sdk/client-s3';
import {
	formatS3ApiCommand,
	quoteJson,
	type StateBucketOptions,
	type StateBucketSetting,
	undefinedIfMissing,
} from './state-bucket-setting.ts';

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

export const tlsOnlySetting: StateBucketSetting = {
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
