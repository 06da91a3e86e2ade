import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatPracticeAnswers } from '../../source/targets/ptfe-ami/practice/practice-answers.ts';
import { seedPracticeCloud } from '../../source/targets/ptfe-ami/practice/seed-cloud.ts';
import { type FaultProxy, startFaultProxy } from '../doubles/fault-proxy.ts';
import { waitFor } from '../helpers/wait-for.ts';
import * as cloud from './helpers/cloud.ts';
import { inventory, practiceInventory } from './helpers/inventory.ts';
import {
	event,
	killAt,
	localState,
	type Moment,
	making,
	managedIn,
	resources,
	terraform,
} from './helpers/killing.ts';
import { terraformsBelow } from './helpers/process-list.ts';
import { startRecorder } from './helpers/recorder.ts';
import { byHand, readState } from './helpers/terraform-by-hand.ts';
import { textWithoutInstance } from './helpers/without-instance.ts';
import { freshHome, wizard } from './helpers/wizard.ts';

const STATE_BUCKET = 'practice-tfe-state-123456789012';
const DATA_BUCKET = 'tfe-tfe.practice.example-data';
const FOR_EVER = new Promise(() => {});
const NATS = ['aws_nat_gateway.main[0]', 'aws_nat_gateway.main[1]'];
const DATABASE = 'aws_db_instance.main[0]';

// One session, killed again and again, and each time started again: told in order.
const home = freshHome();
const folder = join(home, 'sessions/killed');
const workspace = (stack: string) => join(folder, 'workspace', stack);
let moto: Awaited<ReturnType<typeof cloud.startCloud>>;
let proxy: FaultProxy;
let recorder: Awaited<ReturnType<typeof startRecorder>>;
let clients: ReturnType<typeof cloud.lookUps>;
let argv: string[];
/** The lock that the last power cut left, as the run after it named it. */
let lockId = '';
/** How many calls there were before the run under way. */
let earlierCalls = 0;

beforeAll(async () => {
	moto = await cloud.startCloud();
	proxy = await startFaultProxy(moto.endpoint);
	recorder = await startRecorder(proxy.endpoint);
	clients = cloud.lookUps(moto.endpoint);
	const seeds = await seedPracticeCloud(moto.endpoint, cloud.REGION);
	const answers = join(home, 'answers.yaml');
	// A lock that nobody holds any more is not worth waiting for.
	const patience = 'terraform: { lock_timeout_seconds: 1 }\n';
	writeFileSync(answers, `${textWithoutInstance(formatPracticeAnswers(seeds))}${patience}`);
	argv = [
		...['practice', '--session', 'killed', '--home', home, '--output', 'json'],
		...['--cloud', recorder.endpoint, '--answers', answers],
	];
});

afterAll(async () => {
	await recorder?.stop();
	await proxy?.stop();
	await moto?.stop();
	rmSync(home, { recursive: true, force: true });
});

async function kill(moment: Moment) {
	proxy.setRules(moment.rules ?? []);
	earlierCalls = proxy.calls.length;
	const { signal, events } = await killAt(argv, folder, moment);
	expect(signal).toBe('SIGKILL');
	proxy.setRules([]);
	return events;
}

const notesOf = (events: readonly { type: string; text?: unknown }[]) =>
	events.filter(({ type }) => type === 'note').map(({ text }) => String(text));

/** The next run must stop and say who holds the lock, since when, and how to go on. */
async function expectLocked(stack: string) {
	const stopped = await wizard(argv);
	expect(stopped.code, stopped.out).toBe(7);
	const failed = stopped.events.at(-1);
	const facts = [failed?.message, failed?.details].flat().join('\n');
	expect(facts).toMatch(/The state is locked by \S+@\S+/);
	expect(facts).toMatch(/Created: \d{4}-.* ago\)/);
	expect(facts).toContain(`Path: ${STATE_BUCKET}/killed/${stack}.tfstate`);
	lockId = /^Lock: (\S+)$/m.exec(facts)?.[1] ?? '';
	expect([failed?.next].flat().join('\n')).toContain(`--unlock ${lockId}`);
	expect(await cloud.locksIn(clients.s3, STATE_BUCKET)).toEqual([`killed/${stack}.tfstate.tflock`]);
}

const unlock = () => ['--unlock', lockId];

describe('kill -9, and then again', () => {
	it.each(['preflight', 'network'])('as %s begins', async (step) => {
		await kill({ at: step, comes: event({ type: 'step.started', step }) });
	});

	it('while terraform init of the network runs: power cut', async () => {
		await kill({ at: 'init', comes: terraform('network', 'init'), powerCut: true });
	});

	it('while terraform plans the network', async () => {
		await kill({ at: 'plan', comes: terraform('network', 'plan') });
	});

	it('while the network is half made: power cut', async () => {
		// Terraform keeps local state up to date, so that only what is in creation can be lost;
		// the call that would create it is held back.
		const events = await kill({
			at: 'NAT gateways',
			rules: [{ action: 'CreateNatGateway', times: Infinity, fault: { hold: FOR_EVER } }],
			comes: (run) =>
				run.reach('a network but for its NAT gateways', () => {
					const { inFlight, done } = resources(run.events(), 'network');
					if (inFlight.join() !== NATS.join() || done.length < 15) return undefined;
					return managedIn(localState(folder, 'network')).length === done.length;
				}),
			powerCut: true,
		});
		// The terraform that was planning was waited for, not raced.
		expect(notesOf(events).join('\n')).toMatch(/terraform plan of (the|an) earlier run/);
	});

	it('while the rest of it is made, and while that is waited for', async () => {
		const { hold, release } = holding();
		const rules = [{ action: 'CreateNatGateway', times: Infinity, fault: { hold } }];
		const first = await kill({ at: 'making', rules, comes: making('network', NATS[0]) });
		const plan = first.find(({ type }) => type === 'plan');
		expect(plan?.counts).toMatchObject({ update: 0, delete: 0, replace: 0 });
		expect([plan?.groups].flat()).toMatchObject([{ title: 'network' }]);
		expect(terraformsBelow(workspace('network'))).not.toEqual([]);

		proxy.setRules(rules);
		const second = await killAt(argv, folder, {
			at: 'waiting',
			comes: (run) => run.until(({ text }) => /apply .* is still running/.test(String(text))),
		});
		expect(second.signal).toBe('SIGKILL');
		release();
	});

	it('as the network is done', async () => {
		const events = await kill({
			at: 'network done',
			comes: event({ type: 'step.done', step: 'network' }),
		});
		expect(notesOf(events)).toContainEqual('terraform apply from the earlier run finished');
		expect(events.find(({ type }) => type === 'plan')?.counts).toEqual({
			create: 0,
			update: 0,
			delete: 0,
			replace: 0,
		});
	});

	it('while the state bucket is half made', async () => {
		await kill({
			at: 'bucket',
			rules: [{ service: 's3', method: 'PUT', path: /versioning/, fault: { hold: FOR_EVER } }],
			comes: (run) => run.reach('versioning', callIsHeld),
		});
	});

	it('while terraform copies the state into the bucket: power cut', async () => {
		await kill({
			at: 'copying',
			rules: [
				{ service: 's3', method: 'PUT', path: /network\.tfstate(\?|$)/, fault: { hold: FOR_EVER } },
			],
			comes: (run) => run.reach('the copy', callIsHeld),
			powerCut: true,
		});
		await expectLocked('network');
	});

	it('between the copy of the state and the proof that it arrived', async () => {
		await kill({
			at: 'copied',
			comes: (run) =>
				run.reach('the end of the copy', () => {
					const journal = run.journal();
					const copy = journal.findIndex((e) => e.stack === 'network' && e.label === 'init');
					// What init has left is noted once it is over.
					return copy >= 0 && journal.slice(copy + 1).some((e) => e.kind === 'session.changed');
				}),
			more: unlock(),
			powerCut: true,
		});
	});

	it('as settings begin', async () => {
		await kill({ at: 'settings', comes: event({ type: 'step.started', step: 'settings' }) });
		expect(await cloud.locksIn(clients.s3, STATE_BUCKET)).toEqual([]);
	});

	it('while the password is taken into custody', async () => {
		await kill({
			at: 'custody',
			rules: [{ action: 'PutParameter', fault: { hold: FOR_EVER } }],
			comes: (run) => run.reach('PutParameter', callIsHeld),
		});
	});

	it('while the database is made: power cut', async () => {
		// Terraform saves to a remote state with the first change that comes 20 s after the last
		// save (seen with 1.11.4). So the target group is let through then, and what is in creation
		// at the cut, which no state could hold, is held back before it reaches the cloud.
		const lost = [DATABASE, 'aws_lb.main', 'aws_s3_bucket_lifecycle_configuration.main[0]'].join();
		const { hold, release } = holding();
		const saved = async () =>
			(await cloud.versionsIn(clients.s3, STATE_BUCKET)).find(
				({ key, latest }) => latest && key === 'killed/install.tfstate',
			);
		await kill({
			at: 'database',
			rules: [
				{ action: 'CreateDBInstance', fault: { hold: FOR_EVER } },
				{ action: 'CreateLoadBalancer', fault: { hold: FOR_EVER } },
				{ service: 's3', method: 'PUT', path: /lifecycle/, fault: { hold: FOR_EVER } },
				{ action: 'CreateTargetGroup', fault: { hold } },
			],
			comes: async (run) => {
				const now = () => resources(run.events(), 'install');
				await run.reach('all else', () => now().inFlight.length === 4 && now().done.length > 20);
				const age = async () => Date.now() - ((await saved())?.written ?? 0);
				await run.reach('an old save', async () => (await age()) > 22_000);
				release();
				await run.reach('the state, saved with all else', async () => {
					const managed = managedIn((await saved())?.bytes.toString() ?? '');
					return now().inFlight.join() === lost && managed.length === now().done.length;
				});
			},
			powerCut: true,
		});
		await expectLocked('install');
	});

	it('while the database is made: terraform goes on, and is followed', async () => {
		const { hold, release } = holding();
		const rules = [{ action: 'CreateDBInstance', fault: { hold } }];
		await kill({
			at: 'database',
			rules,
			comes: making('install', DATABASE),
			more: unlock(),
		});
		const waiting = await kill({
			at: 'waiting',
			comes: (run) => run.until(({ text }) => /apply .* is still running/.test(String(text))),
		});
		expect(notesOf(waiting).join('\n')).not.toContain('failed or was interrupted');
		release();
	});

	it('after the apply, before the setup object', async () => {
		const events = await kill({
			at: 'setup object',
			rules: [{ service: 's3', method: 'PUT', path: /tfe-setup-data/, fault: { hold: FOR_EVER } }],
			comes: (run) => run.reach('the setup object', callIsHeld),
		});
		expect(notesOf(events)).toContainEqual('terraform apply from the earlier run finished');
		expect(await cloud.setupObject(clients.s3, DATA_BUCKET)).toBeUndefined();
	});

	it('after the setup object, before custody of the password ends', async () => {
		await kill({
			at: 'end of custody',
			rules: [{ action: 'DeleteParameter', fault: { hold: FOR_EVER } }],
			comes: (run) => run.reach('DeleteParameter', callIsHeld),
		});
	});

	it('as the installation is done', async () => {
		await kill({ at: 'done', comes: event({ type: 'step.done', step: 'install' }) });
	});
});

describe('after all that', () => {
	it('it finishes, with nothing left to do', async () => {
		const ended = await wizard(argv);
		expect(ended, ended.out).toMatchObject({ code: 0, err: '' });
		for (const { counts } of ended.events.filter(({ type }) => type === 'plan'))
			expect(counts).toEqual({ create: 0, update: 0, delete: 0, replace: 0 });
		expect(ended.events.filter(({ state }) => state === 'made')).toEqual([]);
	});

	it('has everything once, in the cloud and in the state', async () => {
		const [network, install] = await Promise.all(
			['network', 'install'].map((stack) => readState(workspace(stack))),
		);
		const { addresses = [] } = install ?? {};
		expect(network?.addresses.filter((one) => !one.startsWith('data.'))).toHaveLength(26);
		expect(addresses.filter((one) => !one.startsWith('data.'))).toHaveLength(34);
		expect(addresses).toContain(DATABASE);
		expect(await inventory(moto.endpoint)).toEqual(practiceInventory);
	});

	it('has one password: the database was made with it, and the setup object holds it', async () => {
		const setup = await cloud.setupObject(clients.s3, DATA_BUCKET);
		const used = recorder.asked('CreateDBInstance', 'MasterUserPassword');
		expect(new Set(used)).toEqual(new Set([cloud.passwordOf(setup ?? { bytes: Buffer.of() })]));
		expect(recorder.asked('ModifyDBInstance', 'MasterUserPassword')).toEqual([]);
	});

	it.each(['network', 'install'])(
		'has a plain Terraform in %s that finds nothing to do',
		async (stack) => {
			const plan = await byHand(workspace(stack), 'plan', '-detailed-exitcode', '-input=false');
			expect(plan, plan.out + plan.err).toMatchObject({ code: 0 });
		},
	);

	it('has left no lock, no secret in custody, and no terraform at work', async () => {
		expect(await cloud.locksIn(clients.s3, STATE_BUCKET)).toEqual([]);
		await waitFor('an end of all terraforms', () => terraformsBelow(home).length === 0);
	});
});

/** A hold on calls that ends when it is told to. */
function holding() {
	let release = () => {};
	const hold = new Promise<void>((resolve) => {
		release = resolve;
	});
	return { hold, release };
}

function callIsHeld(): boolean {
	return proxy.calls
		.slice(earlierCalls)
		.some(({ fault }) => fault !== undefined && 'hold' in fault);
}
