import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	DescribeAddressesCommand,
	DescribeFlowLogsCommand,
	DescribeInternetGatewaysCommand,
	DescribeNatGatewaysCommand,
	DescribeSubnetsCommand,
	DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findProviderMirror, thisPlatform } from '../../source/terraform/mirror.ts';
import { locksIn, setupObject } from './helpers/cloud.ts';
import {
	type AnswersFile,
	asRun,
	countOf,
	type FaultCloud,
	faultSession,
	fullAnswers,
	smallAnswers,
	startFaultCloud,
} from './helpers/fault-cloud.ts';
import { byHand, readState } from './helpers/terraform-by-hand.ts';
import { bin, freshHome } from './helpers/wizard.ts';

let cloud: FaultCloud;
let home: string;

beforeAll(async () => {
	cloud = await startFaultCloud();
	home = freshHome();
});

afterAll(async () => {
	await cloud?.stop();
	if (home !== undefined) rmSync(home, { recursive: true, force: true });
});

function session(name: string, answers: AnswersFile) {
	return faultSession(cloud, home, name, answers);
}

describe('a call that AWS refuses half-way through the network', () => {
	const half = () => session('half', fullAnswers(cloud));
	const WORDS = 'Performing this operation would exceed the limit of 5 NAT gateways';

	test('ends 5 with the resource, the words of AWS, the log and the next command', async () => {
		const fail = { code: 'NatGatewayLimitExceeded', message: WORDS };
		cloud.proxy.setRules([{ action: 'CreateNatGateway', fault: { fail } }]);
		const { code, failed, err, events } = await half().run(['--until', 'access']);
		expect(err).toBe('');
		expect(code).toBe(5);
		expect(failed).toMatchObject({ fault: 'command', kind: 'outside', exitCode: 5 });
		expect(failed?.message).toMatch(/^terraform apply failed at aws_nat_gateway\.main\[[01]\]: /);
		expect(failed?.details.join('\n')).toContain('NatGatewayLimitExceeded');
		expect(failed?.details.join('\n')).toContain(WORDS);
		expect(failed?.details.join('\n')).toMatch(/routing\.tf:\d+:\d+/);
		expect(failed?.next[0]).toContain(half().command);
		expect(readFileSync(failed?.log ?? '', 'utf8')).toContain(WORDS);
		const refused = events.find(({ type, phase }) => type === 'resource' && phase === 'failed');
		expect(refused?.address).toMatch(/^aws_nat_gateway\.main/);
	});

	test('a plan that AWS refuses ends 5 too, and changes nothing', async () => {
		const fail = {
			code: 'UnauthorizedOperation',
			message: 'You are not authorized to perform this operation: ec2:DescribeVpcs',
			status: 403,
		};
		cloud.proxy.setRules([
			{ action: 'DescribeVpcs', times: Number.POSITIVE_INFINITY, fault: { fail } },
		]);
		const before = await readState(half().folder('network'));
		const { code, failed, writes } = await half().resume(['--until', 'access']);
		expect(code).toBe(5);
		expect(failed?.message).toMatch(/^terraform plan failed at aws_vpc\.main: /);
		expect(failed?.details.join('\n')).toContain('not authorized to perform this operation');
		expect(existsSync(failed?.log ?? '')).toBe(true);
		expect(failed?.next[0]).toContain(half().command);
		expect(writes).toEqual([]);
		expect(await readState(half().folder('network'))).toEqual(before);
	});

	test('the run that follows makes what is left, and nothing twice', async () => {
		cloud.proxy.setRules([]);
		const before = await readState(half().folder('network'));
		const { code, events, err } = await half().resume(['--until', 'access']);
		expect(err).toBe('');
		expect(code).toBe(0);
		const plan = events.find(({ type }) => type === 'plan');
		const made = before.addresses.filter((address) => !address.startsWith('data.')).length;
		expect(plan?.counts).toEqual({ create: 26 - made, update: 0, delete: 0, replace: 0 });

		const { ec2 } = cloud.aws;
		const { Vpcs } = await ec2.send(
			new DescribeVpcsCommand({ Filters: [{ Name: 'cidr-block', Values: ['10.20.0.0/16'] }] }),
		);
		expect(Vpcs).toHaveLength(1);
		const vpc = [{ Name: 'vpc-id', Values: [Vpcs?.[0]?.VpcId ?? ''] }];
		const { NatGateways } = await ec2.send(new DescribeNatGatewaysCommand({ Filter: vpc }));
		expect(NatGateways?.map(({ State }) => State)).toEqual(['available', 'available']);
		const { Addresses } = await ec2.send(new DescribeAddressesCommand({}));
		expect(Addresses).toHaveLength(2);
		const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ Filters: vpc }));
		expect(Subnets).toHaveLength(4);
		const { FlowLogs } = await ec2.send(new DescribeFlowLogsCommand({}));
		expect(FlowLogs).toHaveLength(1);
		const attached = [{ Name: 'attachment.vpc-id', Values: [Vpcs?.[0]?.VpcId ?? ''] }];
		const gateways = await ec2.send(new DescribeInternetGatewaysCommand({ Filters: attached }));
		expect(gateways.InternetGateways).toHaveLength(1);
		expect(countOf(cloud, 'CreateNatGateway')).toBe(2);

		const after = await readState(half().folder('network'));
		expect(new Set(after.addresses).size).toBe(after.addresses.length);
		expect((await byHand(half().folder('network'), 'plan', '-detailed-exitcode')).code).toBe(0);
	});
});

describe('the provider cannot be had', () => {
	test('a mirror that is named but empty stops the run before anything else', async () => {
		const empty = join(home, 'empty-mirror');
		mkdirSync(empty);
		const answers = { ...fullAnswers(cloud), terraform: { provider_mirror: empty } };
		const { code, failed, writes, events } = await session('empty', answers).run();
		expect(code).toBe(4);
		expect(failed?.fault).toBe('preflight');
		expect(failed?.details.join('\n')).toContain(
			`provider: The provider mirror ${empty} does not hold hashicorp/aws`,
		);
		expect(failed?.next.join('\n')).toContain('terraform providers mirror');
		expect(events.filter(({ type }) => type === 'check').length).toBeGreaterThan(8);
		expect(writes).toEqual([]);
	});

	test('no registry and no mirror', async (context) => {
		const found = await findProviderMirror({
			...{ environment: {}, home: '/', provider: 'hashicorp/aws', versions: '>= 5.100' },
		});
		const namespace = await execa('unshare', ['-rm', 'true'], { reject: false });
		if (namespace.exitCode !== 0)
			context.skip('needs unshare -rm, to hide the mirror that is there');
		const config = join(home, 'empty.tfrc');
		writeFileSync(config, '');
		const { argv } = session('unreachable', fullAnswers(cloud));
		const hide = found?.folder === undefined ? 'true' : `mount -t tmpfs none '${found.folder}'`;
		const before = cloud.proxy.calls.length;
		const ran = await execa(
			'unshare',
			['-rm', 'sh', '-c', `${hide} && exec "$@"`, 'sh', process.execPath, bin, ...argv],
			{
				reject: false,
				env: {
					HOME: join(home, 'nobody'),
					XDG_DATA_HOME: join(home, 'nobody'),
					TF_CLI_CONFIG_FILE: config,
					TFE_WIZARD_PROVIDER_MIRROR: '',
					// Nobody listens there.
					HTTPS_PROXY: 'http://127.0.0.1:9',
				},
			},
		);
		const events = ran.stdout.split('\n').map((line) => JSON.parse(line));
		const ended = { code: ran.exitCode ?? null, signal: null, out: ran.stdout, err: ran.stderr };
		const { code, failed, writes } = asRun({ ...ended, events }, cloud.proxy.calls.slice(before));
		expect(code).toBe(4);
		expect(failed?.details.join('\n')).toContain(
			'provider: the registry cannot be reached, and no provider mirror was found',
		);
		expect(failed?.next.join('\n')).toMatch(
			/terraform\.provider_mirror .* TFE_WIZARD_PROVIDER_MIRROR/,
		);
		expect(writes).toEqual([]);
	});

	test('one that turns out to be broken fails init, and goes on once it is mended', async () => {
		const mirror = join(home, 'broken-mirror');
		const layout = join(mirror, 'registry.terraform.io/hashicorp/aws');
		mkdirSync(layout, { recursive: true });
		writeFileSync(
			join(layout, `terraform-provider-aws_5.100.0_${thisPlatform()}.zip`),
			'cut short while it was copied',
		);
		const answers = smallAnswers(cloud, 'init-user', 'init-state');
		const broken = session('init', { ...answers, terraform: { provider_mirror: mirror } });
		const { code, failed, writes } = await broken.run(['--until', 'state']);
		expect(code).toBe(5);
		expect(failed?.fault).toBe('command');
		expect(failed?.message).toContain('terraform init');
		expect(failed?.message).toContain(mirror);
		expect(failed?.details.join('\n')).toContain('Failed to install provider');
		expect(existsSync(failed?.log ?? '')).toBe(true);
		expect(failed?.next.join('\n')).toContain(broken.command);
		expect(writes).toEqual([]);

		const real = await findProviderMirror({
			...{ environment: process.env, home: process.env.HOME ?? '/' },
			...{ provider: 'hashicorp/aws', versions: '>= 5.100' },
		});
		if (real?.folder === undefined) return;
		rmSync(mirror, { recursive: true });
		symlinkSync(real.folder, mirror);
		expect((await broken.resume(['--until', 'state'])).code).toBe(0);
	});
});

describe('a call that AWS refuses half-way through the installation', () => {
	const WORDS = 'DB Instance quota exceeded';
	const database = () => {
		const answers = { ...smallAnswers(cloud, 'unused', 'database-state'), access: 'current' };
		return session('database', answers);
	};

	test('leaves a state without a lock and no setup data; the next run makes the rest', async () => {
		const fail = { code: 'InstanceQuotaExceeded', message: WORDS };
		cloud.proxy.setRules([{ action: 'CreateDBInstance', fault: { fail } }]);
		const { code, failed } = await database().run();
		cloud.proxy.setRules([]);
		expect(code).toBe(5);
		expect(failed?.message).toMatch(/^terraform apply failed at aws_db_instance\.main\[0\]: /);
		expect(failed?.details.join('\n')).toContain(`InstanceQuotaExceeded: ${WORDS}`);
		expect(readFileSync(failed?.log ?? '', 'utf8')).toContain(WORDS);
		expect(failed?.next[0]).toContain(database().command);
		expect(await locksIn(cloud.aws.s3, 'database-state')).toEqual([]);
		const bucket = `tfe-${cloud.seeds.fqdn}-data`;
		expect(await setupObject(cloud.aws.s3, bucket)).toBeUndefined();
		const before = await readState(database().folder('install'));
		expect(before.addresses.length).toBeGreaterThan(10);

		const next = await database().resume();
		expect(next.failed).toBeUndefined();
		const plan = next.events.find(({ type, stack }) => type === 'plan' && stack === 'install');
		expect(plan).toMatchObject({ counts: { update: 0, delete: 0, replace: 0 } });
		const { addresses } = await readState(database().folder('install'));
		expect(addresses).toEqual(expect.arrayContaining(before.addresses));
		expect(new Set(addresses).size).toBe(addresses.length);
		for (const action of ['CreateDBInstance', 'CreateLoadBalancer', 'CreateAutoScalingGroup']) {
			expect([action, countOf(cloud, action)]).toEqual([action, 1]);
		}
		expect(await setupObject(cloud.aws.s3, bucket)).toBeDefined();
		expect((await byHand(database().folder('install'), 'plan', '-detailed-exitcode')).code).toBe(0);
	});
});
