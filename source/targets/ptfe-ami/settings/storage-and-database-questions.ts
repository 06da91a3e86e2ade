import type { Question } from '../../../engine/question.ts';
import { addCommonFieldsToQuestions } from '../../../engine/question-catalogue.ts';
import { optionalKmsKeyArnRule } from '../../../steps/rules/arns-regions-tags.ts';
import {
	createBooleanRuleWithDefault,
	createIntegerRule,
} from '../../../steps/rules/value-rule.ts';
import {
	databaseClassRule,
	databaseUserRule,
	optionalDatabaseNameRule,
	optionalSnapshotRule,
	postgresVersionRule,
} from '../rules/database.ts';
import { cacheNodeTypeRule } from '../rules/instance-types-and-proxy.ts';
import {
	createTextSetCondition,
	elastiCacheCondition,
	managedBucketCondition,
	rdsCondition,
	volumesCondition,
} from './question-conditions.ts';

/** The application data bucket, KMS keys, Redis and the volumes. */
export const storageAndRedisQuestions: readonly Question[] = [
	...addCommonFieldsToQuestions({ group: 'Bucket and encryption' }, [
		{
			key: 'settings.manage_bucket',
			label: 'Create the application data bucket?',
			help: 'Whether the bucket is created and managed here. Otherwise it must already exist in the region of the installation and is not changed; you manage its versioning, encryption and access. Use this to adopt the bucket of an earlier installation.',
			...createBooleanRuleWithDefault(true),
		},
		{
			key: 'settings.bucket_force_destroy',
			label: 'Delete the bucket contents on destroy?',
			help: 'Whether removing the installation also permanently deletes everything in the bucket, including the backups. Otherwise AWS refuses to delete a bucket that is not empty.',
			...createBooleanRuleWithDefault(false),
			...managedBucketCondition,
		},
		{
			key: 'settings.kms_key_id',
			label: 'KMS key',
			help: 'The ARN of a customer managed key for database, bucket and volumes. Its policy must allow the instance role and AWSServiceRoleForAutoScaling, or no instance starts. Empty means that a key is created. If the key is deleted, the data encrypted with it is lost.',
			...optionalKmsKeyArnRule,
			example: 'arn:aws:kms:us-west-2:123456789012:key/1a2b3c4d-0000-4000-8000-00000000000a',
			default: '',
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
		},
		{
			key: 'settings.archivist_kms_key_id',
			label: 'KMS key requested by the product',
			help: 'The ARN of the key that Archivist requests. Empty means the default key of the bucket.',
			...optionalKmsKeyArnRule,
			example: 'arn:aws:kms:us-west-2:123456789012:key/1a2b3c4d-0000-4000-8000-00000000000a',
			default: '',
			...createTextSetCondition('settings.archivist_sse'),
		},
	]),
	...addCommonFieldsToQuestions({ group: 'Redis and volumes' }, [
		{
			key: 'settings.local_redis',
			label: 'Run Redis on the instance?',
			help: 'Whether Redis runs on the instance (recommended) or in a new ElastiCache cluster. The AMI connects to Redis without TLS or a password. Requires AMI release v201708-1 or later.',
			...createBooleanRuleWithDefault(true),
		},
		{
			key: 'settings.redis_node_type',
			label: 'ElastiCache node type',
			help: 'The size of the ElastiCache nodes. The cache.m3 nodes used in 2018 are no longer available.',
			...cacheNodeTypeRule,
			example: 'cache.m6g.large',
			default: 'cache.m5.large',
			...elastiCacheCondition,
		},
		{
			key: 'settings.ebs_size',
			label: 'EBS volume size (GB)',
			help: 'The size of each volume for Redis, and for the database if it runs on the instance.',
			// https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html
			...createIntegerRule(1, 16_384, 'GB'),
			example: 200,
			default: 100,
			...volumesCondition,
		},
		{
			key: 'settings.ebs_redundancy',
			label: 'Number of mirrored EBS volumes',
			help: 'The number of volumes that store the same data; 1 means no mirroring. Do not change it after the instance has started: the mirror is created at first boot.',
			...createIntegerRule(1, 8, 'volumes'),
			example: 3,
			default: 2,
			...volumesCondition,
		},
	]),
];

const DATABASE = 'Database';
export const databaseQuestions: readonly Question[] = [
	{
		key: 'settings.local_db',
		label: 'Run the database on the instance?',
		help: 'Whether the database runs on the EC2 instance instead of RDS. For trials only: there is no standby and no AWS backup, and the data is on the volumes of the instance. This feature was never more than an alpha.',
		...createBooleanRuleWithDefault(false),
		group: DATABASE,
	},
	...addCommonFieldsToQuestions({ group: DATABASE, ...rdsCondition }, [
		{
			key: 'settings.db_instance_class',
			label: 'RDS instance class',
			help: 'The size of the database instance and its standby. db.m5.large replaces db.m4.large, which does not support current PostgreSQL.',
			...databaseClassRule,
			example: 'db.m6i.large',
			default: 'db.m5.large',
		},
		{
			key: 'settings.db_size_gb',
			label: 'Database storage (GB)',
			help: 'The size of the database storage. It can be increased later, but not decreased.',
			// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html (gp3)
			...createIntegerRule(20, 65_536, 'GB'),
			example: 200,
			default: 80,
		},
		{
			key: 'settings.db_multi_az',
			label: 'Run a standby in a second availability zone?',
			help: 'Whether RDS runs a Multi-AZ standby; recommended for production. It doubles the database cost. If a zone fails, the standby takes over within minutes, and backups do not slow down the database.',
			...createBooleanRuleWithDefault(true),
		},
		{
			key: 'settings.db_username',
			label: 'Database user',
			help: 'The database user of the product. When you restore a snapshot, specify the user of the snapshot.',
			...databaseUserRule,
			example: 'atlas',
			default: 'atlas',
		},
		{
			key: 'settings.db_password_version',
			label: 'Database password version',
			help: 'A counter that makes Terraform set a new password. Increase it by one when the password changes: Terraform cannot detect the change, because the password is not in state.',
			...createIntegerRule(1, 1_000_000),
			example: 2,
			default: 1,
		},
		{
			key: 'settings.db_engine_version',
			label: 'PostgreSQL version',
			help: 'The PostgreSQL major version; AWS selects the minor version and updates it automatically. The AMI was built for 9.4, which is no longer available, and has not been tested with every later version.',
			...postgresVersionRule,
			example: '17',
			default: '16',
		},
		{
			key: 'settings.db_legacy_clients',
			label: 'Allow MD5 password authentication for old PostgreSQL clients?',
			help: 'Whether clients may log in with MD5 and connect without TLS. The 2018 AMI supports neither SCRAM nor enforced TLS, so it cannot connect without this. Only the instance can reach the database.',
			...createBooleanRuleWithDefault(true),
		},
		{
			key: 'settings.db_backup_retention_days',
			label: 'Database backup retention (days)',
			help: 'How long RDS retains automated backups. RDS can restore to any point within this period. 0 disables backups.',
			...createIntegerRule(0, 35, 'days'),
			example: 31,
			default: 7,
		},
		{
			key: 'settings.db_deletion_protection',
			label: 'Enable deletion protection?',
			help: 'Whether RDS rejects requests to delete the database. Disable it and apply before you remove the installation.',
			...createBooleanRuleWithDefault(true),
		},
	]),
	...addCommonFieldsToQuestions({ group: 'Database restore', ...rdsCondition }, [
		{
			key: 'settings.db_snapshot_identifier',
			label: 'Database snapshot to restore',
			help: 'Name or ARN of the RDS snapshot to restore. The restore takes about 30 minutes, and subsequent migrations up to an hour. Changing it later replaces the database. Empty means a new database.',
			...optionalSnapshotRule,
			example: 'tfe-before-move',
			default: '',
		},
		{
			key: 'settings.db_name',
			label: 'Database name',
			help: 'The name of the PostgreSQL database. Leave it empty on the first run that restores a snapshot, which includes its own name; set it again afterwards.',
			...optionalDatabaseNameRule,
			example: 'atlas_production',
			default: 'atlas_production',
		},
	]),
];
