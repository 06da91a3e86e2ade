import { databaseClassSuccessor } from '../rules/database.ts';
import type { Shape } from './convert.ts';

/** What became of a variable of 2018. */
export type Fate = 'carried' | 'renamed' | 'changed' | 'dropped' | 'secret';

/** A variable that has a question today. */
export interface Carried {
	key: string;
	shape: Shape;
	/** Said with every import of it, when the name alone does not say enough. */
	note?: string;
	/** Each item is checked as this question's value, for the list itself is known to be short. */
	itemsAs?: string;
	/** Looks at the converted value: another one to take, or a change to tell of. */
	adapt?(value: unknown): { value?: unknown; note: string } | undefined;
}

function carried(shape: Shape, names: string): [string, Carried][] {
	return names
		.split(' ')
		.map((name) => [name, { key: `settings.${name}`, shape }] satisfies [string, Carried]);
}

const OLD_MACHINE = /^(m[1-4]|c[1-4]|r[34]|i2|t1|t2)\./;

/** Every variable of aws-standard (all releases) and base-vpc that lives on. */
export const carriedVariables: ReadonlyMap<string, Carried> = new Map<string, Carried>([
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
			note: 'a new installation needs a name that is free; to take over the bucket that exists, set settings.manage_bucket to false',
		},
	],
	[
		'ebs_size',
		{
			key: 'settings.ebs_size',
			shape: 'number',
			adapt: () => ({
				note: 'takes effect now; in 2018 the value never reached the volumes, which always had 100 GB',
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
							note: 'the user and password in it were left out: the image cannot use them, and secrets have no place in the answers',
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
				const successor = databaseClassSuccessor(String(value));
				return successor === undefined
					? undefined
					: {
							value: successor,
							note: `${value} is of a generation that runs no PostgreSQL of today; ${successor} took its place`,
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
							note: `${value} is of an old generation; it still runs the image, but m5.2xlarge is today's choice when the image has ENA networking`,
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
				note: 'add a second subnet in another availability zone: the load balancer of today needs two',
			}),
		},
	],
	['instance_subnet_id', { key: 'network.existing.instance_subnet_id', shape: 'text' }],
	['data_subnet_ids', { key: 'network.existing.data_subnet_ids', shape: 'list' }],
	['vpc_name', { key: 'network.create.name', shape: 'text' }],
	['cidr_block', { key: 'network.create.cidr', shape: 'text' }],
	// The migration guide misnamed it.
	['db_snapshot', { key: 'settings.db_snapshot_identifier', shape: 'text' }],
	...['external', 'internal'].flatMap((side) =>
		[`${side}_security_group_id`, `${side}_security_group`].map(
			(name) =>
				[name, { key: `settings.${side}_security_group_ids`, shape: 'list' }] satisfies [
					string,
					Carried,
				],
		),
	),
]);

const NOT_STANDARD =
	'belongs to the aws-expert layout of 2017, which this program does not install';
const OWN_GROUPS = 'the templates make a group that only the machine can reach it through';
const OWN_ROLE =
	'the templates make the role; put what it may do besides into settings.instance_role_policies';

/** Variables that have no place today, with the reason. */
export const droppedVariables: Readonly<Record<string, string>> = {
	arn_partition: 'follows from the region now',
	instance_role_arn: OWN_ROLE,
	instance_profile_arn: OWN_ROLE,
	rds_security_group: OWN_GROUPS,
	redis_security_group: OWN_GROUPS,
	redis_host: NOT_STANDARD,
	redis_port: NOT_STANDARD,
	db_endpoint: NOT_STANDARD,
	az: NOT_STANDARD,
};

/** The one variable whose value is never looked at. */
export const secretVariable = { name: 'db_password', environment: 'TFE_DB_PASSWORD' } as const;

export const knownVariables: readonly string[] = [
	...carriedVariables.keys(),
	...Object.keys(droppedVariables),
	secretVariable.name,
];

/** Said when a variable is not in the file, because what is taken then is not what 2018 took. */
export const notesWhenAbsent: readonly {
	name: string;
	instead?: readonly string[];
	text: string;
}[] = [
	{
		name: 'local_redis',
		text: 'not in the file: the README of 2018 says the default was false, its code true; true is taken now',
	},
	{
		name: 'db_instance_class',
		text: 'not in the file: the default was db.m4.large, which can no longer be made; db.m5.large is taken now',
	},
	{
		name: 'instance_type',
		text: 'not in the file: the default was m4.2xlarge; m5.2xlarge is taken now, which needs an image with ENA networking',
	},
	{
		name: 'internal_security_group_ids',
		instead: ['internal_security_group_id', 'internal_security_group'],
		text: 'not in the file: 2018 let everybody in at 22; nobody is let in now unless settings.ssh_cidr_blocks says so',
	},
	{
		name: 'installation_id',
		text: 'was drawn at random and is only in the old state (terraform state show random_id.installation-id); it matters when volumes or names are taken over: write it into settings.installation_id',
	},
];
