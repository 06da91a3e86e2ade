import type { Question } from '../../../engine/question.ts';
import { optionalKmsKeyArnRule } from '../../../steps/rules/arns.ts';
import { booleanRule, createIntegerRule } from '../../../steps/rules/value-rule.ts';
import { cacheNodeTypeRule } from '../rules/instance-types.ts';
import {
	whenBucketIsManaged,
	whenTextIsSet,
	whenUsingElastiCache,
	whenUsingVolumes,
} from './question-conditions.ts';

const STORAGE = 'Bucket and encryption';
const REDIS = 'Redis and volumes';

/** The application data bucket, KMS keys, Redis and the volumes. */
export const storageQuestions: readonly Question[] = [
	{
		key: 'settings.manage_bucket',
		label: 'Create the application data bucket?',
		help: 'Whether the bucket is created and managed here. Otherwise it must already exist in the region of the installation and is not changed; you manage its versioning, encryption and access. Use this to adopt the bucket of an earlier installation.',
		...booleanRule,
		example: false,
		default: true,
		group: STORAGE,
	},
	{
		key: 'settings.bucket_force_destroy',
		label: 'Delete the bucket contents on destroy?',
		help: 'Whether removing the installation also permanently deletes everything in the bucket, including the backups. Otherwise AWS refuses to delete a bucket that is not empty.',
		...booleanRule,
		example: true,
		default: false,
		group: STORAGE,
		...whenBucketIsManaged,
	},
	{
		key: 'settings.kms_key_id',
		label: 'KMS key',
		help: 'The ARN of a customer managed key for database, bucket and volumes. Its policy must allow the instance role and AWSServiceRoleForAutoScaling, or no instance starts. Empty means that a key is created. If the key is deleted, the data encrypted with it is lost.',
		...optionalKmsKeyArnRule,
		example: 'arn:aws:kms:us-west-2:123456789012:key/1a2b3c4d-0000-4000-8000-00000000000a',
		default: '',
		group: STORAGE,
	},
	{
		key: 'settings.archivist_sse',
		label: 'S3 encryption requested by the product',
		help: 'The encryption that Archivist, the object store of the product, requests for each object. A bucket created here always uses KMS encryption.',
		kind: 'choice',
		options: [
			{ value: '', label: 'None', hint: 'bucket default' },
			{ value: 'aws:kms', label: 'aws:kms', hint: 'each object with a KMS key' },
		],
		example: 'aws:kms',
		default: '',
		group: STORAGE,
	},
	{
		key: 'settings.archivist_kms_key_id',
		label: 'KMS key requested by the product',
		help: 'The ARN of the key that Archivist requests. Empty means the default key of the bucket.',
		...optionalKmsKeyArnRule,
		example: 'arn:aws:kms:us-west-2:123456789012:key/1a2b3c4d-0000-4000-8000-00000000000a',
		default: '',
		group: STORAGE,
		...whenTextIsSet('settings.archivist_sse'),
	},
	{
		key: 'settings.local_redis',
		label: 'Run Redis on the instance?',
		help: 'Whether Redis runs on the instance (recommended) or in a new ElastiCache cluster. The AMI connects to Redis without TLS or a password. Requires AMI release v201708-1 or later.',
		...booleanRule,
		example: false,
		default: true,
		group: REDIS,
	},
	{
		key: 'settings.redis_node_type',
		label: 'ElastiCache node type',
		help: 'The size of the ElastiCache nodes. The cache.m3 nodes used in 2018 are no longer available.',
		...cacheNodeTypeRule,
		example: 'cache.m6g.large',
		default: 'cache.m5.large',
		group: REDIS,
		...whenUsingElastiCache,
	},
	{
		key: 'settings.ebs_size',
		label: 'EBS volume size (GB)',
		help: 'The size of each volume for Redis, and for the database if it runs on the instance.',
		// https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html
		...createIntegerRule(1, 16_384, 'GB'),
		example: 200,
		default: 100,
		group: REDIS,
		...whenUsingVolumes,
	},
	{
		key: 'settings.ebs_redundancy',
		label: 'Number of mirrored EBS volumes',
		help: 'The number of volumes that store the same data; 1 means no mirroring. Do not change it after the instance has started: the mirror is created at first boot.',
		...createIntegerRule(1, 8, 'volumes'),
		example: 3,
		default: 2,
		group: REDIS,
		...whenUsingVolumes,
	},
];
