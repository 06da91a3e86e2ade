import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** The provider's names of AWS services, and IAM's. */
const services: Readonly<Record<string, string>> = {
	ACM: 'acm',
	'Auto Scaling': 'autoscaling',
	'CloudWatch Logs': 'logs',
	EC2: 'ec2',
	'Elastic Load Balancing v2': 'elasticloadbalancing',
	ElastiCache: 'elasticache',
	IAM: 'iam',
	KMS: 'kms',
	RDS: 'rds',
	'Route 53': 'route53',
	S3: 's3',
	SSM: 'ssm',
	STS: 'sts',
};

// Where IAM has another name for a call than the API:
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
const renamed: Readonly<Record<string, string>> = {
	's3:DeleteBucketEncryption': 's3:PutEncryptionConfiguration',
	's3:DeleteBucketLifecycle': 's3:PutLifecycleConfiguration',
	's3:DeleteBucketOwnershipControls': 's3:PutBucketOwnershipControls',
	's3:DeleteBucketTagging': 's3:PutBucketTagging',
	's3:DeleteObjects': 's3:DeleteObject',
	's3:DeletePublicAccessBlock': 's3:PutBucketPublicAccessBlock',
	's3:GetBucketAccelerateConfiguration': 's3:GetAccelerateConfiguration',
	's3:GetBucketCors': 's3:GetBucketCORS',
	's3:GetBucketEncryption': 's3:GetEncryptionConfiguration',
	's3:GetBucketLifecycleConfiguration': 's3:GetLifecycleConfiguration',
	's3:GetBucketReplication': 's3:GetReplicationConfiguration',
	's3:GetObjectLockConfiguration': 's3:GetBucketObjectLockConfiguration',
	's3:GetPublicAccessBlock': 's3:GetBucketPublicAccessBlock',
	's3:HeadBucket': 's3:ListBucket',
	's3:HeadObject': 's3:GetObject',
	's3:ListObjectVersions': 's3:ListBucketVersions',
	's3:ListObjectsV2': 's3:ListBucket',
	's3:PutBucketEncryption': 's3:PutEncryptionConfiguration',
	's3:PutBucketLifecycleConfiguration': 's3:PutLifecycleConfiguration',
	's3:PutPublicAccessBlock': 's3:PutBucketPublicAccessBlock',
};

/**
 * The IAM actions of every AWS call in the logs terraform wrote with TF_LOG_PROVIDER=DEBUG.
 * Unknown services keep their own names, so that they stand out.
 */
export async function recordedActions(logs: readonly string[]): Promise<Set<string>> {
	const actions = new Set<string>();
	for (const log of logs) {
		for await (const line of createInterface({ input: createReadStream(log) })) {
			const method = /rpc\.method=(\w+)/.exec(line)?.[1];
			const service = /rpc\.service=(?:"([^"]+)"|(\w+))/.exec(line);
			const name = service?.[1] ?? service?.[2];
			if (method === undefined || name === undefined) continue;
			const action = `${services[name] ?? name}:${method}`;
			actions.add(renamed[action] ?? action);
		}
	}
	return actions;
}
