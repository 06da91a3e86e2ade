import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MotoServer, startMoto } from '../../source/practice/moto-server.ts';
import { createCloudForPracticeEndpoint } from '../../source/practice/practice-cloud-settings.ts';
import {
	type SeededResources,
	seedPracticeCloud,
} from '../../source/targets/ptfe-ami/practice/seed-cloud.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { changeInstallationRoot, writeAccessRoot, writeInstallationRoot } from './practice-root.ts';
import { recordedActions } from './recorded-actions.ts';
import { init, said, terraform } from './support.ts';

const REGION = 'eu-west-1';
const CANARY = 'Canary:in_the-mine-4711';

interface StateResource {
	type: string;
	values: Record<string, unknown>;
}

// The tests run in order: the complete life of an installation in a practice cloud.
describe('an installation against moto', () => {
	const scratch = createTemporaryDirectory();
	let moto: MotoServer;
	let seeds: SeededResources;
	let root: string;
	const logs: string[] = [];

	beforeAll(async () => {
		root = join(scratch, 'installation');
		const logPath = join(scratch, 'moto.log');
		moto = await startMoto({ cacheDir: scratch, logPath });
		seeds = await seedPracticeCloud(moto.endpoint, REGION);
		await writeInstallationRoot(root, moto.endpoint, seeds);
		const started = await init(root, environment());
		expect(started.exitCode, said(started)).toBe(0);
	});

	afterAll(async () => {
		await moto?.stop();
	});

	function environment(): NodeJS.ProcessEnv {
		return createCloudForPracticeEndpoint(moto.endpoint, REGION).childEnvironment(process.env);
	}

	/** Runs Terraform in the root, and logs its AWS calls. */
	async function run(args: readonly string[], password?: string) {
		const log = join(scratch, `calls-${logs.length}.log`);
		logs.push(log);
		const secret = password === undefined ? {} : { TF_VAR_db_password: password };
		const logging = { TF_LOG_PROVIDER: 'DEBUG', TF_LOG_PATH: log };
		return terraform(root, [...args, '-no-color'], { ...environment(), ...secret, ...logging });
	}

	async function stateResources(folder: string): Promise<StateResource[]> {
		const shown = await terraform(folder, ['show', '-json'], environment());
		const found: StateResource[] = [];
		JSON.parse(shown.stdout, (_key, value) => {
			if (value?.mode === 'managed') found.push(value);
			return value;
		});
		return found;
	}

	it('is applied from a saved plan', async () => {
		const planned = await run(['plan', '-out=first.tfplan'], CANARY);
		expect(planned.exitCode, said(planned)).toBe(0);
		const applied = await run(['apply', 'first.tfplan'], CANARY);
		expect(applied.exitCode, said(applied)).toBe(0);
	});

	it('stores the password neither in the plan nor in the state', async () => {
		const { stdout: plan } = await execa({ cwd: root })`unzip -p first.tfplan`;
		expect(plan).toContain('tfe-0123456789ab'); // the search reads the plan's text
		expect(plan).not.toContain(CANARY);

		const state = await readFile(join(root, 'terraform.tfstate'), 'utf8');
		expect(state).toContain('"password_wo_version": 1');
		expect(state).not.toContain(CANARY);
		expect(state).not.toContain(Buffer.from(CANARY).toString('base64'));
	});

	it('has no changes in a second plan without the password', async () => {
		const again = await run(['plan', '-detailed-exitcode']);
		expect(again.exitCode, said(again)).toBe(0);
	});

	it('has the outputs of the 2018 module and those that the installer requires', async () => {
		const { stdout } = await terraform(root, ['output', '-json', 'installation'], environment());
		expect(JSON.parse(stdout)).toMatchObject({
			account_id: seeds.account,
			autoscaling_group_name: 'tfe-0123456789ab',
			bucket_name: 'practice-tfe-data',
			database_host: expect.stringContaining('.rds.amazonaws.com'),
			database_name: 'atlas_production',
			database_port: 5432,
			database_username: 'atlas',
			dns_name: expect.stringContaining('.elb.amazonaws.com'),
			iam_role: 'tfe_iam_role-0123456789ab',
			installation_id: '0123456789ab',
			instance_security_group_id: expect.stringMatching(/^sg-/),
			kms_key_arn: expect.stringMatching(/^arn:aws:kms:eu-west-1:\d{12}:key\//),
			kms_key_id: expect.stringMatching(/^arn:aws:kms:/),
			load_balancer_arn: expect.stringMatching(/^arn:aws:elasticloadbalancing:/),
			redis_host: '',
			redis_port: null,
			region: REGION,
			target_group_arn: expect.stringMatching(/^arn:aws:elasticloadbalancing:/),
			url: `https://${seeds.fqdn}`,
			vpc_id: expect.stringMatching(/^vpc-/),
			zone_id: expect.any(String),
		});
	});

	it('can be changed in place', async () => {
		await changeInstallationRoot(root, seeds);
		const applied = await run(['apply', '-auto-approve']);
		expect(applied.exitCode, said(applied)).toBe(0);
		expect(applied.stdout).toMatch(/Resources: 1 added, [1-9]\d* changed, 0 destroyed/);
		const again = await run(['plan', '-detailed-exitcode']);
		expect(again.exitCode, said(again)).toBe(0);
	});

	it('is destroyed completely', async () => {
		const destroyed = await run(['destroy', '-auto-approve']);
		expect(destroyed.exitCode, said(destroyed)).toBe(0);
		expect(await stateResources(root)).toEqual([]);
	});

	it('calls only actions that the minimum IAM user is allowed', async () => {
		const folder = join(scratch, 'access');
		await writeAccessRoot(folder, moto.endpoint, REGION);
		const started = await init(folder, environment());
		expect(started.exitCode, said(started)).toBe(0);
		const applied = await terraform(folder, ['apply', '-auto-approve', '-no-color'], environment());
		expect(applied.exitCode, said(applied)).toBe(0);
		const again = await terraform(
			folder,
			['plan', '-detailed-exitcode', '-no-color'],
			environment(),
		);
		expect(again.exitCode, said(again)).toBe(0);

		const policies = (await stateResources(folder)).filter(({ type }) => type === 'aws_iam_policy');
		const allowed = new Set(
			policies.flatMap(({ values }) =>
				JSON.parse(String(values.policy)).Statement.flatMap(
					(statement: { Action: string[] }) => statement.Action,
				),
			),
		);
		const called = await recordedActions(logs);
		expect(called.size).toBeGreaterThan(120);
		expect([...called].filter((action) => !allowed.has(action)).sort()).toEqual([]);

		const destroyed = await terraform(
			folder,
			['destroy', '-auto-approve', '-no-color'],
			environment(),
		);
		expect(destroyed.exitCode, said(destroyed)).toBe(0);
	});
});
