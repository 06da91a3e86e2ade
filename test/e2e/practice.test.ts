import {
	copyFileSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import {
	DescribeNatGatewaysCommand,
	DescribeSubnetsCommand,
	DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { DescribeParametersCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedPracticeCloud } from '../../source/targets/ptfe-ami/practice/seed-cloud.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { waitFor } from '../helpers/wait-for.ts';
import {
	type ComparedInstallation,
	expectSamePlan,
	expectSameWorkspace,
	recordNetworkNames,
} from './helpers/compare-installations.ts';
import { describeRekey } from './helpers/describe-rekey.ts';
import { expectSafeBucket } from './helpers/expect-safe-bucket.ts';
import {
	findSecret,
	listEncodings,
	readFilesBelow,
	type SearchTarget,
} from './helpers/find-secrets.ts';
import { type PracticeRun, runNpmPractice } from './helpers/npm-practice.ts';
import {
	listTerraformProcesses,
	readProcessEnvironment,
	watchProcesses,
} from './helpers/process-list.ts';
import { runWizard, startWizard } from './helpers/run-wizard.ts';
import { readState, runTerraformByHand } from './helpers/terraform-cli.ts';
import * as cloud from './helpers/test-cloud.ts';

const STACKS = ['network', 'install'] as const;
const STATE_BUCKET = 'practice-tfe-state-123456789012';
const DATA_BUCKET = 'tfe-tfe.practice.example-data';
const CANARY = 'Canary-of:the_4711-mine';

// The tests run in order: one practice installation, checked in every respect.
const home = createTemporaryDirectory();
/** Temporary files of the program and of Terraform, to be searched. */
const TMPDIR = join(home, 'tmp');
const plans = join(home, 'kept');
const folder = join(home, 'sessions/practice');
const workspace = (stack: string) => join(folder, 'workspace', stack);
const printed: string[] = [];
let processes: ReturnType<typeof watchProcesses>;
let first: PracticeRun;
let endpoint: string;
let clients: ReturnType<typeof cloud.createLookupClients>;
let password: string;

beforeAll(async () => {
	for (const made of [TMPDIR, plans]) mkdirSync(made);
	processes = watchProcesses();
	first = await runNpmPractice(home, plans, { TMPDIR });
	printed.push(first.out, first.err);
	endpoint = /practice cloud \(.*\) at (http:\S+)/.exec(first.out)?.[1] ?? '';
	clients = cloud.createLookupClients(endpoint);
});

afterAll(async () => {
	processes?.stop();
	await runWizard(['practice', '--stop', '--home', home]);
});

async function run(...argv: string[]) {
	const ended = await runWizard(argv, { env: { TMPDIR } });
	printed.push(ended.out, ended.err);
	return ended;
}

/** All printed output and all recorded command lines. */
function said(): SearchTarget[] {
	return [
		{ where: 'the printed output', bytes: Buffer.from(printed.join('\n')) },
		{ where: 'the process list', bytes: Buffer.from([...processes.lines].join('\n')) },
	];
}

/** Of every recorded process; Terraform's contains the password by design. */
function environments(): SearchTarget {
	const bytes = Buffer.from([...processes.environments].join('\n'));
	return { where: 'the environments', bytes };
}

/** Without the compile cache of Node. */
function temporaryFiles(): string[] {
	return readFilesBelow(TMPDIR).flatMap(({ where }) =>
		where.includes('node-compile-cache') ? [] : [where],
	);
}

describe('npm run practice', () => {
	it('exits 0 without a terminal, and prints outputs and a summary', () => {
		expect(first).toMatchObject({ code: 0, err: '' });
		expect(first.out).toMatch(/^PRACTICE Outputs$/m);
		expect(first.output('install.url')).toBe('https://tfe.practice.example');
		expect(first.output('network.vpc_id')).toMatch(/^vpc-[0-9a-f]+$/);
		expect(first.out).toMatch(/^PRACTICE Session practice finished after /m);
		const begun = / session practice: (.*); directory /.exec(first.out)?.[1] ?? '';
		expect(begun.split(', ')).toEqual([
			...['preflight', 'network', 'access', 'state', 'settings', 'install'],
			...['bootstrap', 'rekey', 'backup'],
		]);
	});

	it('marks every printed line', () => {
		const lines = first.out.split('\n').filter((line) => line.trim() !== '');
		expect(lines.length).toBeGreaterThan(30);
		expect(lines.filter((line) => !line.startsWith('PRACTICE '))).toEqual([]);
	});

	it('runs the real terraform and provider, and leaves no process or temporary file', () => {
		const lines = [...processes.lines];
		for (const stack of STACKS)
			expect(lines.filter((line) => line.startsWith('terraform apply '))).toContainEqual(
				expect.stringContaining(join(folder, 'plans', `${stack}.tfplan`)),
			);
		expect(lines.join('\n')).toMatch(/terraform-provider-aws_v[\d.]+/);
		expect(listTerraformProcesses(home)).toEqual([]);
		expect(temporaryFiles()).toEqual([]);
	});
});

describe('the practice cloud after the run', () => {
	it('has a network in two zones', async () => {
		const { ec2 } = clients;
		const Filters = [{ Name: 'tag:Name', Values: ['practice'] }];
		const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({ Filters }));
		expect(Vpcs).toMatchObject([{ CidrBlock: '10.20.0.0/16' }]);
		const inVpc = [{ Name: 'vpc-id', Values: [Vpcs[0]?.VpcId ?? ''] }];
		const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters: inVpc }));
		const zonesOf = (ids: string) =>
			Subnets.filter(({ SubnetId = '' }) => ids.includes(SubnetId)).map((s) => s.AvailabilityZone);
		for (const ids of ['network.elb_subnet_ids', 'network.data_subnet_ids'])
			expect(new Set(zonesOf(first.output(ids))).size, ids).toBe(2);
		expect(Subnets).toHaveLength(4);
		const { NatGateways } = await ec2.send(new DescribeNatGatewaysCommand({ Filter: inVpc }));
		expect(NatGateways?.map(({ State }) => State)).toEqual(['available', 'available']);
	});

	it('has a database encrypted with the KMS key of the installation', async () => {
		const { DBInstances } = await clients.rds.send(new DescribeDBInstancesCommand({}));
		const KmsKeyId = first.output('install.kms_key_arn');
		expect(DBInstances).toMatchObject([
			{ Engine: 'postgres', StorageEncrypted: true, KmsKeyId, PubliclyAccessible: false },
		]);
	});

	it('stores the state of all stacks in a versioned, encrypted, private bucket', async () => {
		await expectSafeBucket(clients.s3, STATE_BUCKET);
		const versions = await cloud.listObjectVersions(clients.s3, STATE_BUCKET);
		const states = versions.filter(({ key, latest }) => latest && key.endsWith('.tfstate'));
		expect(states.map(({ key }) => key).sort()).toEqual(
			['practice/install.tfstate', 'practice/network.tfstate'].sort(),
		);
		for (const { bytes, encryption } of states) {
			expect(JSON.parse(bytes.toString()).resources.length).toBeGreaterThan(20);
			expect(encryption).toBe('aws:kms');
		}
		expect(await cloud.listStateLocks(clients.s3, STATE_BUCKET)).toEqual([]);
		// The moved state leaves an empty file.
		expect(statSync(join(workspace('network'), 'terraform.tfstate')).size).toBe(0);
	});

	it('has the setup object, encrypted with the KMS key of the installation', async () => {
		const setup = await cloud.readSetupObject(clients.s3, DATA_BUCKET);
		expect(setup).toMatchObject({
			encryption: 'aws:kms',
			kmsKey: first.output('install.kms_key_arn'),
		});
		const text = setup?.bytes.toString();
		expect(text).toContain(`DATABASE_HOST=$'${first.output('install.database_host')}:5432'`);
		expect(text).toContain(`BUCKET_URL=$'${DATA_BUCKET}'`);
		password = cloud.parseDatabasePassword(setup ?? { bytes: Buffer.alloc(0) });
		expect(password).toMatch(/^[\w:-]{32}$/);
		// The password parameter is deleted.
		expect(await clients.ssm.send(new DescribeParametersCommand({}))).toMatchObject({
			Parameters: [],
		});
	});

	it('has the instance registered behind the load balancer', async () => {
		const elb = (Action: string, more: Record<string, string>) =>
			cloud.sendQuery(endpoint, 'elasticloadbalancing', { Action, Version: '2015-12-01', ...more });
		const groups = await cloud.sendQuery(endpoint, 'autoscaling', {
			...{ Action: 'DescribeAutoScalingGroups', Version: '2011-01-01' },
		});
		const instances = cloud.extractXmlValues(groups, 'InstanceId');
		expect(instances).toHaveLength(1);
		const TargetGroupArn = first.output('install.target_group_arn');
		const health = await elb('DescribeTargetHealth', { TargetGroupArn });
		expect(cloud.extractXmlValues(health, 'Id')).toEqual(instances);
		expect(cloud.extractXmlValues(health, 'State')).toEqual(['healthy']);
		const LoadBalancerArn = first.output('install.load_balancer_arn');
		const listeners = await elb('DescribeListeners', { LoadBalancerArn });
		expect(cloud.extractXmlValues(listeners, 'Protocol')).toEqual(
			expect.arrayContaining(['HTTPS', 'HTTP']),
		);
		expect(cloud.extractXmlValues(listeners, 'TargetGroupArn')).toContain(TargetGroupArn);
	});
});

describe('the installation after the run', () => {
	it.each(STACKS)('has no changes in a manual terraform plan of %s', async (stack) => {
		const plan = await runTerraformByHand(
			workspace(stack),
			'plan',
			'-detailed-exitcode',
			'-input=false',
		);
		printed.push(plan.out, plan.err);
		expect(plan, plan.out + plan.err).toMatchObject({ code: 0 });
	});

	it('does not change when the session is run again', async () => {
		const look = async () => ({
			states: await Promise.all(STACKS.map((stack) => readState(workspace(stack)))),
			setup: await cloud.readSetupObject(clients.s3, DATA_BUCKET),
		});
		const before = await look();
		const again = await run('practice', '--keep', '--output', 'json', '--home', home);
		expect(again).toMatchObject({ code: 0, err: '' });
		expect(await look()).toEqual(before);
		const found = again.events.filter(({ type }) => type === 'plan');
		expect(found).toHaveLength(STACKS.length);
		for (const { counts } of found)
			expect(counts).toEqual({ create: 0, update: 0, delete: 0, replace: 0 });
		expect(again.events.filter(({ state }) => state === 'made')).toEqual([]);

		// In JSON, every line is an object with its type, its time and the practice mark.
		expect(again.out.trimEnd().split('\n')).toHaveLength(again.events.length);
		for (const event of again.events) {
			expect(event).toMatchObject({ v: 1, practice: true, type: expect.any(String) });
			expect(new Date(String(event.time)).toISOString()).toBe(event.time);
		}
	});

	it('contains the password only in the setup object', async () => {
		const { Buckets = [] } = await clients.s3.send(new ListBucketsCommand({}));
		expect(Buckets.map(({ Name }) => Name).sort()).toEqual([STATE_BUCKET, DATA_BUCKET].sort());
		const objects = [
			...(await cloud.listObjectVersions(clients.s3, STATE_BUCKET)),
			...(await cloud.listObjectVersions(clients.s3, DATA_BUCKET)),
		];
		const [setup, others] = [true, false].map((is) =>
			objects.filter(({ key }) => (key === cloud.SETUP_OBJECT) === is),
		);
		const files = readFilesBelow(home);
		// The search finds every form of the password, and covers the expected files.
		expect(findSecret(password, setup ?? [])).toContain(`${setup?.[0]?.where} (plain)`);
		for (const [form, text] of listEncodings(password)) {
			const found = findSecret(password, [{ where: 'here', bytes: Buffer.from(`x${text}x`) }]);
			expect(found).toContain(`here (${form})`);
		}
		const names = files.map(({ where }) => where);
		for (const stack of STACKS) expect(names).toContain(`inside ${join(plans, stack)}.tfplan`);
		for (const name of ['journal.jsonl', 'session.json', 'logs/events.jsonl'])
			expect(names).toContain(join(folder, name));
		expect(others?.filter(({ key }) => key.endsWith('.tfstate')).length).toBeGreaterThan(3);
		expect(findSecret(password, [...files, ...(others ?? []), ...said()])).toEqual([]);
	});
});

describeRekey({
	...{ home, folder, run, bucket: DATA_BUCKET },
	clients: () => clients,
	firstOutput: () => first.out,
	searchTargets: () => [...said(), environments()],
});

describe('its exported answers, in another home with a new practice cloud', () => {
	const other = join(home, 'other');
	const here: ComparedInstallation = { folder, plans, names: new Map() };
	const there: ComparedInstallation = {
		folder: join(other, 'sessions/practice'),
		plans: join(other, 'kept'),
		names: new Map(),
	};
	let fresh: Awaited<ReturnType<typeof cloud.startTestCloud>>;
	let answers: string;

	beforeAll(async () => {
		fresh = await cloud.startTestCloud();
		const exported = await run('answers', 'export', '--session', 'practice', '--home', home);
		expect(exported).toMatchObject({ code: 0, err: '' });
		answers = exported.out;
		for (const [side, at] of [[here, endpoint] as const, [there, fresh.endpoint] as const]) {
			const seeds = await seedPracticeCloud(at, cloud.REGION);
			side.names.set(seeds.certificateArn, 'CERTIFICATE').set(seeds.zoneId, 'ZONE');
			side.names.set(at, 'ENDPOINT');
		}
		const [mine, theirs] = [[...here.names.keys()], [...there.names.keys()]];
		for (const [index, id] of mine.entries())
			answers = answers.replaceAll(id, () => theirs[index] ?? '');
		for (const made of [other, there.plans]) mkdirSync(made);
		writeFileSync(join(other, 'exported.yaml'), answers);
	});

	afterAll(() => fresh?.stop());

	const practice = (...more: string[]) => [
		...['practice', '--cloud', fresh.endpoint, '--home', other, '--output', 'json', ...more],
	];

	it('give the same network plan without a question', async () => {
		const file = join(other, 'exported.yaml');
		const flags = ['--answers', file, '--until', 'settings', '--approve', 'create'];
		const running = await startWizard(practice(...flags), { env: { TMPDIR } });
		// Deleted after the apply.
		const { file: plan } = await running.waitForEvent(({ type }) => type === 'plan');
		copyFileSync(String(plan), join(there.plans, 'network.tfplan'));
		const made = await running.result;
		printed.push(made.out, made.err);
		expect(made).toMatchObject({ code: 0, err: '' });
		await expectSamePlan('network', here, there);
		const done = running.events().find(({ type }) => type === 'run.done');
		const outputs = (done?.outputs ?? {}) as Record<string, unknown>;
		recordNetworkNames(here, first.output);
		recordNetworkNames(there, (name) => String(outputs[name]));
		expectSameWorkspace('network', here, there);
	});

	it('give the same installation plan, and a given password is in no file, state or output', async () => {
		const file = join(other, 'given.yaml');
		writeFileSync(file, answers.replace('{ generate: {} }', '{ env: PRACTICE_CANARY }'));
		expect(readFileSync(file, 'utf8')).toContain('db_password: { env: PRACTICE_CANARY }');
		const argv = practice('--answers', file, '--replay', '--approve', 'none');
		const running = await startWizard(argv, { env: { TMPDIR, PRACTICE_CANARY: CANARY } });
		// Only the environment of the Terraform that plans the installation contains it.
		const planning = await waitFor('the plan of the installation', () =>
			listTerraformProcesses(join(there.folder, 'workspace/install')).find(({ command }) =>
				command.startsWith('terraform plan '),
			),
		);
		expect(readProcessEnvironment(planning.pid)).toContain(`TF_VAR_db_password=${CANARY}`);
		const ended = await running.result;
		printed.push(ended.out, ended.err);
		expect(running.events().at(-1)).toMatchObject({ fault: 'refused', exitCode: 6 });
		expect(readdirSync(`${there.folder}/plans`).sort()).toEqual(
			['install.tfplan', 'install.txt', 'network.txt'].sort(),
		);
		copyFileSync(join(there.folder, 'plans/install.tfplan'), join(there.plans, 'install.tfplan'));
		await expectSamePlan('install', here, there);
		expectSameWorkspace('install', here, there);
		const files = readFilesBelow(other);
		const plan = files.find(({ where }) => where === `inside ${there.plans}/install.tfplan`);
		expect(plan?.bytes.includes('tfe.practice.example')).toBe(true);
		const states = await cloud.listObjectVersions(
			cloud.createLookupClients(fresh.endpoint).s3,
			STATE_BUCKET,
		);
		expect(states.length).toBeGreaterThan(0);
		for (const secret of [CANARY, password])
			expect(findSecret(secret, [...files, ...states, ...said()])).toEqual([]);
		expect(temporaryFiles()).toEqual([]);
	});
});

describe('practice --stop', () => {
	it('stops a practice cloud that was kept running', async () => {
		const stopped = await run('practice', '--stop', '--home', home);
		expect(stopped).toMatchObject({ code: 0, err: '' });
		await expect(fetch(`${endpoint}/moto-api/`)).rejects.toThrow();
	});
});
