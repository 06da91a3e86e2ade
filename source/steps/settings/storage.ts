import type { Question } from '../../engine/question.ts';
import { kmsKeyArnOrEmpty } from '../rules/arn.ts';
import { cacheNodeType } from '../rules/machine.ts';
import { wholeNumber, yesNo } from '../rules/value-rule.ts';
import { withElastiCache, withManagedBucket, withText, withVolumes } from './conditions.ts';

const STORAGE = 'Bucket and encryption';
const REDIS = 'Redis and volumes';

/** The product's bucket, its keys, Redis and the volumes it is kept on. */
export const storageSettings: readonly Question[] = [
	{
		key: 'settings.manage_bucket',
		label: "Make the product's bucket?",
		help: 'A bucket that is not made here must exist, and is not changed. It must be in the region of the installation; versions, encryption and access are yours to set. That is how to take over the bucket of an earlier installation.',
		kind: 'yesno',
		...yesNo,
		example: false,
		default: true,
		group: STORAGE,
		since2018: { name: 'manage_bucket' },
	},
	{
		key: 'settings.bucket_force_destroy',
		label: 'Destroy the bucket with all it holds?',
		help: 'Removing the installation then removes the backups too. Nothing brings them back. Otherwise AWS refuses to remove a bucket that is not empty.',
		kind: 'yesno',
		...yesNo,
		example: true,
		default: false,
		group: STORAGE,
		...withManagedBucket,
		since2018: { name: 'bucket_force_destroy' },
	},
	{
		key: 'settings.kms_key_id',
		label: 'KMS key of the installation',
		help: 'A key of yours for database, bucket and volumes. Give its ARN. Its policy must admit the machine and AWSServiceRoleForAutoScaling, or no machine starts. Empty means that a key is made. Data encrypted with a key that is gone cannot be read again.',
		kind: 'text',
		...kmsKeyArnOrEmpty,
		example: 'arn:aws:kms:us-west-2:123456789012:key/1a2b3c4d-0000-4000-8000-00000000000a',
		default: '',
		group: STORAGE,
		since2018: { name: 'kms_key_id' },
	},
	{
		key: 'settings.archivist_sse',
		label: 'Encryption the product asks S3 for',
		help: 'What Archivist, which stores objects, asks for with each. The bucket made here encrypts with KMS anyway.',
		kind: 'choice',
		options: [
			{ value: '', label: 'Nothing', hint: 'the bucket decides' },
			{ value: 'aws:kms', label: 'aws:kms', hint: 'each object, with a key of KMS' },
		],
		example: 'aws:kms',
		default: '',
		group: STORAGE,
		since2018: { name: 'archivist_sse' },
	},
	{
		key: 'settings.archivist_kms_key_id',
		label: 'KMS key the product asks S3 for',
		help: "The whole ARN of a key. Empty means the bucket's own.",
		kind: 'text',
		...kmsKeyArnOrEmpty,
		example: 'arn:aws:kms:us-west-2:123456789012:key/1a2b3c4d-0000-4000-8000-00000000000a',
		default: '',
		group: STORAGE,
		...withText('settings.archivist_sse'),
		since2018: { name: 'archivist_kms_key_id' },
	},
	{
		key: 'settings.local_redis',
		label: 'Run Redis on the machine itself?',
		help: 'Recommended; otherwise an ElastiCache cluster is made. The image speaks to Redis without TLS and without a password. Needs an image of v201708-1 or later.',
		kind: 'yesno',
		...yesNo,
		example: false,
		default: true,
		group: REDIS,
		since2018: { name: 'local_redis', changed: 'default true; the README of 2018 said false' },
	},
	{
		key: 'settings.redis_node_type',
		label: 'Size of the ElastiCache nodes',
		help: 'The cache.m3 nodes of 2018 are no longer made.',
		kind: 'text',
		...cacheNodeType,
		example: 'cache.m6g.large',
		default: 'cache.m5.large',
		group: REDIS,
		...withElastiCache,
	},
	{
		key: 'settings.ebs_size',
		label: 'Size of each volume, in GB',
		help: 'The volumes that hold Redis, and the database when it is on the machine.',
		kind: 'number',
		// https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html
		...wholeNumber(1, 16_384, 'GB'),
		example: 200,
		default: 100,
		group: REDIS,
		...withVolumes,
		since2018: { name: 'ebs_size', changed: 'takes effect; in 2018 it was always 100' },
	},
	{
		key: 'settings.ebs_redundancy',
		label: 'Number of mirrored volumes',
		help: 'As many volumes hold the same data. With 1 nothing is mirrored. Do not change it once the machine has started: it builds the mirror at first boot.',
		kind: 'number',
		...wholeNumber(1, 8, 'volumes'),
		example: 3,
		default: 2,
		group: REDIS,
		...withVolumes,
		since2018: { name: 'ebs_redundancy' },
	},
];
