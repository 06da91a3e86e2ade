import type { FormerVariables } from '../../target.ts';
import { getSuccessorDatabaseClass } from '../rules/database.ts';

/** A variable of aws-standard (all releases) or base-vpc that an answer replaces. */
interface ReplacedVariable {
	name: string;
	/** Its other names: in earlier releases, or wrong in the migration guide. */
	otherNames?: readonly string[];
	/** What changed, for the docs. */
	changed?: string;
	/** A note for every import of the variable. */
	note?: string;
	/** Checks each item as a value of this question, because the list itself is known to be too short. */
	itemsAs?: string;
	/** Returns a replacement for the converted value, or a note about a change. */
	adapt?(value: unknown): { value?: unknown; note: string } | undefined;
}

const SETTINGS_WITH_THE_SAME_NAME = [
	...['fqdn', 'ami_id', 'key_name', 'zone_id', 'hostname', 'internal_elb', 'no_proxy'],
	...['startup_script', 'local_setup', 'local_db', 'ebs_redundancy'],
	...['db_size_gb', 'db_multi_az', 'db_username', 'db_name', 'kms_key_id', 'archivist_sse'],
	...['archivist_kms_key_id', 'manage_bucket', 'bucket_force_destroy'],
];

const OLD_INSTANCE_TYPE = /^(m[1-4]|c[1-4]|r[34]|i2|t1|t2)\./;

/** By the key of the answer. */
const replacedVariables: Readonly<Record<string, ReplacedVariable>> = {
	...Object.fromEntries(
		SETTINGS_WITH_THE_SAME_NAME.map((name) => [`settings.${name}`, { name }] as const),
	),
	region: { name: 'region' },
	'network.create.name': { name: 'vpc_name' },
	'network.create.cidr': { name: 'cidr_block' },
	'network.existing.instance_subnet_id': { name: 'instance_subnet_id' },
	'network.existing.elb_subnet_ids': {
		name: 'elb_subnet_id',
		changed: 'is a list: an application load balancer requires subnets in two zones',
		itemsAs: 'network.existing.instance_subnet_id',
		adapt: () => ({
			note: 'add a second subnet in another availability zone: the load balancer now requires two',
		}),
	},
	'network.existing.data_subnet_ids': { name: 'data_subnet_ids' },
	'settings.cert_id': { name: 'cert_id', changed: 'used by an application load balancer' },
	'settings.bucket_name': {
		name: 'bucket_name',
		note: 'a new installation requires an unused name; to adopt the existing bucket, set settings.manage_bucket to false',
	},
	'settings.external_security_group_ids': {
		name: 'external_security_group_ids',
		otherNames: ['external_security_group_id', 'external_security_group'],
	},
	'settings.internal_security_group_ids': {
		name: 'internal_security_group_ids',
		otherNames: ['internal_security_group_id', 'internal_security_group'],
	},
	'settings.proxy_url': {
		name: 'proxy_url',
		adapt: (value) => {
			const bare = String(value).replace(/\/\/[^/]*@/, '//');
			if (bare === value) return undefined;
			return {
				value: bare,
				note: 'the user and password in it were removed: the AMI cannot use them, and answers must not contain secrets',
			};
		},
	},
	'settings.instance_type': {
		name: 'instance_type',
		changed: 'default was m4.2xlarge',
		adapt: (value) => {
			if (!OLD_INSTANCE_TYPE.test(String(value))) return undefined;
			return {
				note: `${value} is of an old generation; it still runs the AMI, but m5.2xlarge is recommended if the AMI has ENA`,
			};
		},
	},
	'settings.db_instance_class': {
		name: 'db_instance_class',
		changed: 'default was db.m4.large',
		adapt: (value) => {
			const successor = getSuccessorDatabaseClass(String(value));
			if (successor === undefined) return undefined;
			return {
				value: successor,
				note: `${value} does not support current PostgreSQL versions; ${successor} replaces it`,
			};
		},
	},
	'settings.db_snapshot_identifier': {
		name: 'db_snapshot_identifier',
		otherNames: ['db_snapshot'],
	},
	'settings.local_redis': {
		name: 'local_redis',
		changed: 'default is true; it was false in the 2018 README',
	},
	'settings.ebs_size': {
		name: 'ebs_size',
		changed: 'now takes effect; in 2018 it was always 100',
		adapt: () => ({
			note: 'now takes effect; in 2018 the value was ignored, and volumes always had 100 GB',
		}),
	},
};

/** The variables of the 2018 modules, by the key of the answer that replaces them, for the docs. */
export const formerVariablesByAnswerKey: FormerVariables = {
	label: '2018 variable',
	variables: {
		...replacedVariables,
		'settings.db_password': {
			name: 'db_password',
			changed: 'is a reference; the password is never in the file',
		},
		'settings.installation_id': {
			name: 'installation_id',
			changed: 'was random and stored only in state',
		},
	},
};

/** A 2018 variable that maps to a current question. */
export type VariableMapping = Omit<ReplacedVariable, 'name' | 'otherNames'> & { key: string };

/** The current answer of each variable, by all of its names. */
export const variableMappings: ReadonlyMap<string, VariableMapping> = new Map(
	Object.entries(replacedVariables).flatMap(([key, { name, otherNames = [], ...variable }]) =>
		[name, ...otherNames].map((each) => [each, { key, ...variable }] as const),
	),
);

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
export const changedDefaultNotes: readonly { name: string; text: string }[] = [
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
		text: 'not in the file: the default allowed SSH from all addresses; it now allows none unless settings.ssh_cidr_blocks is set',
	},
	{
		name: 'installation_id',
		text: 'was random and is only in the old state (terraform state show random_id.installation-id); to adopt existing volumes or names, set it as settings.installation_id',
	},
];
