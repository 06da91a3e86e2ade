import { describe, expect, test } from 'vitest';
import type { Answers } from '../../source/engine/question.ts';
import { permissionsBoundaryCrossAnswerRules } from '../../source/steps/access/step.ts';
import { networkRules } from '../../source/steps/network/questions.ts';
import { stateRules } from '../../source/steps/state/questions.ts';
import {
	settingsQuestions,
	settingsRules,
} from '../../source/targets/ptfe-ami/settings/questions.ts';

const rules = [
	...networkRules,
	...permissionsBoundaryCrossAnswerRules,
	...stateRules,
	...settingsRules,
];
const uuid = '9f210000-0000-4000-8000-00000000000b';
const key = (region: string, partition = 'aws') =>
	`arn:${partition}:kms:${region}:123456789012:key/${uuid}`;
const certificate = (region: string, account = '123456789012', partition = 'aws') =>
	`arn:${partition}:acm:${region}:${account}:certificate/${uuid}`;

const fine: Answers = {
	account: '123456789012',
	region: 'us-west-2',
	network: 'create',
	'network.create.cidr': '172.23.0.0/16',
	'network.create.availability_zones': ['us-west-2a', 'us-west-2b'],
	access: 'user',
	'access.user.permissions_boundary': 'arn:aws:iam::123456789012:policy/b',
	state: 's3',
	'state.s3.bucket': 'acme-tfe-state',
	'state.s3.region': 'us-east-1',
	'state.s3.kms_key_id': key('us-east-1'),
	'settings.fqdn': 'tfe.acme.example',
	'settings.cert_id': certificate('us-west-2'),
	'settings.bucket_name': 'tfe-acme-data',
	'settings.kms_key_id': key('us-west-2'),
	'settings.zone_id': 'Z1',
	'settings.hostname': 'tfe',
	'settings.db_name': 'atlas_production',
	'settings.db_snapshot_identifier': '',
	'settings.internal_elb': false,
	'settings.external_cidr_blocks': ['0.0.0.0/0'],
	'settings.external_security_group_ids': [],
	'settings.instance_role_policies': {},
};

function breaches(changes: Answers): Record<string, string> {
	const answers = { ...fine, ...changes };
	return Object.fromEntries(
		rules.flatMap(({ id, check }) => {
			const breach = check(answers);
			return breach === undefined ? [] : [[id, breach]];
		}),
	);
}

test('valid answers break no rule', () => {
	expect(breaches({})).toEqual({});
});

test.each<[string, Answers, string]>([
	[
		'zones-of-region',
		{ 'network.create.availability_zones': ['us-west-2a', 'us-east-1b'] },
		'us-east-1b is not a zone in us-west-2',
	],
	['vpc-addresses-private', { 'network.create.cidr': '203.0.0.0/16' }, 'public range'],
	['vpc-apart-from-docker', { 'network.create.cidr': '172.17.0.0/16' }, 'containers'],
	[
		'boundary-account',
		{ 'access.user.permissions_boundary': 'arn:aws:iam::999999999999:policy/b' },
		'999999999999',
	],
	[
		'boundary-account',
		{ 'access.user.permissions_boundary': 'arn:aws-cn:iam::123456789012:policy/b' },
		'aws-cn',
	],
	['state-key-region', { 'state.s3.kms_key_id': key('us-west-2') }, 'state.s3.region is us-east-1'],
	['state-bucket-alone', { 'state.s3.bucket': 'tfe-acme-data' }, 'application data bucket'],
	[
		'certificate-region',
		{ 'settings.cert_id': certificate('us-east-1') },
		'is in us-east-1, but region is us-west-2',
	],
	[
		'certificate-region',
		{ 'settings.cert_id': certificate('us-west-2', '999999999999') },
		'account 999999999999',
	],
	[
		'certificate-region',
		{ 'settings.cert_id': certificate('us-west-2', '123456789012', 'aws-us-gov') },
		'partition',
	],
	['key-region', { 'settings.kms_key_id': key('us-east-1') }, 'us-east-1'],
	['archivist-key-region', { 'settings.archivist_kms_key_id': key('eu-west-1') }, 'eu-west-1'],
	['zone-and-hostname', { 'settings.hostname': '' }, 'set both or neither'],
	['hostname-of-fqdn', { 'settings.hostname': 'tf' }, 'does not start with it'],
	['hostname-of-fqdn', { 'settings.hostname': 'tfe.other.example' }, 'does not start with it'],
	['database-name', { 'settings.db_name': '' }, 'first run'],
	[
		'snapshot-region',
		{ 'settings.db_snapshot_identifier': 'arn:aws:rds:eu-west-1:123456789012:snapshot:x' },
		'copy it there',
	],
	[
		'public-load-balancer-reachable',
		{ 'settings.external_cidr_blocks': ['10.0.0.0/8', '192.168.0.0/16'] },
		'only private addresses',
	],
	['load-balancer-reachable', { 'settings.external_cidr_blocks': [] }, 'unreachable'],
	[
		'role-policies-size',
		{
			'settings.instance_role_policies': { a: { x: 'x'.repeat(6000) }, b: { x: 'x'.repeat(6000) } },
		},
		'10240',
	],
])('the rule %s rejects %j', (id, changes, words) => {
	const found = breaches(changes);
	expect(Object.keys(found)).toEqual([id]);
	expect(found[id]).toContain(words);
});

test.each<Answers>([
	{ 'settings.zone_id': '', 'settings.hostname': undefined },
	{ 'settings.hostname': 'tfe.acme.example' },
	{ 'settings.db_name': '', 'settings.db_snapshot_identifier': 'tfe-last' },
	{ 'settings.db_name': '', 'settings.local_db': true },
	{ 'settings.internal_elb': true, 'settings.external_cidr_blocks': ['10.0.0.0/8'] },
	{ 'settings.external_cidr_blocks': [], 'settings.external_security_group_ids': ['sg-00000001'] },
	{
		'settings.kms_key_id': '',
		'state.s3.kms_key_id': '',
		'access.user.permissions_boundary': 'arn:aws:iam::aws:policy/X',
	},
	{ 'settings.kms_key_id': 'arn:aws:kms:us-west-2:999999999999:key/x' },
	{
		region: 'us-gov-west-1',
		'network.create.availability_zones': [],
		'access.user.permissions_boundary': '',
		'settings.cert_id': certificate('us-gov-west-1', '123456789012', 'aws-us-gov'),
		'settings.kms_key_id': key('us-gov-west-1', 'aws-us-gov'),
	},
	{ state: 'local', 'state.s3.bucket': 'tfe-acme-data' },
])('no rule rejects %j', (changes) => {
	expect(breaches(changes)).toEqual({});
});

describe('settings that depend on others are asked only if they apply', () => {
	const asked = (name: string, answers: Answers) =>
		settingsQuestions.find((one) => one.key === `settings.${name}`)?.when?.(answers) ?? true;

	test.each<[string, Answers, boolean]>([
		['hostname', { 'settings.zone_id': '' }, false],
		['hostname', { 'settings.zone_id': 'Z1' }, true],
		['no_proxy', { 'settings.proxy_url': '' }, false],
		['no_proxy', { 'settings.proxy_url': 'http://a:1' }, true],
		['archivist_kms_key_id', { 'settings.archivist_sse': '' }, false],
		['archivist_kms_key_id', { 'settings.archivist_sse': 'aws:kms' }, true],
		['db_snapshot_identifier', { 'settings.local_db': true }, false],
		['db_instance_class', {}, true],
		['db_password', { 'settings.local_db': true }, true],
		['ebs_size', { 'settings.local_redis': false }, false],
		['ebs_size', { 'settings.local_redis': false, 'settings.local_db': true }, true],
		['ebs_redundancy', {}, true],
		['redis_node_type', {}, false],
		['redis_node_type', { 'settings.local_redis': false }, true],
		['bucket_force_destroy', { 'settings.manage_bucket': false }, false],
		['external_cidr_blocks', { 'settings.external_security_group_ids': ['sg-1'] }, false],
		['ssh_cidr_blocks', { 'settings.internal_security_group_ids': [] }, true],
	])('%s with %j is asked: %j', (name, answers, expected) => {
		expect(asked(name, answers)).toBe(expected);
	});
});
