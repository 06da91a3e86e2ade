import { RequestCertificateCommand } from '@aws-sdk/client-acm';
import {
	CopyImageCommand,
	CreateKeyPairCommand,
	CreateSecurityGroupCommand,
	CreateVpcCommand,
	DescribeSubnetsCommand,
} from '@aws-sdk/client-ec2';
import { CreateDBInstanceCommand, CreateDBSnapshotCommand } from '@aws-sdk/client-rds';
import { CreateHostedZoneCommand } from '@aws-sdk/client-route-53';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkValue } from '../../../../source/engine/answers/resolve-and-check-answers.ts';
import type { LookupChoice } from '../../../../source/engine/step.ts';
import {
	type SeededResources,
	seedPracticeCloud,
} from '../../../../source/targets/ptfe-ami/practice/seed-cloud.ts';
import { getTargetOrDefault } from '../../../../source/targets/registry.ts';
import { startTestCloud } from '../../../e2e/helpers/test-cloud.ts';
import {
	allLookups,
	createLookupRunner,
	createServices,
	findChoice,
	getSelectable,
	getValues,
	REGION,
} from '../../../steps/lookup-helpers.ts';

let cloud: Awaited<ReturnType<typeof startTestCloud>>;
let look: ReturnType<typeof createLookupRunner>;
let aws: ReturnType<typeof createServices>['aws'];
let seeds: SeededResources;

beforeAll(async () => {
	cloud = await startTestCloud();
	look = createLookupRunner(cloud.endpoint);
	aws = createServices(cloud.endpoint).aws;
	seeds = await seedPracticeCloud(cloud.endpoint, REGION);
});
afterAll(() => cloud?.stop());

const FQDN = 'tfe.acme.example';
const answers = { 'settings.fqdn': FQDN };

test('lists certificates that cover the domain name first, exact matches before wildcards', async () => {
	const request = async (DomainName: string, SubjectAlternativeNames?: string[]) => {
		const input = { DomainName, SubjectAlternativeNames, ValidationMethod: 'DNS' as const };
		return (await aws.acm.send(new RequestCertificateCommand(input))).CertificateArn ?? '';
	};
	const wildcard = await request('acme.example', ['*.acme.example']);
	const exact = await request('www.acme.example', [FQDN]);
	const deeper = await request('*.tfe.acme.example');
	const found = await look('settings.cert_id', answers);
	expect(getValues(getSelectable(found))).toEqual([exact, wildcard]);
	expect(findChoice(found, wildcard)).toMatchObject({
		label: 'acme.example',
		hint: expect.stringMatching(/^also \*\.acme\.example, expires \d{4}-/),
	});
	for (const arn of [deeper, seeds.certificateArn]) {
		expect(findChoice(found, arn).refusal).toBe(`does not cover ${FQDN}`);
	}
});

test('lists hosted zones: closest parent first, public before private, then none', async () => {
	const make = async (Name: string, PrivateZone: boolean) => {
		const vpc = (await aws.ec2.send(new DescribeSubnetsCommand({}))).Subnets?.[0]?.VpcId;
		const { HostedZone } = await aws.route53.send(
			new CreateHostedZoneCommand({
				...{ Name, CallerReference: `${Name} ${PrivateZone}` },
				HostedZoneConfig: { PrivateZone, Comment: 'made by hand' },
				...(PrivateZone ? { VPC: { VPCRegion: REGION, VPCId: vpc } } : {}),
			}),
		);
		return HostedZone?.Id?.replace('/hostedzone/', '') ?? '';
	};
	const inside = await make('acme.example', true);
	const outside = await make('acme.example', false);
	const own = await make(FQDN, false);
	const found = await look('settings.zone_id', answers);
	expect(getValues(getSelectable(found))).toEqual([own, outside, inside, '']);
	expect(findChoice(found, outside)).toMatchObject({
		label: 'acme.example',
		hint: expect.stringMatching(/^public, \d+ records?, made by hand$/),
	});
	expect(findChoice(found, seeds.zoneId).refusal).toBe(`does not contain ${FQDN}`);
	const internal = await look('settings.zone_id', { ...answers, 'settings.internal_elb': true });
	expect(getValues(internal).slice(0, 3)).toEqual([own, inside, outside]);
});

test('lists own AMIs, newest release first, without public ones', async () => {
	const copy = async (Name: string) => {
		const source = { SourceImageId: seeds.amiId, SourceRegion: REGION, Name };
		return (await aws.ec2.send(new CopyImageCommand(source))).ImageId ?? '';
	};
	const older = await copy('private-terraform-enterprise-v201712-2');
	const newer = await copy('private-terraform-enterprise-v201801-1');
	const found = await look('settings.ami_id');
	expect(getValues(found)).toEqual([newer, older]);
	expect(found[0]?.hint).toMatch(/^release v201801-1, \d{4}-\d\d-\d\d, owned by you/);
});

describe('instance lookups', () => {
	test('list key pairs, none last, and mark names that the AMI does not support', async () => {
		await aws.ec2.send(new CreateKeyPairCommand({ KeyName: 'my key', KeyType: 'rsa' }));
		const found = await look('settings.key_name');
		expect(getValues(found)).toEqual([seeds.keyName, '', 'my key']);
		expect(found[0]?.hint).toMatch(/^ed25519, created \d{4}-\d\d-\d\d, \S+$/);
		expect(found[2]?.refusal).toContain('a space');
	});

	test('list instance types that are large enough, the default first', async () => {
		const found = await look('settings.instance_type');
		expect(found[0]).toEqual({ value: 'm5.2xlarge', hint: '8 vCPU, 32 GB' });
		expect(getValues(found)).not.toContain('m5.xlarge');
		expect(getValues(found)).not.toContain('m6g.2xlarge');
		expect(findChoice(found, 'r5.4xlarge').hint).toBe('16 vCPU, 128 GB');
	});

	test('mark security groups outside the VPC of the instance, if it is known', async () => {
		const vpc = (await aws.ec2.send(new CreateVpcCommand({ CidrBlock: '10.3.0.0/16' }))).Vpc;
		const { Subnets } = await aws.ec2.send(new DescribeSubnetsCommand({}));
		const subnet = Subnets?.[0];
		const make = async (GroupName: string, VpcId = '') => {
			const input = { GroupName, Description: `for ${GroupName}`, VpcId };
			return (await aws.ec2.send(new CreateSecurityGroupCommand(input))).GroupId ?? '';
		};
		const good = await make('good', subnet?.VpcId);
		const foreign = await make('foreign', vpc?.VpcId);
		const existing = {
			network: 'existing',
			'network.existing.instance_subnet_id': subnet?.SubnetId,
		};
		for (const key of ['external', 'internal'].map((way) => `settings.${way}_security_group_ids`)) {
			const found = await look(key, existing);
			expect(found[0]).toEqual({
				...{ value: good, label: 'good', hint: `for good, ${subnet?.VpcId}` },
			});
			expect(findChoice(found, foreign).refusal).toContain(subnet?.VpcId);
			expect(findChoice(await look(key, { network: 'create' }), foreign).refusal).toBeUndefined();
		}
	});
});

test('lists PostgreSQL snapshots, none first', async () => {
	const snapshot = async (Engine: string) => {
		const name = `${Engine}-db`;
		await aws.rds.send(
			new CreateDBInstanceCommand({
				...{ DBInstanceIdentifier: name, Engine, DBInstanceClass: 'db.m5.large' },
				...{ AllocatedStorage: 80, MasterUsername: 'atlas', MasterUserPassword: 'practice-only' },
			}),
		);
		const of = { DBInstanceIdentifier: name, DBSnapshotIdentifier: `${Engine}-before-move` };
		await aws.rds.send(new CreateDBSnapshotCommand(of));
	};
	await snapshot('postgres');
	await snapshot('mysql');
	const found = await look('settings.db_snapshot_identifier');
	expect(found[0]?.value).toBe('');
	// RDS makes one by itself, too; none is of MySQL.
	expect(getValues(found).slice(1).sort()).toEqual([
		'postgres-before-move',
		expect.stringMatching(/^rds:postgres-db-/),
	]);
	expect(findChoice(found, 'postgres-before-move').hint).toMatch(
		/^from postgres-db, \d{4}-\d\d-\d\d, PostgreSQL .*80 GB/,
	);
});

test('offers only values that the question accepts', async () => {
	const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
	await aws.s3.send(new CreateBucketCommand({ Bucket: 'acme-state', CreateBucketConfiguration }));
	// The practice cloud does not know what RDS has on offer; test/steps/all-lookups-fake.test.ts does.
	const unknown = ['settings.db_engine_version', 'settings.db_instance_class'];
	for (const { key } of allLookups.filter((lookup) => !unknown.includes(lookup.key))) {
		const found = await look(key, answers);
		expect(found.length, key).toBeGreaterThan(0);
		expect(refusedByQuestion(key, getSelectable(found)), key).toEqual([]);
	}
});

/** Lists are given two values each, which all that take several allow. */
function refusedByQuestion(key: string, found: readonly LookupChoice[]): string[] {
	const question = getTargetOrDefault('ptfe-ami').catalogue.questions.find(
		(asked) => asked.key === key,
	);
	if (question === undefined) throw new Error(`no question ${key}`);
	return found.flatMap(({ value }, index) => {
		const partner = found.at(index - 1)?.value ?? value;
		const several = partner === value ? [value] : [value, partner];
		const checked = checkValue(question, question.kind === 'list' ? several : value);
		return 'problems' in checked
			? checked.problems.map(({ message }) => `${value} ${message}`)
			: [];
	});
}
