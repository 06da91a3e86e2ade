import { execFileSync } from 'node:child_process';
import {
	closeSync,
	mkdirSync,
	openSync,
	readdirSync,
	rmSync,
	statfsSync,
	writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import {
	countCalls,
	createFaultSession,
	createSmallAnswers,
	type FaultCloud,
	startFaultCloud,
	toPracticeResult,
} from './helpers/fault-cloud.ts';
import { type JsonEvent, startWizard } from './helpers/run-wizard.ts';
import { readState, runTerraformByHand } from './helpers/terraform-cli.ts';

let cloud: FaultCloud;
const home = createTemporaryDirectory();
/** A disk of 16 MiB with only the sessions; undefined if it cannot be mounted. */
let disk: string | undefined;

beforeAll(async () => {
	const point = join(home, 'disk');
	mkdirSync(point);
	try {
		execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', point], { stdio: 'ignore' });
		disk = point;
	} catch {
		return;
	}
	cloud = await startFaultCloud();
});

afterAll(async () => {
	await cloud?.stop();
	if (disk !== undefined) execFileSync('umount', ['-l', disk]);
});

beforeEach((context) => {
	if (disk === undefined) context.skip('requires permission to mount a small disk');
});

const ballast = () => join(disk ?? '', 'ballast');

/** Fills the disk completely. */
function fillDisk(): void {
	const file = openSync(ballast(), 'w');
	const part = Buffer.alloc(64 * 1024);
	try {
		for (;;) writeSync(file, part);
	} catch (error) {
		expect(error).toMatchObject({ code: 'ENOSPC' });
	} finally {
		closeSync(file);
	}
	expect(statfsSync(disk ?? '').bavail).toBe(0);
}

function makeRoom(): void {
	rmSync(ballast());
}

function session() {
	return createFaultSession(
		cloud,
		disk ?? '',
		'full',
		createSmallAnswers(cloud, 'full-user', 'full-state'),
	);
}

/** Runs the session up to the state step and fills the disk at an event. */
async function fillAt(fits: (event: JsonEvent) => boolean) {
	const before = cloud.proxy.calls.length;
	const running = await startWizard([...session().argv, '--until', 'state']);
	await running.waitForEvent(fits);
	fillDisk();
	const ended = await running.result;
	return toPracticeResult({ ...ended, events: running.events() }, cloud.proxy.calls.slice(before));
}

// One session; the tests run in order.
describe('a full disk', () => {
	test('is reported before anything starts', async () => {
		const { root, run } = session();
		fillDisk();
		const { code, failed, writes } = await run(['--until', 'network']);
		makeRoom();
		expect(code).toBe(5);
		expect(failed?.message).toBe(`The disk is full: ${join(root, 'lock')}.`);
		expect(failed?.next.join('\n')).toContain('Free space');
		expect(writes).toEqual([]);
		expect(readdirSync(root).filter((name) => name.includes('lock'))).toEqual([]);
		expect((await run(['--until', 'network'])).failed).toBeUndefined();
		expect((await session().resume(['--until', 'network'])).failed).toBeUndefined();
	});

	test('stops the run before Terraform starts, without any change', async () => {
		const { code, failed, writes } = await fillAt(
			({ type, step }) => type === 'step.done' && step === 'preflight',
		);
		makeRoom();
		expect(code).toBe(5);
		expect(failed?.message).toMatch(/^The disk is (almost )?full: /);
		expect(failed?.next.join('\n')).toContain('Free space');
		expect(writes).toEqual([]);
	});

	test('during an apply loses no resource, and the next run creates none twice', async () => {
		const counts = () =>
			['CreateUser', 'CreateGroup', 'CreatePolicy', 'AddUserToGroup', 'AttachGroupPolicy'].map(
				(action) => countCalls(cloud, action),
			);
		// Terraform writes its state when a resource is done: some must still be in creation.
		cloud.proxy.setRules([
			{ action: 'AttachGroupPolicy', times: Number.POSITIVE_INFINITY, fault: { delayMs: 3_000 } },
		]);
		const { code, failed } = await fillAt(
			({ type, action, phase }) => type === 'resource' && action === 'create' && phase === 'done',
		);
		cloud.proxy.setRules([]);
		makeRoom();
		expect(code).toBe(5);
		expect(failed?.message).toBe('The disk became full during terraform apply.');
		expect(failed?.details.join('\n')).toContain('no space left on device');
		expect(failed?.next[0]).toContain('Free space');
		expect(failed?.next.join('\n')).toContain(session().command);

		const { failed: again, events } = await session().resume(['--until', 'state']);
		expect(again).toBeUndefined();
		expect(events).toContainEqual(
			expect.objectContaining({
				text: expect.stringContaining('pushed the unsaved state of an earlier run'),
			}),
		);
		const { addresses } = await readState(session().folder('access'));
		const policies = addresses.filter((address) => /^aws_iam_policy\./.test(address)).length;
		expect(counts()).toEqual([1, 1, policies, 1, policies]);
		const plan = await runTerraformByHand(session().folder('access'), 'plan', '-detailed-exitcode');
		expect(plan.code).toBe(0);
	});
});
