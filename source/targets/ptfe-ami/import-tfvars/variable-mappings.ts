import { getSuccessorDatabaseClass } from '../rules/database.ts';
import type { AnswerType } from './import-tfvars.ts';

/** The import outcome of a 2018 variable. */
export type ImportOutcome = 'carried' | 'renamed' | 'changed' | 'dropped' | 'secret';

/** A 2018 variable that maps to a current question. */
export interface VariableMapping {
	key: string;
	shape: AnswerType;
	/** A note for every import of the variable. */
	note?: string;
	/** Checks each item as a value of this question, because the list itself is known to be too short. */
	itemsAs?: string;
	/** Returns a replacement for the converted value, or a note about a change. */
	adapt?(value: unknown): { value?: unknown; note: string } | undefined;
}

function carried(shape: AnswerType, names: string): [string, VariableMapping][] {
	return names
		.split(' ')
		.map((name) => [name, { key: `settings.${name}`, shape }] satisfies [string, VariableMapping]);
}

const OLD_MACHINE = /^(m[1-4]|c[1-4]|r[34]|i2|t1|t2)\./;

/** The variables of aws-standard (all releases) and base-vpc that are still supported. */
export const variableMappings: ReadonlyMap<string, VariableMapping> = new Map<
	string,
	VariableMapping
>([
	...carried(
		'text',
		'fqdn cert_id ami_id key_name kms_key_id db_username db_name zone_id hostname',
	),
	...carried('text', 'db_snapshot_identifier startup_script no_proxy archivist_sse'),
	...carried('text', 'archivist_kms_key_id'),
	...carried(
		'flag',
		'manage_bucket bucket_force_destroy db_multi_az internal_elb local_setup local_db',
	),
	...carried('flag', 'local_redis'),
	...carried('number', 'db_size_gb ebs_redundancy'),
	...carried('list', 'external_security_group_ids internal_security_group_ids'),
	['region', { key: 'region', shape: 'text' }],
	[
		'bucket_name',
		{
			key: 'settings.bucket_name',
			shape: 'text',
			note: 'a new installation requires an unused name; to adopt the existing bucket, set settings.manage_bucket to false',
		},
	],
	[
		'ebs_size',
		{
			key: 'settings.ebs_size',
			shape: 'number',
			adapt: () => ({
				note: 'now takes effect; in 2018 the value was ignored, and volumes always had 100 GB',
			}),
		},
	],
	[
		'proxy_url',
		{
			key: 'settings.proxy_url',
			shape: 'text',
			adapt: (value) => {
				const bare = String(value).replace(/\/\/[^/]*@/, '//');
				return bare === value
					? undefined
					: {
							value: bare,
							note: 'the user and password in it were removed: the AMI cannot use them, and answers must not contain secrets',
						};
			},
		},
	],
	[
		'db_instance_class',
		{
			key: 'settings.db_instance_class',
			shape: 'text',
			adapt: (value) => {
				const successor = getSuccessorDatabaseClass(String(value));
				return successor === undefined
					? undefined
					: {
							value: successor,
							note: `${value} does not support current PostgreSQL versions; ${successor} replaces it`,
						};
			},
		},
	],
	[
		'instance_type',
		{
			key: 'settings.instance_type',
			shape: 'text',
			adapt: (value) =>
				OLD_MACHINE.test(String(value))
					? {
							note: `${value} is of an old generation; it still runs the AMI, but m5.2xlarge is recommended if the AMI has ENA`,
						}
					: undefined,
		},
	],
	[
		'elb_subnet_id',
		{
			key: 'network.existing.elb_subnet_ids',
			shape: 'list',
			itemsAs: 'network.existing.instance_subnet_id',
			adapt: () => ({
				note: 'add a second subnet in another availability zone: the load balancer now requires two',
			}),
		},
	],
	['instance_subnet_id', { key: 'network.existing.instance_subnet_id', shape: 'text' }],
	['data_subnet_ids', { key: 'network.existing.data_subnet_ids', shape: 'list' }],
	['vpc_name', { key: 'network.create.name', shape: 'text' }],
	['cidr_block', { key: 'network.create.cidr', shape: 'text' }],
	// The wrong name in the migration guide.
	['db_snapshot', { key: 'settings.db_snapshot_identifier', shape: 'text' }],
	...['external', 'internal'].flatMap((side) =>
		[`${side}_security_group_id`, `${side}_security_group`].map(
			(name) =>
				[name, { key: `settings.${side}_security_group_ids`, shape: 'list' }] satisfies [
					string,
					VariableMapping,
				],
		),
	),
]);

const NOT_STANDARD = 'belongs to the aws-expert layout of 2017, which is not supported';
const OWN_GROUPS = 'the templates create a security group that allows only the instance';
const OWN_ROLE =
	'the templates create the role; add permissions in settings.instance_role_policies';

/** Variables that are no longer supported, with the reason. */
export const droppedVariables: Readonly<Record<string, string>> = {
	arn_partition: 'is now derived from the region',
	instance_role_arn: OWN_ROLE,
	instance_profile_arn: OWN_ROLE,
	rds_security_group: OWN_GROUPS,
	redis_security_group: OWN_GROUPS,
	redis_host: NOT_STANDARD,
	redis_port: NOT_STANDARD,
	db_endpoint: NOT_STANDARD,
	az: NOT_STANDARD,
};

/** The one variable whose value is never read. */
export const passwordVariable = { name: 'db_password', environment: 'TFE_DB_PASSWORD' } as const;

export const knownVariableNames: readonly string[] = [
	...variableMappings.keys(),
	...Object.keys(droppedVariables),
	passwordVariable.name,
];

/** Notes for variables that are not in the file and whose default differs from 2018. */
export const changedDefaultNotes: readonly {
	name: string;
	instead?: readonly string[];
	text: string;
}[] = [
	{
		name: 'local_redis',
		text: 'not in the file: the default was false in the 2018 README and true in its code; it is now true',
	},
	{
		name: 'db_instance_class',
		text: 'not in the file: the default was db.m4.large, which is no longer available; it is now db.m5.large',
	},
	{
		name: 'instance_type',
		text: 'not in the file: the default was m4.2xlarge; it is now m5.2xlarge, which requires an AMI with ENA',
	},
	{
		name: 'internal_security_group_ids',
		instead: ['internal_security_group_id', 'internal_security_group'],
		text: 'not in the file: the default allowed SSH from all addresses; it now allows none unless settings.ssh_cidr_blocks is set',
	},
	{
		name: 'installation_id',
		text: 'was random and is only in the old state (terraform state show random_id.installation-id); to adopt existing volumes or names, set it as settings.installation_id',
	},
];
