import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findClosestMatch } from '../../../../source/engine/closest-match.ts';
import { networkQuestions } from '../../../../source/steps/network/questions.ts';
import { preflightQuestions } from '../../../../source/steps/preflight/questions.ts';
import { importTfvars } from '../../../../source/targets/ptfe-ami/import-tfvars/import-tfvars.ts';
import {
	formerVariablesByAnswerKey,
	variableMappings,
} from '../../../../source/targets/ptfe-ami/import-tfvars/variable-mappings.ts';
import { settingsQuestions } from '../../../../source/targets/ptfe-ami/settings/questions.ts';

const production = readFileSync(
	new URL('../../../fixtures/tfvars/production-2018.tfvars', import.meta.url),
	'utf8',
);

function fateOf(text: string, name: string) {
	return importTfvars(text, 'f').notes.filter((note) => note.name === name && note.line > 0);
}

test('converts a complete 2018 file to answers', () => {
	const { answers, problems } = importTfvars(production, 'terraform.tfvars');
	const key = 'arn:aws:kms:us-west-2:241656615859:key/9c543210-fff3-4333-855d-7f8a9aefb34c';
	expect(problems).toEqual([]);
	expect(answers).toEqual({
		account: '241656615859',
		region: 'us-west-2',
		network: 'existing',
		'network.existing.instance_subnet_id': 'subnet-0de26b6a',
		'network.existing.elb_subnet_ids': ['subnet-0de26b6b'],
		'network.existing.data_subnet_ids': ['subnet-0ce26b6b', 'subnet-d0f35099'],
		'settings.ami_id': 'ami-37fdda4f',
		'settings.fqdn': 'tfe.acme.example',
		'settings.cert_id':
			'arn:aws:acm:us-west-2:241656615859:certificate/f32fa674-de62-4681-8035-21a4c81474c6',
		'settings.db_password': { env: 'TFE_DB_PASSWORD' },
		'settings.db_username': 'atlas',
		'settings.db_size_gb': 120,
		'settings.db_instance_class': 'db.m5.large',
		'settings.db_multi_az': true,
		'settings.db_snapshot_identifier': '',
		'settings.db_name': 'atlas_production',
		'settings.bucket_name': 'tfe-acme-data',
		'settings.manage_bucket': true,
		'settings.bucket_force_destroy': false,
		'settings.key_name': 'ops',
		'settings.kms_key_id': key,
		'settings.zone_id': '',
		'settings.internal_elb': false,
		'settings.instance_type': 'm4.2xlarge',
		'settings.startup_script': '\napt-get install -y nano\nadduser my-admin\n\n',
		'settings.external_security_group_ids': ['sg-0de26b6a'],
		'settings.internal_security_group_ids': ['sg-0de26b6c'],
		'settings.proxy_url': 'http://proxy.acme.example:3128',
		'settings.no_proxy': 'git.acme.example,10.0.0.0/8',
		'settings.local_redis': true,
		'settings.local_setup': false,
		'settings.local_db': false,
		'settings.ebs_size': 200,
		'settings.ebs_redundancy': 2,
		'settings.archivist_sse': 'aws:kms',
		'settings.archivist_kms_key_id': key,
	});
});

test('reports every variable of the file with its line', () => {
	const { notes } = importTfvars(production, 'terraform.tfvars');
	for (const [index, line] of production.split('\n').entries()) {
		const name = /^([a-z_]+) +=/.exec(line)?.[1];
		if (name === undefined) continue;
		expect(notes.filter((note) => note.name === name).map((note) => note.line)).toContain(
			index + 1,
		);
	}
	const fates = Object.fromEntries(notes.map(({ name, what }) => [name, what]));
	expect(fates).toMatchObject({
		fqdn: 'carried',
		region: 'carried',
		elb_subnet_id: 'check',
		bucket_name: 'check',
		db_password: 'secret',
		db_instance_class: 'changed',
		instance_type: 'check',
		proxy_url: 'changed',
		ebs_size: 'check',
		arn_partition: 'dropped',
		hostname: 'dropped',
	});
});

test('does not return any secret of the file', () => {
	const text = `${production}\ndb_pasword = "canary-typo"\n"db_password" "canary-a"\ndb_password = canary-b\ndb_password = "canary-c\n`;
	expect(JSON.stringify(importTfvars(text, 'f'))).not.toContain('canary');
});

test.each<[string, string, unknown]>([
	['db_snapshot = "tfe-last"', 'settings.db_snapshot_identifier', 'tfe-last'],
	[
		'external_security_group_id = "sg-00000001"',
		'settings.external_security_group_ids',
		['sg-00000001'],
	],
	['internal_security_group = ""', 'settings.internal_security_group_ids', []],
	['vpc_name = "acme"', 'network.create.name', 'acme'],
	['vpc_name = "acme"', 'network', 'create'],
	['cidr_block = "10.20.0.0/16"', 'network.create.cidr', '10.20.0.0/16'],
	['db_instance_class = "db.r4.2xlarge"', 'settings.db_instance_class', 'db.r5.2xlarge'],
	['db_instance_class = "db.m6i.large"', 'settings.db_instance_class', 'db.m6i.large'],
	['db_multi_az = "0"', 'settings.db_multi_az', false],
	['local_redis = false', 'settings.local_redis', false],
	['db_name = ""', 'settings.db_name', ''],
])('converts %s to %s', (text, key, value) => {
	const { answers, problems } = importTfvars(text, 'f');
	expect(problems).toEqual([]);
	expect(answers[key]).toEqual(value);
});

test.each<[string, number, number, string]>([
	['\n  db_size_gb = "many"', 2, 3, 'whole number'],
	['internal_elb = "yes"', 1, 1, 'neither true nor false'],
	['data_subnet_ids = [1, 2]', 1, 1, 'list of strings'],
	['fqdn = ["a"]', 1, 1, 'double quotes'],
	['elb_subnet_id = "lb"', 1, 1, 'not a subnet ID'],
	['data_subnet_ids = ["subnet-00000001"]', 1, 1, 'exactly 2'],
	['archivist_sse = "AES256"', 1, 1, 'aws:kms'],
	['bucket_name = "Acme"', 1, 1, 'use acme'],
	['db_snapshot = "a"\ndb_snapshot_identifier = "b"', 2, 1, 'which db_snapshot also sets'],
	[
		'instance_subnet_id = "subnet-00000001"\nvpc_name = "a"',
		2,
		1,
		'also specifies existing subnets',
	],
])('reports a problem in %j at %i:%i', (text, line, column, words) => {
	const { problems } = importTfvars(text, 'dir/terraform.tfvars');
	expect(problems.map(({ place }) => place)).toEqual([
		{ file: 'dir/terraform.tfvars', line, column },
	]);
	expect(problems[0]?.text).toContain(words);
});

test.each([
	['fqnd = "x"', 'fqnd', 1, '; did you mean fqdn?'],
	['\nwholly_other_thing = "canary"', 'wholly_other_thing', 2, ''],
	['aws_access_key = "canary"', 'aws_access_key', 1, ''],
])('reports an unknown variable and imports the others: %j', (text, name, line, hint) => {
	const { answers, problems, notes } = importTfvars(`${text}\nregion = "us-west-2"\n`, 'f');
	expect(problems).toEqual([]);
	expect(answers).toEqual({ region: 'us-west-2' });
	expect(notes.filter((note) => note.what === 'unknown')).toEqual([
		{
			line,
			name,
			what: 'unknown',
			text: `not imported, because it is not a variable of the 2018 modules${hint}`,
		},
	]);
});

test.each([
	['instance_type = "m4.2xlarge"', 'check', 'imported as settings.instance_type: m4.2xlarge is'],
	['instance_type = "m5.2xlarge"', 'carried', 'imported as settings.instance_type'],
	['db_instance_class = "db.m4.large"', 'changed', 'now settings.db_instance_class: db.m4.large'],
	['db_instance_class = "db.m5.large"', 'carried', 'imported as settings.db_instance_class'],
])('reports "changed" only for changed values: %s', (text, what, words) => {
	const [note] = fateOf(text, text.split(' ')[0] ?? '');
	expect(note).toMatchObject({ what, text: expect.stringContaining(words) });
});

test('drops and reports settings that do not apply', () => {
	const text = 'local_redis = false\nebs_size = 200\nno_proxy = ""\n';
	expect(importTfvars(text, 'f').answers).toEqual({ 'settings.local_redis': false });
	expect(fateOf(text, 'ebs_size')).toEqual([
		{
			line: 2,
			name: 'ebs_size',
			what: 'dropped',
			text: 'does not apply: used only when settings.local_redis or settings.local_db is true',
		},
	]);
});

test('reports changed defaults of variables that are not in the file', () => {
	const absent = (text: string) =>
		importTfvars(text, 'f')
			.notes.filter(({ line }) => line === 0)
			.map(({ name }) => name);
	expect(absent('fqdn = "a.b"')).toEqual([
		'local_redis',
		'db_instance_class',
		'instance_type',
		'internal_security_group_ids',
		'installation_id',
	]);
	expect(absent(production)).toEqual(['installation_id']);
	expect(absent('vpc_name = "a"')).toEqual([]);
});

test('maps every variable to a question and knows every 2018 name of a question', () => {
	const questions = [...preflightQuestions, ...networkQuestions, ...settingsQuestions];
	const keys = questions.map(({ key }) => key);
	for (const { key } of variableMappings.values()) expect(keys).toContain(key);
	for (const [key, { name }] of Object.entries(formerVariablesByAnswerKey.variables)) {
		expect(keys).toContain(key);
		if (['db_password', 'installation_id'].includes(name)) continue;
		expect(variableMappings.get(name)?.key).toBe(key);
	}
});

test('suggests the nearest name', () => {
	expect(findClosestMatch('regoin', ['region', 'fqdn'])).toBe('region');
	expect(findClosestMatch('elb_subnet_ids', ['elb_subnet_id', 'data_subnet_ids'])).toBe(
		'elb_subnet_id',
	);
	expect(findClosestMatch('x', ['region'])).toBeUndefined();
});
