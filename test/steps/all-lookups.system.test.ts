import {
	AssociateRouteTableCommand,
	AttachInternetGatewayCommand,
	CreateInternetGatewayCommand,
	CreateNatGatewayCommand,
	CreateRouteCommand,
	CreateRouteTableCommand,
	CreateSubnetCommand,
	CreateVpcCommand,
} from '@aws-sdk/client-ec2';
import { CreatePolicyCommand, CreateUserCommand } from '@aws-sdk/client-iam';
import {
	CreateAliasCommand,
	CreateKeyCommand,
	type CreateKeyCommandInput,
	DisableKeyCommand,
	ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestCloud } from '../e2e/helpers/test-cloud.ts';
import {
	ACCOUNT,
	createLookupRunner,
	createServices,
	findChoice,
	getSelectable,
	getValues,
	REGION,
} from './lookup-helpers.ts';

let cloud: Awaited<ReturnType<typeof startTestCloud>>;
let look: ReturnType<typeof createLookupRunner>;
let aws: ReturnType<typeof createServices>['aws'];

beforeAll(async () => {
	cloud = await startTestCloud();
	look = createLookupRunner(cloud.endpoint);
	aws = createServices(cloud.endpoint).aws;
});
afterAll(() => cloud?.stop());

describe('account, regions and zones', () => {
	test('lists the account and identity of the credentials', async () => {
		const found = await look('account');
		expect(found).toEqual([{ value: ACCOUNT, hint: expect.stringContaining('arn:aws:sts::') }]);
	});

	test('lists the current region first and disabled regions last', async () => {
		const found = await look('region');
		expect(found[0]).toEqual({ value: REGION, hint: 'Oregon' });
		expect(findChoice(found, 'ap-east-1').refusal).toBe('is not enabled for this account');
		expect(found.at(-1)?.refusal).toBeDefined();
		expect(getSelectable(found).length).toBeGreaterThan(10);
	});

	test('lists the zones of the region in the answers, regardless of the region of the clients', async () => {
		const key = 'network.create.availability_zones';
		expect(getValues(await look(key)).slice(0, 2)).toEqual(['us-west-2a', 'us-west-2b']);
		const elsewhere = await look(key, { region: 'eu-west-1' });
		expect(elsewhere[0]).toEqual({ value: 'eu-west-1a', hint: expect.stringContaining('euw1-az') });
	});
});

describe('lists subnets', () => {
	const KEYS = {
		instance: 'network.existing.instance_subnet_id',
		balancer: 'network.existing.elb_subnet_ids',
		data: 'network.existing.data_subnet_ids',
	};
	const ids: Record<string, string> = {};

	async function subnet(name: string, vpc: string, zone: string, block: string, table?: string) {
		const Tags = [{ Key: 'Name', Value: name }];
		const { Subnet } = await aws.ec2.send(
			new CreateSubnetCommand({
				...{ VpcId: vpc, AvailabilityZone: `${REGION}${zone}`, CidrBlock: block },
				TagSpecifications: [{ ResourceType: 'subnet', Tags }],
			}),
		);
		ids[name] = Subnet?.SubnetId ?? '';
		const association = { RouteTableId: table, SubnetId: ids[name] };
		if (table !== undefined) await aws.ec2.send(new AssociateRouteTableCommand(association));
	}

	async function table(vpc: string, way: { GatewayId?: string; NatGatewayId?: string }) {
		const made = await aws.ec2.send(new CreateRouteTableCommand({ VpcId: vpc }));
		const RouteTableId = made.RouteTable?.RouteTableId;
		const route = { RouteTableId, DestinationCidrBlock: '0.0.0.0/0', ...way };
		await aws.ec2.send(new CreateRouteCommand(route));
		return RouteTableId;
	}

	async function vpcOf(CidrBlock: string): Promise<string> {
		return (await aws.ec2.send(new CreateVpcCommand({ CidrBlock }))).Vpc?.VpcId ?? '';
	}

	beforeAll(async () => {
		const [vpc, other] = [await vpcOf('10.1.0.0/16'), await vpcOf('10.2.0.0/16')];
		const gateway = await aws.ec2.send(new CreateInternetGatewayCommand({}));
		const InternetGatewayId = gateway.InternetGateway?.InternetGatewayId ?? '';
		await aws.ec2.send(new AttachInternetGatewayCommand({ VpcId: vpc, InternetGatewayId }));
		const open = await table(vpc, { GatewayId: InternetGatewayId });
		await subnet('public-a', vpc, 'a', '10.1.0.0/24', open);
		await subnet('public-b', vpc, 'b', '10.1.1.0/24', open);
		const nat = await aws.ec2.send(
			new CreateNatGatewayCommand({ SubnetId: ids['public-a'], ConnectivityType: 'private' }),
		);
		const out = await table(vpc, { NatGatewayId: nat.NatGateway?.NatGatewayId ?? '' });
		await subnet('private-a', vpc, 'a', '10.1.2.0/24', out);
		await subnet('private-b', vpc, 'b', '10.1.3.0/24', out);
		await subnet('shut-b', vpc, 'b', '10.1.4.0/24');
		await subnet('foreign', other, 'a', '10.2.0.0/24');
	});

	const named = (found: Awaited<ReturnType<typeof look>>) =>
		found.flatMap(({ label }) => (label === undefined ? [] : [label]));

	test('for the instance: private ones with NAT first, and marks those without a default route', async () => {
		const found = await look(KEYS.instance);
		expect(named(getSelectable(found))).toEqual(['private-a', 'private-b', 'public-a', 'public-b']);
		expect(findChoice(found, ids['private-a'] ?? '').hint).toMatch(
			/^us-west-2a, 10\.1\.2\.0\/24, private, via NAT, \d+ free, vpc-\w+$/,
		);
		expect(findChoice(found, ids['shut-b'] ?? '').refusal).toMatch(/^has no default route/);
	});

	test('for the load balancer: public ones in the zone of the instance first', async () => {
		const machine = { [KEYS.instance]: ids['private-b'] };
		const found = await look(KEYS.balancer, machine);
		expect(named(found).slice(0, 2)).toEqual(['public-b', 'public-a']);
		expect(findChoice(found, ids['public-b'] ?? '').hint).toContain('same zone as the instance');
		expect(findChoice(found, ids['private-a'] ?? '').hint).toContain('internal load balancer only');
		expect(findChoice(found, ids.foreign ?? '').refusal).toMatch(/same VPC$/);
		const internal = await look(KEYS.balancer, { ...machine, 'settings.internal_elb': true });
		expect(named(internal)[0]).toBe('private-b');
	});

	test('for the database: private ones in the same VPC first', async () => {
		const found = await look(KEYS.data, { [KEYS.instance]: ids['private-a'] });
		expect(named(getSelectable(found)).slice(0, 3)).toEqual(['private-a', 'private-b', 'shut-b']);
		expect(findChoice(found, ids.foreign ?? '').refusal).toMatch(/^is in vpc-/);
	});
});

test('lists boundaries: none, then policies used or named as boundary', async () => {
	const Statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
	const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
	const make = (PolicyName: string, Path?: string) =>
		aws.iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument, Path }));
	await make('a-policy');
	await make('z-boundary', '/teams/');
	const used = (await make('used')).Policy?.Arn;
	await aws.iam.send(new CreateUserCommand({ UserName: 'bound', PermissionsBoundary: used }));
	const found = await look('access.user.permissions_boundary');
	expect(found[0]?.value).toBe('');
	expect(found.map(({ label }) => label)).toEqual(
		expect.arrayContaining(['None', '/teams/z-boundary', 'a-policy', 'used']),
	);
	const labels = found.map(({ label }) => label);
	expect(labels.indexOf('/teams/z-boundary')).toBeLessThan(labels.indexOf('a-policy'));
});

describe('state lookups', () => {
	test('lists buckets with likely names first, and marks the application data bucket', async () => {
		for (const Bucket of ['acme-logs', 'tfe-data', 'acme-terraform-state']) {
			const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
			await aws.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
		}
		const found = await look('state.s3.bucket', { 'settings.bucket_name': 'tfe-data' });
		expect(getValues(found)).toEqual(['acme-terraform-state', 'acme-logs', 'tfe-data']);
		expect(found[0]?.hint).toMatch(/created \d{4}-\d\d-\d\d$/);
		expect(found[2]?.refusal).toBe('is the application data bucket');
	});

	test('lists KMS keys with an alias first, and marks keys that cannot encrypt', async () => {
		const make = async (alias: string, input: CreateKeyCommandInput = {}) => {
			const { KeyMetadata } = await aws.kms.send(new CreateKeyCommand(input));
			const TargetKeyId = KeyMetadata?.KeyId ?? '';
			const name = { AliasName: `alias/${alias}`, TargetKeyId };
			if (alias !== '') await aws.kms.send(new CreateAliasCommand(name));
			return { KeyId: TargetKeyId, arn: KeyMetadata?.Arn ?? '' };
		};
		const plain = await make('', { Description: 'nameless' });
		const good = await make('tfe', { Description: 'for tfe' });
		const disabled = await make('disabled');
		await aws.kms.send(new DisableKeyCommand(disabled));
		const ending = await make('ending');
		await aws.kms.send(new ScheduleKeyDeletionCommand(ending));
		const signing = await make('signing', { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' });
		const asymmetric = await make('rsa', { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' });

		for (const key of ['state.s3.kms_key_id', 'settings.kms_key_id']) {
			const found = await look(key);
			expect(getValues(getSelectable(found))).toEqual(['', good.arn, plain.arn]);
			expect(found[1]).toMatchObject({ label: 'tfe', hint: expect.stringContaining('for tfe') });
			expect(findChoice(found, disabled.arn).refusal).toBe('is disabled');
			expect(findChoice(found, ending.arn).refusal).toBe('is scheduled for deletion');
			expect(findChoice(found, signing.arn).refusal).toBe('is not an encryption key');
			expect(findChoice(found, asymmetric.arn).refusal).toBe('is not symmetric');
		}
		const elsewhere = await look('state.s3.kms_key_id', { 'state.s3.region': 'eu-west-1' });
		expect(getValues(elsewhere)).toEqual(['']);
	});
});
