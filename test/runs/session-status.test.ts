import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { runCommandLine } from '../../source/commands/run-command-line.ts';
import { type ErrorCode, WizardError } from '../../source/engine/errors.ts';
import { getProcessStartTime } from '../../source/engine/process-start-time.ts';
import { SecretRegistry } from '../../source/engine/secret-registry.ts';
import { readSessionRecord, Session } from '../../source/engine/session/session.ts';
import type { Step } from '../../source/engine/step.ts';
import { runSteps } from '../../source/engine/step-runner.ts';
import { getTargetOrDefault } from '../../source/targets/registry.ts';
import { createWelcomeScreen } from '../../source/wizard/wizard-app.ts';
import { captureCommand } from '../commands/capture-command.ts';
import { closeServer, listenOnFreePort } from '../helpers/local-server.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';

// Every state of a session, and what each command reports for it. The real runner records the steps,
// which are fakes, because nothing here accesses AWS.

const BUCKET = 'acme-data';
const outputsOf: Record<string, Record<string, unknown>> = {
	install: {
		bucket_name: BUCKET,
		kms_key_arn: 'arn:aws:kms:us-west-2:1:key/2',
		url: 'https://tfe',
	},
	rekey: { epoch: '2026-01-01T00:00:00.000Z', threshold: 2, shares: 3 },
};

/** A run in which the step `at` fails with `fault`; all others succeed. */
interface FakeRun {
	until?: string;
	at?: string;
	fault?: ErrorCode | 'killed';
	only?: readonly string[];
}

function fakeStep(step: Step<never>, { at, fault = 'command' }: FakeRun): Step<undefined> {
	const { id, title, summary, needs, installs } = step;
	return {
		...{ id, title, summary, needs, questions: [], rules: [], intent: () => [] },
		...(installs === undefined ? {} : { installs }),
		async *run() {
			yield* [];
			if (id === at && fault !== 'killed') throw new WizardError(fault, { message: 'Stopped.' });
			return { summary: `${id} is there`, outputs: outputsOf[id] ?? {} };
		},
	};
}

async function run(session: Session, fake: FakeRun): Promise<void> {
	const steps = getTargetOrDefault('ptfe-ami').steps.filter(
		({ id }) => fake.only?.includes(id) ?? true,
	);
	const events = runSteps<undefined>({
		steps: steps.map((step) => fakeStep(step as Step<never>, fake)),
		...(fake.until === undefined ? {} : { until: fake.until }),
		...{ session, answers: {}, services: undefined, secrets: new SecretRegistry() },
		...{ approve: 'none' as const, next: () => [] },
		cancel: { gentle: new AbortController().signal, hard: new AbortController().signal },
	});
	try {
		for await (const event of events) {
			// A killed process leaves its step in the state running.
			if (fake.fault === 'killed' && event.type === 'step.started' && event.step === fake.at) {
				session.changeStep(fake.at, { state: 'running' });
				return;
			}
		}
	} catch (thrown) {
		if (!(thrown instanceof WizardError)) throw thrown;
	}
}

interface Row {
	name: string;
	runs: readonly FakeRun[];
	/** Written by a version that did not record what is installed. */
	older?: true;
	destroyed?: true;
	/** As printed by `status` and `sessions list`. */
	standing: string;
	installed: boolean;
	/** Error of backup, rekey and backups if nothing is installed. */
	refusal?: string;
}

const nothingYet = 'has not installed anything yet';
const rows: Row[] = [
	{ name: 'never run', runs: [], standing: 'new', installed: false, refusal: `${nothingYet}.` },
	{
		...{ name: 'preflight failed', runs: [{ at: 'preflight', fault: 'preflight' }] },
		...{ standing: 'failed at preflight', installed: false, refusal: `${nothingYet}.` },
	},
	{
		...{ name: 'network done', runs: [{ until: 'access' }] },
		...{ standing: 'completed through network', installed: false, refusal: `${nothingYet}.` },
	},
	{
		...{ name: 'install failed', runs: [{ at: 'install' }], standing: 'failed at install' },
		installed: false,
		refusal: `${nothingYet}: its last run failed at install.`,
	},
	{
		...{ name: 'install killed', runs: [{ at: 'install', fault: 'killed' }] },
		...{ standing: 'interrupted at install', installed: false },
		refusal: `${nothingYet}: its last run was interrupted at install.`,
	},
	{ name: 'installed', runs: [{}], standing: 'finished', installed: true },
	{
		...{ name: 'plan refused', runs: [{}, { at: 'install', fault: 'refused' }], installed: true },
		standing: 'installed; stopped at install',
	},
	{
		...{ name: 'apply failed', runs: [{}, { at: 'install' }], installed: true },
		standing: 'installed; failed at install',
	},
	{
		...{ name: 'ctrl-c', runs: [{}, { at: 'preflight', fault: 'cancelled' }], installed: true },
		standing: 'installed; stopped at preflight',
	},
	{
		...{ name: 'preflight killed', runs: [{}, { at: 'preflight', fault: 'killed' }] },
		...{ installed: true, standing: 'installed; interrupted at preflight' },
	},
	{
		...{ name: 'rekeyed', runs: [{ until: 'rekey' }, { only: ['rekey'] }], installed: true },
		standing: 'installed; not run yet: backup',
	},
	{
		...{ name: 'rekey failed', runs: [{ until: 'rekey' }, { only: ['rekey'], at: 'rekey' }] },
		...{ installed: true, standing: 'installed; failed at rekey' },
	},
	{ name: 'older file', runs: [{}], older: true, standing: 'finished', installed: true },
	{
		...{ name: 'older refused', runs: [{}, { at: 'install', fault: 'refused' }], older: true },
		...{ standing: 'installed; stopped at install', installed: true },
	},
	{
		...{ name: 'older unfinished', runs: [{ at: 'install' }], older: true, installed: false },
		...{
			standing: 'failed at install',
			refusal: `${nothingYet}: its last run failed at install.`,
		},
	},
	{
		...{ name: 'destroyed', runs: [{}], destroyed: true, standing: 'completed through settings' },
		...{ installed: false, refusal: 'no longer has an installation: everything was destroyed.' },
	},
];

const home = createTemporaryDirectory();
let s3: Server;

beforeAll(async () => {
	s3 = createServer((_, response) => {
		response.setHeader('content-type', 'application/xml');
		response.end('<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>');
	});
	const port = await listenOnFreePort(s3);
	for (const row of rows) {
		const name = nameOf(row);
		const secrets = new SecretRegistry();
		const session = Session.open({ home, name, practice: true, secrets });
		// Without access to the instance, backup and rekey stop before they connect to anything.
		session.change({ answers: { region: 'us-west-2', instance: 'none' } });
		session.note('practice.cloud', { endpoint: `http://127.0.0.1:${port}` });
		for (const one of row.runs) await run(session, one);
		if (row.destroyed === true) session.uninstalled(['install', 'bootstrap', 'rekey', 'backup']);
		session.close();
		if (row.older === true) {
			const path = join(session.folders.root, 'session.json');
			const { installed: _, ...older } = JSON.parse(readFileSync(path, 'utf8'));
			writeFileSync(path, JSON.stringify(older));
		}
	}
});
afterAll(() => closeServer(s3));

const nameOf = ({ name }: Row): string => name.replaceAll(' ', '-');
const command = (...argv: string[]) =>
	captureCommand(() => runCommandLine([...argv, '--home', home]));
const NOT_REACHED = 'do not allow SSH access to the instance';

describe.each(rows)('$name', (row) => {
	const { installed, refusal = '' } = row;
	const session = nameOf(row);

	it('status and sessions list report its progress', async () => {
		const status = await command('status', '--session', session);
		expect(status.out).toMatch(`session ${session}: ${row.standing}\n`);
		const line = /^installed {2}(.*)$/m.exec(status.out)?.[1];
		if (installed) expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC$/);
		else expect(line).toMatch(/^(not yet|no longer)/);
		expect(status.out.includes(BUCKET)).toBe(installed);
		const list = await command('sessions', 'list', '--output', 'json');
		expect(JSON.parse(list.out).sessions).toContainEqual(
			expect.objectContaining({
				...{ name: session, standing: row.standing },
				installedAt: installed ? expect.any(String) : null,
			}),
		);
	});

	it.each(['backup', 'rekey'])('%s is rejected unless something is installed', async (verb) => {
		const ran = await command(verb, '--session', session);
		const text = installed ? NOT_REACHED : `Session ${session} ${refusal}`;
		expect(`${ran.out}${ran.err}`).toContain(text);
		expect(ran.code).toBe(installed ? 3 : 2);
	});

	it('backups list and restore-guide show the installed bucket', async () => {
		for (const verb of ['list', 'restore-guide']) {
			const ran = await command('backups', verb, '--session', session);
			expect(ran.code, verb).toBe(installed ? 0 : 2);
			if (installed) expect(ran.out, verb).toContain(`s3://${BUCKET}`);
			else expect(ran.err, verb).toContain(`Session ${session} ${refusal}`);
		}
	});

	it('the welcome screen shows the same progress', () => {
		const choice = createWelcomeScreen(home).choices.find(
			({ value }) => value === `resume:${session}`,
		);
		expect(choice?.hint).toContain(row.standing);
	});
});

describe('sessions remove', () => {
	it.each([
		['installed', 'The installation remains.'],
		['plan-refused', 'The installation remains.'],
		['older-refused', 'The installation remains.'],
		['never-run', 'It had not installed anything.'],
	])('of session %s reports: %s', async (name, words) => {
		const ran = await command('sessions', 'remove', name, '--confirm', name);
		expect(ran).toMatchObject({ code: 0, out: `Session ${name} was removed. ${words}\n` });
	});
});

describe('a practice session whose cloud is running', () => {
	it('is not removed, because the cloud could no longer be stopped', async () => {
		const cloud = createServer((_, response) => response.end());
		onTestFinished(() => void cloud.close());
		const port = await listenOnFreePort(cloud);
		const session = Session.open({
			...{ home, name: 'running', practice: true, secrets: new SecretRegistry() },
		});
		const startedAt = getProcessStartTime(process.pid);
		const own = { endpoint: `http://127.0.0.1:${port}`, pid: process.pid, startedAt, how: 'x' };
		session.note('practice.cloud', { own });
		session.close();
		const ran = await command('sessions', 'remove', 'running', '--confirm', 'running');
		expect(ran.code).toBe(6);
		expect(ran.err).toContain('The practice cloud of session running is still running');
		expect(ran.err).toMatch(/next +tfe-wizard practice .*--stop --session running/);
		expect(readSessionRecord(home, 'running')).toBeDefined();
	});
});

describe('a practice session whose cloud is no longer running', () => {
	it('is reported, and rejected by backup, rekey and backups list', async () => {
		const secrets = new SecretRegistry();
		const session = Session.open({ home, name: 'gone', practice: true, secrets });
		session.change({ answers: { region: 'us-west-2', instance: 'ssh' } });
		await run(session, {});
		// No process has this id: the maximum on Linux is 2^22.
		const own = { endpoint: 'http://127.0.0.1:9', pid: 2 ** 30, startedAt: '1', how: 'x' };
		session.note('practice.cloud', { own });
		session.close();
		const status = await command('status', '--session', 'gone');
		expect(status.out).toContain('gone: finished; its practice cloud is no longer running');
		for (const verb of [['backup'], ['rekey'], ['backups', 'list']]) {
			const ran = await command(...verb, '--session', 'gone');
			expect(`${ran.out}${ran.err}`, verb[0]).toContain(
				'The practice cloud of session gone is no longer running',
			);
			expect(ran.code).toBe(5);
		}
	});
});
