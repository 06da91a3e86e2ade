import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { type RecordedChild, recordEnvironments } from './helpers/environment-recorder.ts';
import {
	type AnswersFile,
	createFaultSession,
	createSmallAnswers,
	type FaultCloud,
	startFaultCloud,
	writeAnswers,
} from './helpers/fault-cloud.ts';
import {
	createInstalledSession,
	type InstalledCloud,
	startInstalledCloud,
} from './helpers/installed-session.ts';
import { runWizard } from './helpers/run-wizard.ts';

// The environment of each child process of a run, read from the kernel.

const PROGRAMS = [
	...['terraform', 'ssh', 'ssh-keyscan', 'ssh-keygen'],
	...['fallocate', 'prlimit', 'ps', 'tar', 'moto_server'],
];
/** Variables of the operator; only the intended children may receive a `canary` value. */
const canaries = {
	CANARY_DB: 'canary-database-1234',
	VAULT_TOKEN: 'canary-token-1234',
	VAULT_ADDR: 'https://canary-vault.example:8200',
};
const operators = { OPERATORS_OWN: 'arrives' };
/** Variables that a system helper may receive. */
const BASIC = /^(PATH|HOME|LANG|LANGUAGE|LC_[A-Z]+|TMPDIR|TZ|TERM)=/;

describe.skipIf(process.platform !== 'linux')('child environments (requires /proc)', () => {
	const home = createTemporaryDirectory();
	const record = recordEnvironments(PROGRAMS);
	const env = { ...canaries, ...operators, PATH: record.PATH };
	let cloud: FaultCloud;
	let installed: InstalledCloud;

	beforeAll(async () => {
		[cloud, installed] = await Promise.all([startFaultCloud(), startInstalledCloud(home)]);
	});
	beforeEach(() => record.clear());
	afterAll(async () => {
		await cloud?.stop();
		await installed?.stop();
		record.end();
	});

	const withPassword = (answers: AnswersFile, db_password: object): AnswersFile => ({
		...answers,
		settings: { ...(answers.settings as object), db_password },
	});
	const of = (program: string, args = /(?:)/): RecordedChild[] => {
		const found = record
			.children()
			.filter((child) => child.program === program && args.test(child.args));
		expect(found.length, `${program} ${args}`).toBeGreaterThan(0);
		return found;
	};
	const canariesIn = (children: readonly RecordedChild[]) =>
		children.flatMap(({ program, args, environment }) =>
			environment
				.filter((entry) => entry.includes('canary'))
				.map((entry) => `${program} ${args}: ${entry}`),
		);
	const expectHelpers = (children: readonly RecordedChild[], more = BASIC) => {
		for (const { program, args, environment } of children) {
			const extra = environment.filter((entry) => !BASIC.test(entry) && !more.test(entry));
			expect(extra, `${program} ${args}`).toEqual([]);
		}
	};
	const expectOperators = (children: readonly RecordedChild[]) => {
		for (const { program, args, environment } of children)
			expect(environment, `${program} ${args}`).toContain('OPERATORS_OWN=arrives');
	};

	// interruptions.test.ts covers the apply.
	it('pass the password only to the plan that uses it', async () => {
		const answers = {
			...createSmallAnswers(cloud, 'unused', 'environments-state'),
			// Nothing else requires an approval before the plan.
			...{ access: 'current', state: { local: { understood: true } } },
		};
		const before = withPassword(answers, { env: 'CANARY_OLD' });
		const run = (given: AnswersFile, more: readonly string[]) => {
			const { argv } = createFaultSession(cloud, home, 'environments', given);
			return runWizard([...argv, ...more], { env: { ...env, CANARY_OLD: 'canary-replaced-1234' } });
		};
		const first = await run(before, ['--until', 'network', '--keep']);
		expect(first.code, first.err).toBe(0);
		record.clear();
		// The variable of the replaced answer remains a secret.
		const after = withPassword(answers, { env: 'CANARY_DB' });
		const ran = await run(after, ['--approve', 'none', '--replay']);
		expect(ran.events.at(-1), ran.err).toMatchObject({ fault: 'refused', exitCode: 6 });
		const { CANARY_DB } = canaries;

		const terraforms = of('terraform');
		const commands = new Set(terraforms.map(({ args }) => args.split(' ')[0]));
		for (const command of ['version', 'init', 'plan']) expect(commands).toContain(command);
		const given = terraforms.filter(({ environment }) =>
			environment.some((entry) => entry.startsWith('TF_VAR_')),
		);
		expect(new Set(given.map(({ args }) => args.split(' ')[0]))).toEqual(new Set(['plan']));
		const entries = given.flatMap(({ environment }) =>
			environment.filter((entry) => entry.startsWith('TF_VAR_')),
		);
		expect(entries.join('\n')).toContain(CANARY_DB);
		const rest = canariesIn(record.children()).filter((line) => !line.includes(': TF_VAR_'));
		expect(rest).toEqual([]);
		expectOperators(terraforms.filter(({ args }) => !args.startsWith('version')));
		// A version manager in its place may have to download it through the proxy.
		expectHelpers(of('terraform', /^version/), /^(CHECKPOINT_DISABLE|NO_PROXY|no_proxy)=/);
		expectHelpers([...of('fallocate'), ...of('ssh', /^-V$/)]);
	});

	it('of a credential_process and a secret command contain only variables that are not secret', async () => {
		const credentials = record.script('own-credentials', [
			`echo '{"Version": 1, "AccessKeyId": "test", "SecretAccessKey": "test"}'`,
		]);
		const secret = record.script('own-secret', ['echo a-password-of-16']);
		const config = join(home, 'aws-config');
		writeFileSync(config, `[default]\ncredential_process = ${credentials}\n`);
		const answers = createSmallAnswers(cloud, 'real', 'real-state');
		const environment = {
			...env,
			...{ AWS_ENDPOINT_URL: cloud.proxy.endpoint, AWS_CONFIG_FILE: config },
			...{ AWS_EC2_METADATA_DISABLED: 'true', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' },
			...{ AWS_PROFILE: undefined, AWS_ACCESS_KEY_ID: undefined },
		};
		const run = async (db_password: object) => {
			const file = writeAnswers(home, withPassword(answers, db_password), 'real.yaml');
			const flags = ['--home', home, '--session', 'real', '--output', 'json'];
			return runWizard(['preflight', '--answers', file, ...flags], { env: environment });
		};
		const first = await run({ env: 'CANARY_DB' });
		expect(
			first.events.some(({ type }) => type === 'check'),
			first.err,
		).toBe(true);
		expect(canariesIn(of('own-credentials'))).toEqual([]);
		expectOperators(of('own-credentials'));
		// No current answer has the variable; the session stores it.
		const second = await run({ command: [secret] });
		expect(
			second.events.some(({ type }) => type === 'check'),
			second.err + second.out,
		).toBe(true);
		expect(canariesIn(of('own-secret'))).toEqual([]);
		expectOperators([...of('own-secret'), ...of('own-credentials')]);
		expect(canariesIn(record.children())).toEqual([]);
	});

	it('of the practice cloud contain no variable of the operator', async () => {
		const answers = createSmallAnswers(cloud, 'own-cloud', 'own-cloud-state');
		const file = writeAnswers(home, withPassword(answers, { env: 'CANARY_DB' }), 'own-cloud.yaml');
		const flags = ['--home', home, '--session', 'own-cloud', '--output', 'json'];
		await runWizard(['practice', '--answers', file, ...flags, '--until', 'network'], { env });
		await runWizard(['practice', '--stop', ...flags.slice(0, 4)], { env });
		const started = of('moto_server');
		expect(canariesIn(record.children())).toEqual([]);
		expect(started.flatMap(({ environment }) => environment).join('\n')).not.toContain('OPERATORS');
	});

	it('of ssh and of a key holder command contain only variables that are not secret', async () => {
		const session = createInstalledSession(home, installed, 'rekeyed', (answers) => {
			const { custodians } = answers.rekey;
			const [program = '', ...words] = custodians.open_with ?? [];
			const open = record.script('open-share', [`exec '${program}' "$@"`]);
			const changed = withPassword(answers, { env: 'CANARY_DB' });
			return { ...changed, rekey: { custodians: { ...custodians, open_with: [open, ...words] } } };
		});
		const ran = await runWizard(session.rekey, { env });
		await session.stop();
		expect(ran.code, ran.err + ran.out.slice(-2_000)).toBe(0);
		expect(canariesIn(record.children())).toEqual([]);
		expectOperators([...of('open-share'), ...of('ssh', /ControlMaster=yes/)]);
		const over = of('ssh').filter(({ args }) => !args.includes('ControlMaster=yes'));
		expect(over.length).toBeGreaterThan(1);
		expectHelpers([...over, ...of('prlimit')]);
	});
});
