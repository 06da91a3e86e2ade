import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultProxy, type FaultRule, startFaultProxy } from '../doubles/fault-proxy.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { waitFor } from '../helpers/wait-for.ts';
import {
	type KillTrigger,
	listAppliedResources,
	listManagedAddresses,
	onEvent,
	readLocalState,
	startAndWait,
} from './helpers/kill-run.ts';
import { listTerraformProcesses } from './helpers/process-list.ts';
import { type JsonEvent, runWizard } from './helpers/run-wizard.ts';
import * as cloud from './helpers/test-cloud.ts';

const STATE_BUCKET = 'practice-tfe-state-123456789012';
const FOR_EVER = new Promise(() => {});
const NATS = ['aws_nat_gateway.main[0]', 'aws_nat_gateway.main[1]'].join();

// One session, repeatedly interrupted and resumed; the tests run in order.
const home = createTemporaryDirectory();
const folder = join(home, 'sessions/practice');
const workspace = (stack: string) => join(folder, 'workspace', stack);
let moto: Awaited<ReturnType<typeof cloud.startTestCloud>>;
let proxy: FaultProxy;
let argv: string[];

beforeAll(async () => {
	moto = await cloud.startTestCloud();
	proxy = await startFaultProxy(moto.endpoint);
	argv = ['practice', '--home', home, '--cloud', proxy.endpoint, '--output', 'json'];
});

afterAll(async () => {
	await proxy?.stop();
	await moto?.stop();
});

/** Longer than the time between two deliveries of one ctrl-c. */
const ANOTHER_INTERRUPT_MS = 700;

/**
 * Sends signals to a run at a moment and returns how it ended. A run that is not interrupted
 * never ends in these tests.
 *
 * @param options.signals Sent all at once.
 * @param options.insisting Sent when the first interrupt was reported more than half a second ago.
 */
async function interrupt(
	wait: KillTrigger['wait'],
	options: { rules?: FaultRule[]; signals?: NodeJS.Signals[]; insisting?: NodeJS.Signals } = {},
) {
	const { rules = [], signals = ['SIGINT'], insisting } = options;
	proxy.setRules(rules);
	const run = await startAndWait(argv, folder, { description: '', wait });
	for (const signal of signals) run.child.kill(signal);
	if (insisting !== undefined) {
		const first = await run.waitForEvent(({ type }) => type === 'interrupt');
		const next = Date.parse(String(first.time)) + ANOTHER_INTERRUPT_MS;
		await waitFor('more than half a second after the first', () => Date.now() > next);
		run.child.kill(insisting);
	}
	const ended = await run.result;
	proxy.setRules([]);
	return { ...ended, events: run.events() };
}

/** Expects what is true of every interrupted run. */
async function expectInterrupted(run: Awaited<ReturnType<typeof interrupt>>, interrupts = 1) {
	expect(run, run.out + run.err).toMatchObject({ code: 130, signal: null });
	const said = run.events.filter(({ type }) => type === 'interrupt').map(({ text }) => text);
	expect(said).toHaveLength(interrupts);
	expect(run.events.at(-1)).toMatchObject({
		type: 'run.failed',
		fault: 'cancelled',
		exitCode: 130,
		next: expect.arrayContaining([expect.stringContaining('tfe-wizard practice')]),
	});
	expect(listTerraformProcesses(home)).toEqual([]);
	expect(
		await cloud.listStateLocks(cloud.createLookupClients(moto.endpoint).s3, STATE_BUCKET),
	).toEqual([]);
	expect(existsSync(join(workspace('network'), '.terraform.tfstate.lock.info'))).toBe(false);
	expect(existsSync(join(folder, 'lock'))).toBe(false);
	return said.join('\n');
}

/** Resolves when only these are being created. */
const nothingBut =
	(stack: string, addresses: string): KillTrigger['wait'] =>
	(run) =>
		run.waitFor(`nothing but ${addresses}`, () => {
			return listAppliedResources(run.events(), stack).inFlight.join() === addresses;
		});

describe('an interrupt during creation of the network', () => {
	it('ends an apply at a safe point, and counts once if two signals are simultaneous', async () => {
		const run = await interrupt(made('network'), {
			// These are never created; everything else completes first.
			rules: [{ action: 'CreateNatGateway', times: Infinity, fault: { hold: FOR_EVER } }],
			// The kernel may merge two equal signals.
			signals: ['SIGINT', 'SIGTERM'],
		});
		expect(await expectInterrupted(run)).not.toContain('second interrupt');
		// The state has every created resource, including those that were still pending.
		const { done } = listAppliedResources(run.events, 'network');
		const known = listManagedAddresses(readLocalState(folder, 'network'));
		expect(known).toEqual(expect.arrayContaining(done));
		expect(callsOf('CreateVpc')).toBe(known.includes('aws_vpc.main') ? 1 : 0);
	});

	it('aborts Terraform and reports the consequences if it is the second, more than half a second later', async () => {
		const run = await interrupt(nothingBut('network', NATS), {
			rules: [{ action: 'CreateNatGateway', times: Infinity, fault: { hold: FOR_EVER } }],
			insisting: 'SIGINT',
		});
		expect(await expectInterrupted(run, 2)).toMatch(
			/second interrupt: .*may be missing from the state/,
		);
	});

	it('by SIGTERM ends the apply too, and the next run keeps the resources in creation', async () => {
		const run = await interrupt(nothingBut('network', NATS), {
			rules: [{ action: 'DescribeNatGateways', times: Infinity, fault: { hold: FOR_EVER } }],
			signals: ['SIGTERM'],
		});
		await expectInterrupted(run);
		expect(listManagedAddresses(readLocalState(folder, 'network')).join()).toContain(NATS);
		const next = await runWizard([...argv, '--until', 'settings']);
		expect(next, next.out).toMatchObject({ code: 0, err: '' });
		expect(notes(next.events)).toContainEqual(
			expect.stringMatching(/resuming after .*nat_gateway/),
		);
		expect(next.events.find(({ type }) => type === 'plan')).toMatchObject({ destroys: [] });
		expect(callsOf('CreateNatGateway')).toBe(2);
	});
});

/** Resolves when an apply has created its first resource. */
function made(stack: string): KillTrigger['wait'] {
	return onEvent({ type: 'resource', stack, action: 'create', phase: 'done' });
}

function notes(events: readonly JsonEvent[]): string[] {
	return events.filter(({ type }) => type === 'note').map(({ text }) => String(text));
}

/** Number of calls of this action that reached the cloud. */
function callsOf(action: string): number {
	return proxy.calls.filter((call) => call.action === action && !isHeld(call)).length;
}

function isHeld({ fault }: FaultProxy['calls'][number]): boolean {
	return fault !== undefined && 'hold' in fault;
}
