import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { getProcessStartTime } from '../../source/engine/process-start-time.ts';
import type { FaultProxy, FaultRule } from '../doubles/fault-proxy.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { startAwsFormRecorder } from './helpers/aws-form-recorder.ts';
import { type RecordedChild, recordEnvironments } from './helpers/environment-recorder.ts';
import {
	type AnswersFile,
	createFaultSession,
	createSmallAnswers,
	type FaultCloud,
	type PracticeResult,
	startFaultCloud,
	toPracticeResult,
} from './helpers/fault-cloud.ts';
import {
	type KillableRun,
	type KillTrigger,
	listAppliedResources,
	listManagedAddresses,
	onResourceCreation,
	onTerraformCommand,
	readLocalState,
	runUntilKilled,
	startAndWait,
} from './helpers/kill-run.ts';
import { listTerraformProcesses } from './helpers/process-list.ts';
import { runWizard, startWizard, type WizardOptions } from './helpers/run-wizard.ts';
import { readState, runTerraformByHand } from './helpers/terraform-cli.ts';
import { listStateLocks, parseDatabasePassword, readSetupObject } from './helpers/test-cloud.ts';

// Two sessions, each repeatedly refused, interrupted or killed, and then resumed; the tests run in
// order. kill.long.test.ts has more kill points, and interrupt.long.test.ts those of a network.

const FOR_EVER = new Promise(() => {});
/** Longer than the time between two deliveries of one ctrl-c. */
const ANOTHER_INTERRUPT_MS = 700;
const NOTHING_TO_DO = { create: 0, update: 0, delete: 0, replace: 0 };

let cloud: FaultCloud;
let recorder: Awaited<ReturnType<typeof startAwsFormRecorder>>;
const home = createTemporaryDirectory();
/** Number of calls before the current run. */
let earlierCalls = 0;

beforeAll(async () => {
	cloud = await startFaultCloud();
	recorder = await startAwsFormRecorder(cloud.proxy.endpoint);
});
afterEach(() => cloud.proxy.setRules([]));
afterAll(async () => {
	await recorder?.stop();
	await cloud?.stop();
});

/** A session whose calls go through the recorder, then through the proxy. */
function session(name: string, bucket: string, access: object | 'current', until: string) {
	const answers: AnswersFile = {
		...createSmallAnswers(cloud, 'unused', bucket),
		access,
		// An abandoned lock is not released by waiting.
		terraform: { lock_timeout_seconds: 1 },
	};
	const made = createFaultSession(cloud, home, name, answers);
	const through = (word: string) => (word === cloud.proxy.endpoint ? recorder.endpoint : word);
	const argv = [...made.argv.map(through), '--until', until];
	const begin = (rules: readonly FaultRule[]) => {
		cloud.proxy.setRules(rules);
		earlierCalls = cloud.proxy.calls.length;
	};
	return {
		...made,
		argv,
		bucket,
		async run(
			rules: readonly FaultRule[] = [],
			more: readonly string[] = [],
		): Promise<PracticeResult> {
			begin(rules);
			const ended = await runWizard([...argv, ...more]);
			return toPracticeResult(ended, cloud.proxy.calls.slice(earlierCalls));
		},
		async kill(moment: Omit<KillTrigger, 'description'>) {
			begin(moment.rules ?? []);
			const { signal, events } = await runUntilKilled(argv, made.root, {
				description: '',
				...moment,
			});
			expect(signal).toBe('SIGKILL');
			cloud.proxy.setRules([]);
			return events;
		},
		/** Interrupts a run at a moment, with a SIGINT unless `signal` does something else. */
		async interrupt(
			moment: Omit<KillTrigger, 'description'>,
			signal: (run: KillableRun) => unknown = (run) => run.child.kill('SIGINT'),
		) {
			begin(moment.rules ?? []);
			const run = await startAndWait(argv, made.root, { description: '', ...moment });
			await signal(run);
			const ended = await run.result;
			cloud.proxy.setRules([]);
			const events = run.events();
			expect(ended, ended.out + ended.err).toMatchObject({ code: 130, signal: null });
			expect(events.at(-1)).toMatchObject({
				type: 'run.failed',
				fault: 'cancelled',
				exitCode: 130,
				next: expect.arrayContaining([expect.stringContaining(made.command)]),
			});
			expect(listTerraformProcesses(made.root)).toEqual([]);
			expect(await listStateLocks(cloud.aws.s3, bucket)).toEqual([]);
			expect(existsSync(join(made.root, 'lock'))).toBe(false);
			return { events, interrupts: events.filter(({ type }) => type === 'interrupt') };
		},
	};
}

const notesOf = (events: PracticeResult['events']) =>
	events.filter(({ type }) => type === 'note').map(({ text }) => String(text));
const planOf = (events: PracticeResult['events'], stack: string) =>
	events.find((one) => one.type === 'plan' && one.stack === stack);

/** Resolves when a rule holds a call of this run. */
const callIsHeld: KillTrigger['wait'] = (run) =>
	run.waitFor('a call that is held', () => cloud.proxy.calls.slice(earlierCalls).some(isHeld));

/** Resolves when only resources of these types are being created. */
const nothingBut =
	(stack: string, ...types: readonly string[]): KillTrigger['wait'] =>
	(run) =>
		run.waitFor(`nothing but ${types}`, () => {
			const { inFlight } = listAppliedResources(run.events(), stack);
			return inFlight.length > 0 && inFlight.every((one) => types.includes(typeOf(one)));
		});

describe('a session whose first state is a local file', () => {
	const USER = 'interrupted-user';
	const STATE_KEY = 'user/access.tfstate';
	const ATTACHMENT = 'aws_iam_group_policy_attachment';
	const MEMBERSHIP = 'aws_iam_user_group_membership';
	const user = () => session('user', 'interrupted-state', { user: { name: USER } }, 'settings');
	const state = () => listManagedAddresses(readLocalState(user().root, 'access'));
	const lockFile = () => join(user().folder('access'), '.terraform.tfstate.lock.info');
	const hold = (action: string): FaultRule => ({
		...{ action, times: Infinity, fault: { hold: FOR_EVER } },
	});

	it('ends immediately when interrupted while AWS does not respond', async () => {
		const { interrupts } = await user().interrupt({
			rules: [hold('DescribeRegions')],
			wait: callIsHeld,
		});
		expect(interrupts).toHaveLength(1);
	});

	it('kills an init that ignores SIGINT at the second interrupt', async () => {
		const pid = join(home, 'init.pid');
		const run = await startWizard(user().argv, deafInit(pid));
		await waitFor('the fake init to start', () => existsSync(pid) && readFileSync(pid).length > 0);
		run.child.kill('SIGINT');
		await run.waitForEvent(({ type }) => type === 'interrupt');
		// Two within half a second count as one: repeated until the second is reported.
		const again = setInterval(() => run.child.kill('SIGINT'), ANOTHER_INTERRUPT_MS);
		await waitFor('the second interrupt', () => interruptsOf(run.events()) === 2);
		clearInterval(again);
		expect(await run.result).toMatchObject({ code: 130, signal: null });
		expect(getProcessStartTime(Number(readFileSync(pid, 'utf8')))).toBeUndefined();
	});

	it('deletes the plan file of an interrupted plan', async () => {
		await user().interrupt({ wait: onTerraformCommand('access', 'plan') });
		expect(existsSync(join(user().root, 'plans/access.tfplan'))).toBe(false);
	});

	it('ends an apply at a safe point, and counts two simultaneous signals once', async () => {
		const { events, interrupts } = await user().interrupt(
			{
				rules: [hold('AddUserToGroup'), hold('AttachGroupPolicy')],
				wait: nothingBut('access', ATTACHMENT, MEMBERSHIP),
			},
			(run) => {
				// The kernel may merge two equal signals.
				for (const signal of ['SIGINT', 'SIGTERM'] as const) run.child.kill(signal);
			},
		);
		expect(interrupts).toHaveLength(1);
		const { done } = listAppliedResources(events, 'access');
		expect(done).toContain('aws_iam_user.deploy');
		expect(state()).toEqual(done);
		expect(existsSync(lockFile())).toBe(false);
	});

	it('ends with 5, the resource, the AWS error and the log when AWS rejects a call', async () => {
		const WORDS = 'You are not authorized to perform iam:AttachGroupPolicy';
		const fail = { code: 'AccessDenied', message: WORDS, status: 403 };
		const before = state();
		const { code, err, failed, events } = await user().run([
			{ action: 'AttachGroupPolicy', fault: { fail } },
		]);
		expect({ code, err }).toEqual({ code: 5, err: '' });
		expect(failed).toMatchObject({ fault: 'command', kind: 'outside', exitCode: 5 });
		expect(failed?.message).toContain(`${ATTACHMENT}.`);
		expect(failed?.details.join('\n')).toContain(WORDS);
		expect(failed?.details.join('\n')).toMatch(/identity\.tf:\d+:\d+/);
		expect(readFileSync(failed?.log ?? '', 'utf8')).toContain(WORDS);
		expect(failed?.next[0]).toContain(user().command);
		const refused = events.filter(({ type, phase }) => type === 'resource' && phase === 'failed');
		expect(refused.map(({ address }) => typeOf(String(address)))).toEqual([ATTACHMENT]);
		expect(planOf(events, 'access')?.counts).toMatchObject({ ...NOTHING_TO_DO, create: 6 });
		expect(state()).toHaveLength(before.length + 5);
	});

	it('ends with 5 and changes nothing when AWS rejects a call of a plan', async () => {
		const fail = { code: 'AccessDenied', message: 'not authorized: iam:GetGroup', status: 403 };
		const before = state();
		const { code, failed, writes } = await user().run([
			{ action: 'GetGroup', times: Infinity, fault: { fail } },
		]);
		expect(code).toBe(5);
		expect(failed?.message).toContain('aws_iam_group.deploy');
		expect(failed?.details.join('\n')).toContain(fail.message);
		expect(existsSync(failed?.log ?? '')).toBe(true);
		expect(failed?.next[0]).toContain(user().command);
		expect(writes).toEqual([]);
		expect(state()).toEqual(before);
	});

	it('resumes after a power cut during an apply, which left its lock file', async () => {
		const before = state();
		await user().kill({
			rules: [hold('AttachGroupPolicy')],
			wait: nothingBut('access', ATTACHMENT),
			powerCut: true,
		});
		expect(existsSync(lockFile())).toBe(true);
		expect(state()).toEqual(before);
	});

	it('waits for the apply of a killed run, and creates nothing twice', async () => {
		const { promise, resolve: release } = Promise.withResolvers<void>();
		const first = await user().kill({
			rules: [{ action: 'AttachGroupPolicy', times: Infinity, fault: { hold: promise } }],
			wait: callIsHeld,
		});
		expect(planOf(first, 'access')?.counts).toEqual({ ...NOTHING_TO_DO, create: 1 });
		expect(listTerraformProcesses(user().folder('access'))).not.toEqual([]);

		// It waits for that apply, plans, and is killed while it copies the state.
		const second = await user().kill({
			rules: [
				{ service: 's3', method: 'PUT', path: /access\.tfstate(\?|$)/, fault: { hold: FOR_EVER } },
			],
			async wait(run) {
				await run.waitForEvent(
					({ type, text }) => type === 'note' && /\(process \d+\)/.test(String(text)),
				);
				release();
				await callIsHeld(run);
			},
			powerCut: true,
		});
		expect(planOf(second, 'access')?.counts).toEqual(NOTHING_TO_DO);
	});

	it('ends with 7 because of the lock that the power cut left, and completes with --unlock', async () => {
		const { s3 } = cloud.aws;
		const { code, failed, writes } = await user().run();
		expect(code).toBe(7);
		const facts = [failed?.message, failed?.details].flat().join('\n');
		expect(facts).toMatch(/\S+@\S+/);
		expect(facts).toContain(`Path: ${user().bucket}/${STATE_KEY}`);
		const lock = /^Lock: (\S+)$/m.exec(facts)?.[1] ?? '';
		expect(failed?.next.join('\n')).toContain(`--unlock ${lock}`);
		expect(writes.filter(({ method }) => method === 'DELETE')).toEqual([]);
		expect(await listStateLocks(s3, user().bucket)).toEqual([`${STATE_KEY}.tflock`]);

		const ended = await user().run([], ['--unlock', lock]);
		expect(ended, ended.out).toMatchObject({ code: 0, err: '' });
		expect(await listStateLocks(s3, user().bucket)).toEqual([]);
	});

	it('has each resource once in AWS and in the state, and no changes in a manual plan', async () => {
		const { addresses } = await readState(user().folder('access'));
		const managed = addresses.filter((one) => !one.startsWith('data.'));
		const count = (type: string) => managed.filter((one) => typeOf(one) === type).length;
		expect(new Set(managed).size).toBe(managed.length);
		expect(count('aws_iam_policy')).toBeGreaterThan(4);
		for (const [action, type] of [
			['CreateUser', 'aws_iam_user'],
			['CreateGroup', 'aws_iam_group'],
			['CreatePolicy', 'aws_iam_policy'],
			['AttachGroupPolicy', ATTACHMENT],
			['AddUserToGroup', MEMBERSHIP],
		] as const)
			expect([action, done(action)]).toEqual([action, count(type)]);
		const plan = await runTerraformByHand(user().folder('access'), 'plan', '-detailed-exitcode');
		expect(plan, plan.out + plan.err).toMatchObject({ code: 0 });
		expect(listTerraformProcesses(home)).toEqual([]);
	});
});

describe('a session that installs', () => {
	const DATABASE = 'aws_db_instance.main[0]';
	const BUCKET = 'database-state';
	const STATE_KEY = 'database/install.tfstate';
	const WORDS = 'DB Instance quota exceeded';
	const database = () => session('database', BUCKET, 'current', 'bootstrap');
	const dataBucket = () => `tfe-${cloud.seeds.fqdn}-data`;
	const setup = () => readSetupObject(cloud.aws.s3, dataBucket());
	let record: ReturnType<typeof recordEnvironments>;
	/** All processes started by the run that used the password. */
	let children: RecordedChild[];
	let lock = '';

	beforeAll(() => {
		record = recordEnvironments(['terraform', 'ssh', 'fallocate', 'ps']);
	});
	afterAll(() => record.end());

	it('can be killed while its state bucket is being configured', async () => {
		await database().kill({
			rules: [{ service: 's3', method: 'PUT', path: /versioning/, fault: { hold: FOR_EVER } }],
			wait: callIsHeld,
		});
	});

	it('leaves no lock and no setup object when AWS rejects the database', async () => {
		const fail = { code: 'InstanceQuotaExceeded', message: WORDS };
		const { code, failed } = await database().run([
			{ action: 'CreateDBInstance', fault: { fail } },
		]);
		expect(code).toBe(5);
		expect(failed?.message).toContain(DATABASE);
		expect(failed?.details.join('\n')).toContain(`InstanceQuotaExceeded: ${WORDS}`);
		expect(readFileSync(failed?.log ?? '', 'utf8')).toContain(WORDS);
		expect(failed?.next[0]).toContain(database().command);
		expect(await listStateLocks(cloud.aws.s3, BUCKET)).toEqual([]);
		expect(await setup()).toBeUndefined();
		expect((await readState(database().folder('install'))).addresses.length).toBeGreaterThan(10);
	});

	it('ends with 7 and reports the lock after a power cut during database creation', async () => {
		const events = await database().kill({
			rules: [{ action: 'CreateDBInstance', fault: { hold: FOR_EVER } }],
			wait: async (run) => {
				await onResourceCreation('install', DATABASE)(run);
				await callIsHeld(run);
			},
			powerCut: true,
		});
		expect(planOf(events, 'install')).toMatchObject({
			counts: { update: 0, delete: 0, replace: 0 },
		});
		const { code, failed } = await database().run();
		expect(code).toBe(7);
		lock = /^Lock: (\S+)$/m.exec([failed?.details].flat().join('\n'))?.[1] ?? '';
		expect(failed?.next.join('\n')).toContain(`--unlock ${lock}`);
		expect(await listStateLocks(cloud.aws.s3, BUCKET)).toEqual([`${STATE_KEY}.tflock`]);
	});

	it('can be interrupted while the database is being created', async () => {
		// Terraform polls the status of the database until the interrupt.
		await database().interrupt({
			rules: [{ action: 'DescribeDBInstances', times: Infinity, fault: { hold: FOR_EVER } }],
			wait: onResourceCreation('install', DATABASE),
			extraArguments: ['--unlock', lock],
			options: { env: { PATH: record.PATH } },
		});
		children = record.children();
		const { DBInstances } = await cloud.aws.rds.send(new DescribeDBInstancesCommand({}));
		expect(DBInstances).toHaveLength(1);
	});

	it('keeps that database in the next run, which is killed before the setup object is written', async () => {
		const events = await database().kill({
			rules: [{ service: 's3', method: 'PUT', path: /tfe-setup-data/, fault: { hold: FOR_EVER } }],
			wait: callIsHeld,
		});
		expect(notesOf(events).join('\n')).toContain(DATABASE);
		const destroys = planOf(events, 'install')?.destroys as string[];
		// An interrupted, empty volume may be recreated; the database must not.
		expect(destroys.filter((one) => typeOf(one) !== 'aws_ebs_volume')).toEqual([]);
		expect(await setup()).toBeUndefined();
	});

	it('completes in the next run, whose plan has no changes', async () => {
		const ended = await database().run();
		expect(ended, ended.out).toMatchObject({ code: 0, err: '' });
		expect(planOf(ended.events, 'install')?.counts).toEqual(NOTHING_TO_DO);
		expect(await listStateLocks(cloud.aws.s3, BUCKET)).toEqual([]);
		expect(listTerraformProcesses(home)).toEqual([]);
	});

	it('has each resource once in AWS and in the state, and no changes in a manual plan', async () => {
		const { addresses } = await readState(database().folder('install'));
		expect(addresses.filter((one) => !one.startsWith('data.'))).toHaveLength(34);
		for (const action of [
			...['CreateDBInstance', 'CreateLoadBalancer', 'CreateAutoScalingGroup', 'CreateKey'],
		])
			expect([action, done(action)]).toEqual([action, 1]);
		const { Buckets = [] } = await cloud.aws.s3.send(new ListBucketsCommand({}));
		expect(Buckets.map(({ Name }) => Name).sort()).toEqual(
			[BUCKET, 'interrupted-state', dataBucket()].sort(),
		);
		const plan = await runTerraformByHand(
			database().folder('install'),
			'plan',
			'-detailed-exitcode',
		);
		expect(plan, plan.out + plan.err).toMatchObject({ code: 0 });
	});

	it('has one password, which the database was created with and the setup object contains', async () => {
		const used = recorder.asked('CreateDBInstance', 'MasterUserPassword');
		expect(new Set(used)).toEqual(new Set([parseDatabasePassword((await setup()) ?? noObject)]));
		expect(recorder.asked('ModifyDBInstance', 'MasterUserPassword')).toEqual([]);
	});

	it.runIf(process.platform === 'linux')(
		'passes the password only to the plan and the apply that use it',
		async () => {
			const password = parseDatabasePassword((await setup()) ?? noObject);
			const commandOf = ({ args }: RecordedChild) => args.split(' ')[0];
			const holders = children.filter(({ args, environment }) =>
				[args, ...environment].some((text) => text.includes(password)),
			);
			expect(new Set(holders.map(commandOf))).toEqual(new Set(['plan', 'apply']));
			for (const { program, args, environment } of holders) {
				expect(program).toBe('terraform');
				expect(args).not.toContain(password);
				const entries = environment.filter((entry) => entry.includes(password));
				expect(entries).toEqual([`TF_VAR_db_password=${password}`]);
			}
			expect(children.length).toBeGreaterThan(holders.length);
		},
	);
});

const noObject = { bytes: Buffer.of() };

function typeOf(address: string): string {
	return address.split('.')[0] ?? '';
}

function interruptsOf(events: PracticeResult['events']): number {
	return events.filter(({ type }) => type === 'interrupt').length;
}

function isHeld({ fault }: FaultProxy['calls'][number]): boolean {
	return fault !== undefined && 'hold' in fault;
}

/** Number of calls of this action that reached the cloud. */
function done(action: string): number {
	return cloud.proxy.calls.filter(({ action: one, fault }) => {
		if (one !== action) return false;
		return fault === undefined || ('hold' in fault && fault.hold !== FOR_EVER);
	}).length;
}

/** A terraform whose init ignores signals and writes its PID to a file; other commands are real. */
function deafInit(pidFile: string): WizardOptions {
	const folder = join(home, 'bin');
	mkdirSync(folder);
	const script = `#!/bin/sh
for word in "$@"; do
	if [ "$word" = init ]; then
		trap '' INT TERM
		echo $$ > '${pidFile}'
		while :; do sleep 600; done
	fi
done
PATH=\${PATH#'${folder}:'} exec terraform "$@"
`;
	writeFileSync(join(folder, 'terraform'), script, { mode: 0o755 });
	return { env: { PATH: `${folder}:${process.env.PATH}` } };
}
