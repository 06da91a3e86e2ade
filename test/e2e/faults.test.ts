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
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { awsCliEnvironment } from '../../source/practice/cloud.ts';
import { findProviderMirror, thisPlatform } from '../../source/terraform/mirror.ts';
import { inXml, locksIn, query, REGION } from './helpers/cloud.ts';
import {
	asRun,
	countOf,
	type FaultCloud,
	fullAnswers,
	practiceArgv,
	practise,
	smallAnswers,
	startFaultCloud,
	writeAnswers,
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

/** A session of its own in the one home, with its answers in a file. */
function session(name: string, answers: Record<string, unknown>) {
	const file = writeAnswers(join(home, 'answers'), answers, `${name}.yaml`);
	const root = join(home, 'sessions', name);
	const at = { home, name };
	return {
		name,
		root,
		folder: (stack: string) => join(root, 'workspace', stack),
		command: `tfe-wizard practice --session ${name}`,
		run: (argv: readonly string[] = [], env: NodeJS.ProcessEnv = {}) =>
			practise(cloud, at, ['--answers', file, ...argv], env),
		resume: (argv: readonly string[] = []) => practise(cloud, at, argv),
		argv: ['--answers', file, ...practiceArgv(cloud, at).slice(1)],
	};
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
		const found = findProviderMirror({
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
			['-rm', 'sh', '-c', `${hide} && exec "$@"`, 'sh', process.execPath, bin, 'practice', ...argv],
			{
				reject: false,
				env: {
					HOME: join(home, 'nobody'),
					XDG_DATA_HOME: join(home, 'nobody'),
					TF_CLI_CONFIG_FILE: config,
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
		expect(failed?.next.at(-2)).toContain(broken.command);
		expect(writes).toEqual([]);

		const real = findProviderMirror({
			...{ environment: process.env, home: process.env.HOME ?? '/' },
			...{ provider: 'hashicorp/aws', versions: '>= 5.100' },
		});
		if (real?.folder === undefined) return;
		rmSync(mirror, { recursive: true });
		symlinkSync(real.folder, mirror);
		expect((await broken.resume(['--until', 'state'])).code).toBe(0);
	});
});

describe('the name of the state bucket', () => {
	test('taken by another account stops the run before any change', async () => {
		await makeForeignBucket('somebodys-bucket');
		const answers = smallAnswers(cloud, 'foreign-user', 'somebodys-bucket');
		const { code, failed, writes } = await session('foreign', answers).run();
		expect(code).toBe(4);
		expect(failed?.details).toContain(
			'state-bucket-name: the bucket name somebodys-bucket belongs to another AWS account',
		);
		expect(failed?.next.join('\n')).toContain('state.s3.bucket');
		expect(writes).toEqual([]);
	});

	test('taken between the look and the call that makes it is refused', async () => {
		const fail = { code: 'BucketAlreadyExists', status: 409 };
		const path = /^\/snapped-up\/?(\?|$)/;
		cloud.proxy.setRules([{ service: 's3', method: 'PUT', path, fault: { fail } }]);
		const answers = { ...smallAnswers(cloud, 'unused', 'snapped-up'), access: 'current' };
		const { code, failed, writes } = await session('snapped', answers).run(['--until', 'settings']);
		expect(code).toBe(6);
		expect(failed?.message).toBe('The bucket name snapped-up belongs to another AWS account.');
		expect(failed?.next[0]).toContain('Choose another name');
		expect(writes).toEqual([]);
	});

	test('a bucket that is there but lacks versions is refused, untouched; the commands mend it', async () => {
		const Bucket = 'old-state';
		await cloud.aws.s3.send(
			new CreateBucketCommand({
				Bucket,
				CreateBucketConfiguration: { LocationConstraint: REGION },
			}),
		);
		const answers = { ...smallAnswers(cloud, 'unused', Bucket), access: 'current' };
		const plain = session('plain-bucket', answers);
		const { code, failed, writes } = await plain.run(['--until', 'settings']);
		expect(code).toBe(6);
		expect(failed?.message).toBe(
			`The existing bucket ${Bucket} is not safe enough for state; it was not changed.`,
		);
		expect(failed?.details).toContain('it lacks: keeps every version of state');
		expect(failed?.next).toContain(
			`aws s3api put-bucket-versioning --bucket ${Bucket} --versioning-configuration Status=Enabled`,
		);
		expect(writes).toEqual([]);

		const commands = (failed?.next ?? []).filter((next) => next.startsWith('aws '));
		const script = [...awsCliEnvironment(cloud.endpoint, REGION), 'set -e', ...commands];
		await execa('sh', ['-c', script.join('\n')]);
		expect((await plain.resume(['--until', 'settings'])).code).toBe(0);
	});
});

/** As somebody else, whom the practice cloud knows by this header. */
async function makeForeignBucket(name: string): Promise<void> {
	const answer = await fetch(`${cloud.endpoint}/${name}`, {
		method: 'PUT',
		headers: {
			'x-moto-account-id': '210987654321',
			authorization: `AWS4-HMAC-SHA256 Credential=other/20180101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`,
		},
	});
	if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
}

describe('state in the bucket', () => {
	const BUCKET = 'locked-state';
	const shared = () =>
		session('shared', {
			...smallAnswers(cloud, 'shared-user', BUCKET),
			terraform: { lock_timeout_seconds: 1 },
		});
	const KEY = 'shared/access.tfstate';

	test('locked by somebody else ends 7 and names them; only --unlock with its id goes on', async () => {
		expect((await shared().run(['--until', 'settings'])).code).toBe(0);
		const ID = '0f3cf5a1-9c7e-4b1f-8f6c-6d2b8a9c1e77';
		const created = new Date(Date.now() - 3 * 3_600_000).toISOString();
		await cloud.aws.s3.send(
			new PutObjectCommand({
				Bucket: BUCKET,
				Key: `${KEY}.tflock`,
				Body: JSON.stringify({
					...{ ID, Operation: 'OperationTypeApply', Info: '', Who: 'ada@build-7' },
					...{ Version: '1.11.4', Created: created, Path: `${BUCKET}/${KEY}` },
				}),
			}),
		);
		const { code, failed, writes } = await shared().resume(['--until', 'state']);
		expect(code).toBe(7);
		expect(failed).toMatchObject({ fault: 'locked', exitCode: 7 });
		expect(failed?.message).toBe('The state is locked by ada@build-7 for apply, 3 hours ago.');
		expect(failed?.details).toContain(`Lock: ${ID}`);
		expect(failed?.next.join('\n')).toContain(`--unlock ${ID}`);
		// Terraform tried to make a lock of its own; the one that is there is still whole.
		expect(writes.filter(({ method }) => method === 'DELETE')).toEqual([]);
		const lock = await cloud.aws.s3.send(
			new GetObjectCommand({ Bucket: BUCKET, Key: `${KEY}.tflock` }),
		);
		expect(JSON.parse((await lock.Body?.transformToString()) ?? '{}')).toMatchObject({ ID });

		const other = '00000000-0000-4000-8000-000000000000';
		const wrong = await shared().resume(['--until', 'state', '--unlock', other]);
		expect(wrong.code).toBe(7);
		expect(await locksIn(cloud.aws.s3, BUCKET)).toEqual([`${KEY}.tflock`]);

		const right = await shared().resume(['--until', 'state', '--unlock', ID]);
		expect(right.code).toBe(0);
		expect(right.events).toContainEqual(
			expect.objectContaining({
				type: 'change',
				what: `lock ${ID} removed, as told by --unlock`,
			}),
		);
		expect(await locksIn(cloud.aws.s3, BUCKET)).toEqual([]);
	});

	test('that cannot be written at the end of an apply is handed over by the next run', async () => {
		// Somebody took a policy away: the next run has something to apply.
		const iam = (parameters: Readonly<Record<string, string>>) =>
			query(cloud.endpoint, 'iam', { Version: '2010-05-08', ...parameters });
		const attached = async () =>
			inXml(
				await iam({ Action: 'ListAttachedGroupPolicies', GroupName: 'shared-user' }),
				'PolicyArn',
			);
		const policies = await attached();
		const [PolicyArn = ''] = policies;
		await iam({ Action: 'DetachGroupPolicy', GroupName: 'shared-user', PolicyArn });

		const fail = { code: 'AccessDenied', message: 'Not now, not here', status: 403 };
		const path = new RegExp(`/${KEY}(\\?|$)`);
		const always = { times: Number.POSITIVE_INFINITY, fault: { fail } };
		cloud.proxy.setRules([{ service: 's3', method: 'PUT', path, ...always }]);
		const { code, failed } = await shared().resume(['--until', 'state']);
		cloud.proxy.setRules([]);
		expect(code).toBe(5);
		expect(failed?.message).toContain('could not save its state; it lies in errored.tfstate');
		expect(failed?.details.join('\n')).toContain('AccessDenied: Not now, not here');
		expect(existsSync(join(shared().folder('access'), 'errored.tfstate'))).toBe(true);
		expect(await locksIn(cloud.aws.s3, BUCKET)).toEqual([]);

		const next = await shared().resume(['--until', 'state']);
		expect(next.failed).toBeUndefined();
		expect(next.events).toContainEqual(
			expect.objectContaining({
				type: 'note',
				level: 'warning',
				text: expect.stringContaining('could not save is now where it belongs'),
			}),
		);
		const plan = next.events.find(({ type }) => type === 'plan');
		expect(plan?.counts).toEqual({ create: 0, update: 0, delete: 0, replace: 0 });
		expect((await attached()).sort()).toEqual(policies.sort());
		expect(existsSync(join(shared().folder('access'), 'errored.tfstate'))).toBe(false);
	});
});
