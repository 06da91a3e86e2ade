import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../source/commands/run-command-line.ts';
import { SecretRegistry } from '../../source/engine/secret-registry.ts';
import { readSessionRecord, Session } from '../../source/engine/session/session.ts';
import { getTargetOrDefault } from '../../source/targets/registry.ts';
import { emptyInterview } from '../../source/wizard/interview.ts';
import { QuestionFlow } from '../../source/wizard/question-flow.ts';
import { loadWizardState, saveWizardState } from '../../source/wizard/wizard-phase.ts';
import { readValidAnswers } from '../e2e/helpers/sample-answers.ts';
import { createDirectoryForEachTest } from '../helpers/temporary-directory.ts';
import { captureCommand } from './capture-command.ts';

const VARIABLE = 'SECRET_IN_ANSWERS_TEST';
const SECRET = 'host-tfe-state';
const NAMED = `settings.db_password (environment variable ${VARIABLE})`;

const folder = createDirectoryForEachTest();
const home = join(folder, 'home');
const file = join(folder, 'answers.yaml');

beforeEach(() => {
	process.env[VARIABLE] = SECRET;
});
afterEach(() => {
	delete process.env[VARIABLE];
});

/** Good answers with a state bucket, and a reference for the password. */
function answers(bucket: string, reference = `{ env: ${VARIABLE} }`): void {
	const text = readValidAnswers()
		.replace(/db_password: .*/, () => `db_password: ${reference}`)
		.replace(/bucket: \S+/, () => `bucket: ${bucket}`);
	expect(text).toContain(`bucket: ${bucket}`);
	expect(text).toContain(reference);
	writeFileSync(file, text);
}

const run = (...argv: string[]) => captureCommand(() => runCommandLine(argv));

describe.each([
	['an environment variable', `{ env: ${VARIABLE} }`, `(environment variable ${VARIABLE})`],
	['a file', '{ file: password }', '(file password)'],
	['a command', '{ command: [cat, password] }', '(from its command)'],
])('a password from %s that is part of a bucket name', (_, reference, named) => {
	beforeEach(() => writeFileSync(join(home, '../password'), `${SECRET}\n`));

	it.each([
		['install', '--approve', 'create'],
		['install', '--until', 'network'],
		['preflight'],
		['practice'],
	])('is rejected by %s before anything is stored', async (...argv) => {
		answers(`my-${SECRET}-1`, reference);
		const ran = await run(...argv, '--answers', file, '--home', home);
		expect(ran.code).toBe(3);
		const text = `state.s3.bucket contains the value of settings.db_password ${named}.`;
		expect(`${ran.out}${ran.err}`).toContain(text);
		expect(`${ran.out}${ran.err}`).not.toContain(SECRET);
		expect(existsSync(home)).toBe(false);
	});

	it.runIf(!reference.includes('command'))(
		'is rejected by answers check with its position',
		async () => {
			answers(`my-${SECRET}-1`, reference);
			const ran = await run('answers', 'check', file);
			expect(ran.code).toBe(3);
			expect(ran.err).toMatch(
				/answers\.yaml:\d+:\d+ {2}state\.s3\.bucket {2}contains the value of/,
			);
			expect(ran.err).not.toContain(SECRET);
			const json = await run('answers', 'check', file, '--output', 'json');
			expect(JSON.parse(json.out)).toMatchObject({
				ok: false,
				problems: [{ key: 'state.s3.bucket' }],
			});
		},
	);
});

it('preflight runs a secret command only once', async () => {
	const folder = join(home, '..');
	writeFileSync(join(folder, 'password'), 'Abcdefgh-ijklmnop1');
	answers('acme-state', '{ command: "echo run >> runs; cat password" }');
	const ran = await run('preflight', '--answers', file, '--home', home, '--output', 'json');
	expect(ran.out).toContain('"id":"database-password"');
	expect(readFileSync(join(folder, 'runs'), 'utf8')).toBe('run\n');
});

describe('a password that is part of', () => {
	it('the session name is rejected', async () => {
		answers('acme-state');
		const ran = await run('preflight', '--answers', file, '--home', home, '--session', SECRET);
		expect(ran.code).toBe(3);
		expect(ran.err).toContain(`the session name contains the value of ${NAMED}.`);
		expect(existsSync(home)).toBe(false);
	});

	it('an answer key is rejected', async () => {
		process.env[VARIABLE] = 'bucket_name';
		answers('acme-state');
		const ran = await run('preflight', '--answers', file, '--home', home);
		expect(ran.code).toBe(3);
		expect(ran.err).toContain('has a name that contains the value of settings.db_password');
	});

	it.each([
		'amazonaws',
		'ElasticLoadBalancing',
		'loadbalancer',
		'autoscaling',
		'launchtemplate',
		'targetgroup',
		'postgres',
		'terraform',
		'tfe-wizard',
		'arn:aws:',
		'eu-central-1',
	])('the fixed name %s is rejected before anything is created', async (secret) => {
		process.env[VARIABLE] = secret;
		answers('acme-state');
		for (const argv of [
			['answers', 'check', file],
			['preflight', '--answers', file, '--home', home],
			['install', '--answers', file, '--home', home, '--approve', 'create'],
		]) {
			const ran = await run(...argv);
			expect(ran.code).toBe(3);
			expect(ran.err).toContain('a fixed name of AWS or of this program');
			expect(ran.err).toContain(`contains the value of ${NAMED}`);
			expect(existsSync(home)).toBe(false);
		}
	});

	it('no answer is accepted by answers check', async () => {
		answers('acme-state');
		expect(await run('answers', 'check', file)).toMatchObject({ code: 0 });
	});
});

describe('a stored answer', () => {
	const stored = (bucket: string) => {
		const session = Session.open({
			...{ home, name: 'acme', practice: false, secrets: new SecretRegistry() },
		});
		answers(bucket);
		session.change({ answers: { 'state.s3.bucket': bucket } });
		session.close();
	};

	it('that contains a secret known only later is rejected and unchanged', async () => {
		stored(`my-${SECRET}-1`);
		const ran = await run('install', '--session', 'acme', '--answers', file, '--home', home);
		expect(ran.code).toBe(3);
		expect(ran.err).toContain(`contains the value of ${NAMED}`);
		expect(readSessionRecord(home, 'acme')?.answers).toEqual({
			'state.s3.bucket': `my-${SECRET}-1`,
		});
	});

	it('that an earlier version masked is reported as lost', async () => {
		stored('my-••••••-1');
		const ran = await run('install', '--session', 'acme', '--home', home);
		expect(ran.code).toBe(3);
		expect(ran.err).toContain('Session acme lost part of state.s3.bucket');
	});
});

describe('the wizard', () => {
	const open = (secrets: SecretRegistry) =>
		Session.open({ home, name: 'acme', practice: false, secrets });

	function asker(session: Session, secrets: SecretRegistry, given: Record<string, unknown> = {}) {
		return new QuestionFlow({
			steps: getTargetOrDefault('ptfe-ami').steps.map(
				({ checks: _, lookups: __, ...step }) => step,
			),
			catalogue: getTargetOrDefault('ptfe-ami').catalogue,
			duration: () => '',
			context: {
				...{ session, secrets, approve: 'none' as const },
				cancel: { gentle: new AbortController().signal, hard: new AbortController().signal },
			},
			services: () => ({}) as never,
			formatProblem: String,
			interview: { ...emptyInterview, given },
			local: { baseFolder: folder, environment: process.env },
			changed: () => {},
		});
	}
	const known = { state: 's3', 'settings.db_password': { env: VARIABLE } };

	it('rejects an answer that contains the secret, at its question', () => {
		const secrets = new SecretRegistry();
		const session = open(secrets);
		const at = asker(session, secrets, known);
		at.go('state.s3.bucket');
		at.act({ type: 'answer', value: `my-${SECRET}-1` });
		expect(at.screen()).toMatchObject({ problem: `contains the value of ${NAMED}` });
		expect(at.interview.given['state.s3.bucket']).toBeUndefined();
		session.close();
	});

	it('rejects a reference to a secret that an answer contains', () => {
		const secrets = new SecretRegistry();
		const session = open(secrets);
		const at = asker(session, secrets, { state: 's3', 'state.s3.bucket': `my-${SECRET}-1` });
		at.go('settings.db_password');
		at.act({ type: 'answer', value: { env: VARIABLE } });
		expect(at.screen()).toMatchObject({
			problem: expect.stringContaining(`state.s3.bucket contains the value of ${NAMED}`),
		});
		session.close();
	});

	it('stores every answer except one that later turns out to contain a secret', () => {
		const secrets = new SecretRegistry();
		const session = open(secrets);
		secrets.add(SECRET, NAMED);
		const given = { region: 'us-west-2', 'state.s3.bucket': `my-${SECRET}-1` };
		saveWizardState(session, { asking: { ...emptyInterview, given }, phase: 'asking' }, secrets);
		expect(loadWizardState(session)?.asking.given).toEqual({ region: 'us-west-2' });
		session.close();
		const { root } = session.folders;
		const files = readdirSync(root).filter((name) => /json/.test(name));
		const text = files.map((name) => readFileSync(join(root, name), 'utf8')).join();
		expect(text).not.toContain(SECRET);
	});
});
