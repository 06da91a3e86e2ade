import {
	existsSync,
	mkdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findProviderMirror, getCurrentPlatform } from '../../source/terraform/provider-mirror.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { writeFakeCommand } from '../practice/helpers.ts';
import {
	type AnswersFile,
	createFaultSession,
	createSmallAnswers,
	type FaultCloud,
	isWrite,
	startFaultCloud,
	toPracticeResult,
	writeAnswers,
} from './helpers/fault-cloud.ts';
import { cliPath, runWizard, startWizard } from './helpers/run-wizard.ts';

let cloud: FaultCloud;
const home = createTemporaryDirectory();

beforeAll(async () => {
	cloud = await startFaultCloud();
});
beforeEach(() => cloud.proxy.setRules([]));
afterAll(async () => {
	await cloud?.stop();
});

/** Answers with a short preflight; the first resources are those of an IAM user. */
const small = (name: string) => createSmallAnswers(cloud, name, `${name}-state`);
const session = (name: string, answers: AnswersFile = small(name)) =>
	createFaultSession(cloud, home, name, answers);
const record = (name: string) => JSON.parse(readFileSync(fileOf(name), 'utf8'));
const fileOf = (name: string) => join(home, 'sessions', name, 'session.json');
const journalFile = (name: string) => join(home, 'sessions', name, 'journal.jsonl');

/** Environment of a real installation whose AWS endpoint is the practice cloud. */
function realEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
	return {
		AWS_ENDPOINT_URL: cloud.proxy.endpoint,
		AWS_ACCESS_KEY_ID: 'test',
		AWS_SECRET_ACCESS_KEY: 'test',
		AWS_EC2_METADATA_DISABLED: 'true',
		AWS_PROFILE: undefined,
		AWS_REGION: undefined,
		AWS_DEFAULT_REGION: undefined,
		...more,
	};
}

async function install(name: string, argv: readonly string[], env = realEnvironment()) {
	const before = cloud.proxy.calls.length;
	const flags = ['--session', name, '--home', home, '--output', 'json'];
	const ran = await runWizard(['install', ...flags, ...argv], { env });
	const failed = ran.events.find(({ type }) => type === 'run.failed');
	return { ...ran, failed, calls: cloud.proxy.calls.slice(before) };
}

describe('the configured account and region', () => {
	it('ends with 6 before any change when the credentials belong to another account', async () => {
		const answers = JSON.parse(
			JSON.stringify(small('account')).replaceAll(cloud.seeds.account, '210987654321'),
		);
		const ran = await session('account', answers).run(['--approve', 'destroy']);
		expect(ran.code).toBe(6);
		expect(ran.failed?.fault).toBe('refused');
		expect(ran.failed?.message).toContain('Preflight failed');
		expect(ran.failed?.message).toContain('the answers specify account 210987654321');
		expect(ran.failed?.message).toContain(`belong to account ${cloud.seeds.account} (arn:aws:`);
		expect(ran.failed?.next[0]).toContain('AWS_PROFILE');
		expect(ran.writes).toEqual([]);
		expect(ran.events.some(({ type }) => type === 'plan')).toBe(false);
		expect(existsSync(join(home, 'sessions/account/workspace/access'))).toBe(false);
	});

	it.each(['AWS_REGION', 'AWS_DEFAULT_REGION'])(
		'ends with 6 before any change when %s is another region',
		async (variable) => {
			const file = writeAnswers(home, small('region'), 'region.yaml');
			const env = realEnvironment({ [variable]: 'us-east-1' });
			const ran = await install('region', ['--answers', file, '--approve', 'destroy'], env);
			expect(ran.code).toBe(6);
			expect(ran.failed?.message).toContain(
				`the answers specify region us-west-2, but ${variable} is us-east-1`,
			);
			expect(ran.failed?.next).toContainEqual(expect.stringContaining('Set AWS_REGION=us-west-2'));
			expect(ran.calls.length).toBeGreaterThan(0);
			expect(ran.calls.filter(isWrite)).toEqual([]);
		},
	);

	it('passes the checks when account and region match', async () => {
		const file = writeAnswers(home, small('region'), 'region.yaml');
		const env = realEnvironment({ AWS_REGION: 'us-west-2' });
		const ran = await install('real', ['--answers', file, '--until', 'network'], env);
		const checks = ran.events.filter(({ type }) => type === 'check');
		const results = Object.fromEntries(checks.map(({ id, result }) => [id, result]));
		expect(results).toMatchObject({ credentials: 'pass', account: 'pass', region: 'pass' });
		// A real S3 address has the bucket name before the host, which 127.0.0.1 does not support.
		expect(ran).toMatchObject({
			code: 4,
			failed: { message: expect.stringContaining('a blocker') },
		});
		expect(JSON.stringify(ran.failed?.details)).toMatch(/^\["data-bucket-name: /);
		expect(ran.calls.filter(isWrite)).toEqual([]);
		expect(record('real').practice).toBe(false);
	});
});

describe('practice and real installations', () => {
	it('install refuses a practice session', async () => {
		const made = session('playing');
		expect((await made.run(['--until', 'network'])).code).toBe(0);
		const ran = await install('playing', ['--until', 'network']);
		expect(ran.code).toBe(6);
		expect(ran.failed?.message).toContain('Session playing is a practice session');
		expect(ran.failed?.next).toEqual([`tfe-wizard practice --home ${home} --session playing`]);
		expect(ran.calls).toEqual([]);
	});

	it('practice refuses a real session', async () => {
		const ran = await session('real').run(['--until', 'network']);
		expect(ran.code).toBe(6);
		expect(ran.failed?.message).toContain('Session real belongs to a real account');
		expect(record('real').practice).toBe(false);
	});

	it('practice refuses an endpoint that is not on loopback', async () => {
		const argv = ['practice', '--cloud', 'https://ec2.us-west-2.amazonaws.com', '--home', home];
		const ran = await runWizard([...argv, '--session', 'elsewhere']);
		expect(ran.code).toBe(6);
		expect(ran.err).toContain('The practice cloud must be on a loopback address');
	});
});

describe('terraform', () => {
	it('missing from PATH ends with 4 and installation instructions', async () => {
		const folder = join(home, 'empty-path');
		await writeFakeCommand(folder, 'ssh', 'echo "fake ssh, 1" >&2');
		const { argv } = session('no-terraform');
		const ran = await runWizard([...argv, '--until', 'access'], { env: { PATH: folder } });
		const failed = ran.events.at(-1);
		expect(ran.code).toBe(4);
		expect(failed).toMatchObject({ fault: 'preflight' });
		expect(JSON.stringify(failed?.details)).toContain('terraform was not found on PATH');
		expect(JSON.stringify(failed?.next)).toContain('Install Terraform');
	});

	it('too old ends with 4 and reports the installed and required versions', async () => {
		const folder = join(home, 'fake-terraform');
		await writeFakeCommand(folder, 'terraform', 'echo "Terraform v1.5.7 (fake)"');
		await writeFakeCommand(folder, 'ssh', 'echo "fake ssh, 1" >&2');
		const { argv } = session('old-terraform');
		const ran = await runWizard([...argv, '--until', 'access'], { env: { PATH: folder } });
		expect(ran.code).toBe(4);
		const details = JSON.stringify(ran.events.at(-1)?.details);
		expect(details).toContain('Terraform 1.5.7 is too old');
		expect(details).toContain('Terraform 1.11 or later');
	});

	it('configured with a path that is not executable ends with 4', async () => {
		const answers = { ...small('odd-terraform'), terraform: { binary: home } };
		const ran = await session('odd-terraform', answers).run(['--until', 'access']);
		expect(ran.code).toBe(4);
		expect(JSON.stringify(ran.failed?.details)).toContain(`${home} is not executable`);
	});
});

describe('an unavailable provider', () => {
	it('stops the run before any change when the configured mirror is empty', async () => {
		const empty = join(home, 'empty-mirror');
		mkdirSync(empty);
		const answers = { ...small('empty'), terraform: { provider_mirror: empty } };
		const { code, failed, writes, events } = await session('empty', answers).run();
		expect(code).toBe(4);
		expect(failed?.fault).toBe('preflight');
		expect(failed?.details.join('\n')).toContain(
			`provider: The provider mirror ${empty} does not contain hashicorp/aws`,
		);
		expect(failed?.next.join('\n')).toContain('terraform providers mirror');
		expect(events.filter(({ type }) => type === 'check').length).toBeGreaterThan(8);
		expect(writes).toEqual([]);
	});

	it('stops the run before any change when there is neither a registry nor a mirror', async (context) => {
		const found = await findProviderMirror({
			...{ environment: {}, home: '/' },
		});
		const namespace = await execa('unshare', ['-rm', 'true'], { reject: false });
		if (namespace.exitCode !== 0) context.skip('requires unshare -rm to hide the existing mirror');
		const config = join(home, 'empty.tfrc');
		writeFileSync(config, '');
		const { argv } = session('unreachable');
		const hide = found?.folder === undefined ? 'true' : `mount -t tmpfs none '${found.folder}'`;
		const before = cloud.proxy.calls.length;
		const ran = await execa(
			'unshare',
			['-rm', 'sh', '-c', `${hide} && exec "$@"`, 'sh', process.execPath, cliPath, ...argv],
			{
				reject: false,
				env: {
					HOME: join(home, 'nobody'),
					XDG_DATA_HOME: join(home, 'nobody'),
					TF_CLI_CONFIG_FILE: config,
					TFE_WIZARD_PROVIDER_MIRROR: '',
					// No server listens on this port.
					HTTPS_PROXY: 'http://127.0.0.1:9',
				},
			},
		);
		const events = ran.stdout.split('\n').map((line) => JSON.parse(line));
		const ended = { code: ran.exitCode ?? null, signal: null, out: ran.stdout, err: ran.stderr };
		const { code, failed, writes } = toPracticeResult(
			{ ...ended, events },
			cloud.proxy.calls.slice(before),
		);
		expect(code).toBe(4);
		expect(failed?.details.join('\n')).toContain(
			'provider: the registry is unreachable, and no provider mirror was found',
		);
		expect(failed?.next.join('\n')).toMatch(
			/terraform\.provider_mirror .* TFE_WIZARD_PROVIDER_MIRROR/,
		);
		expect(writes).toEqual([]);
	});

	it('fails init when the mirror is corrupt, and resumes once it is fixed', async () => {
		const mirror = join(home, 'broken-mirror');
		const layout = join(mirror, 'registry.terraform.io/hashicorp/aws');
		mkdirSync(layout, { recursive: true });
		writeFileSync(
			join(layout, `terraform-provider-aws_5.100.0_${getCurrentPlatform()}.zip`),
			'truncated',
		);
		const answers = { ...small('init'), terraform: { provider_mirror: mirror } };
		const broken = session('init', answers);
		const { code, failed, writes } = await broken.run(['--until', 'state']);
		expect(code).toBe(5);
		expect(failed?.fault).toBe('command');
		expect(failed?.message).toContain('terraform init');
		expect(failed?.message).toContain(mirror);
		expect(failed?.details.join('\n')).toContain('Failed to install provider');
		expect(existsSync(failed?.log ?? '')).toBe(true);
		expect(failed?.next.join('\n')).toContain(broken.command);
		expect(writes).toEqual([]);

		const real = await findProviderMirror({
			...{ environment: process.env, home: process.env.HOME ?? '/' },
		});
		if (real?.folder === undefined) return;
		rmSync(mirror, { recursive: true });
		symlinkSync(real.folder, mirror);
		// The run reaches a plan, which it must not apply.
		const fixed = await broken.resume(['--until', 'state', '--approve', 'none']);
		expect(fixed.failed).toMatchObject({ fault: 'refused', exitCode: 6 });
		expect(fixed.events.some(({ type }) => type === 'plan')).toBe(true);
	});
});

describe('a session in use', () => {
	it('ends a second run with 7 and the lock holder, and is free once the first is killed', async () => {
		cloud.proxy.setRules([{ action: 'GetCallerIdentity', fault: { delayMs: 120_000 } }]);
		const { argv, run } = session('busy');
		const first = await startWizard([...argv, '--until', 'network']);
		await first.waitForEvent(({ type }) => type === 'run.started');
		const second = await run(['--until', 'network']);
		expect(second.code).toBe(7);
		expect(second.failed?.message).toBe('Session busy is in use by another run.');
		const details = second.failed?.details.join('\n');
		expect(details).toContain(`process ${first.child.pid} of `);
		expect(details).toContain('command: tfe-wizard practice --cloud');
		expect(second.failed?.next).toContainEqual(`tfe-wizard sessions show --home ${home} busy`);
		const list = await runWizard(['sessions', 'list', '--home', home]);
		expect(list.out).toMatch(/^busy .* running /m);

		first.child.kill('SIGKILL');
		await first.result;
		expect((await run(['--until', 'network'])).code).toBe(0);
	});
});

describe('a session that cannot be read', () => {
	it('is rebuilt from the journal with a warning, and the damaged file is kept', async () => {
		const made = session('damaged');
		expect((await made.run(['--until', 'network'])).code).toBe(0);
		const before = record('damaged');
		writeFileSync(fileOf('damaged'), '{"version":1,"na');
		const list = await runWizard(['sessions', 'list', '--home', home]);
		expect(list.out).toMatch(/^damaged +damaged; the next run rebuilds it from the journal$/m);

		const ran = await made.resume(['--until', 'network']);
		expect(ran, JSON.stringify(ran.failed)).toMatchObject({ code: 0 });
		const warnings = ran.events.filter(({ level }) => level === 'warning');
		expect(warnings.map(({ text }) => text)).toContainEqual(
			`${fileOf('damaged')} was damaged. It was renamed to ${fileOf('damaged')}.damaged-1, and the session was rebuilt from its journal.`,
		);
		expect(readFileSync(`${fileOf('damaged')}.damaged-1`, 'utf8')).toBe('{"version":1,"na');
		expect(record('damaged')).toMatchObject({
			answers: before.answers,
			notes: before.notes,
			createdAt: before.createdAt,
			steps: { preflight: { state: 'done' } },
		});
		expect(statSync(fileOf('damaged')).mode & 0o777).toBe(0o600);
	});

	it('is rebuilt from the journal by install, for a real installation', async () => {
		const before = record('real');
		writeFileSync(fileOf('real'), '');
		const ran = await install('real', ['--until', 'network']);
		expect(ran.events[0]).toMatchObject({ type: 'run.started', resumed: true });
		expect(ran.events[1]).toMatchObject({
			level: 'warning',
			text: expect.stringContaining('was damaged'),
		});
		expect(record('real').answers).toEqual(before.answers);
	});

	it('ends with 6 and changes neither file when the journal is damaged too', async () => {
		const made = session('beyond');
		expect((await made.run(['--until', 'network'])).code).toBe(0);
		writeFileSync(fileOf('beyond'), '{');
		const rest = readFileSync(journalFile('beyond'), 'utf8').slice(40);
		writeFileSync(journalFile('beyond'), rest);
		for (const run of [made.run, made.resume]) {
			const ran = await run(['--until', 'network']);
			expect(ran.code).toBe(6);
			expect(ran.failed?.message).toContain('is damaged, and its journal is incomplete');
			expect(ran.failed?.details).toContainEqual(expect.stringContaining(fileOf('beyond')));
			expect(ran.failed?.next[0]).toContain('--session NEW-NAME');
			expect(ran.writes).toEqual([]);
		}
		const real = await install('beyond', []);
		expect(real.code).toBe(6);
		expect(readFileSync(fileOf('beyond'), 'utf8')).toBe('{');
		expect(readFileSync(journalFile('beyond'), 'utf8')).toBe(rest);
	});

	it('ends with 6 and is not changed when a newer version wrote it', async () => {
		const made = session('newer');
		expect((await made.run(['--until', 'network'])).code).toBe(0);
		const newer = JSON.stringify({ ...record('newer'), version: 2 });
		writeFileSync(fileOf('newer'), newer);
		for (const ran of [await made.run(), await made.resume(), await install('newer', [])]) {
			expect(ran.code).toBe(6);
			expect(ran.failed?.message).toContain('written by a newer tfe-wizard (session version 2)');
		}
		expect(readFileSync(fileOf('newer'), 'utf8')).toBe(newer);
	});
});

describe('a plan that requires approval', () => {
	const name = 'plans';
	const answers = (user: string) => createSmallAnswers(cloud, user, 'plans-state');
	const plans = (file: string) => join(home, 'sessions', name, 'plans', file);

	it('ends with 6 without approval, applies nothing and keeps the plan and its text', async () => {
		const ran = await session(name, answers('plans-user')).run([
			'--approve',
			'none',
			'--until',
			'state',
		]);
		expect(ran.code).toBe(6);
		expect(ran.failed?.message).toMatch(/^Approval required for the access plan: \d+ to create\.$/);
		expect(ran.failed?.expected).toBe('--approve create');
		expect(ran.failed?.details).toContain('nothing was applied');
		expect(ran.failed?.details.join('\n')).toContain(plans('access.tfplan'));
		expect(ran.failed?.next).toEqual(
			expect.arrayContaining([
				`less ${plans('access.txt')}`,
				expect.stringMatching(
					/^tfe-wizard practice --home \S+ --session plans --approve create --answers \S+ --until state$/,
				),
			]),
		);
		expect(ran.writes).toEqual([]);
		expect(readFileSync(plans('access.txt'), 'utf8')).toMatch(/^Plan: \d+ to create/);
		expect(readFileSync(plans('access.txt'), 'utf8')).toContain('+ create aws_iam_user.');
		for (const file of ['access.txt', 'access.tfplan'])
			expect(statSync(plans(file)).mode & 0o777).toBe(0o600);
		const plan = ran.events.find(({ type }) => type === 'plan');
		expect(plan).toMatchObject({ stack: 'access', destroys: [], file: plans('access.tfplan') });
		expect(plan).not.toHaveProperty('approvedBy');
	});

	it('is applied by the resumed run once approved', async () => {
		const ran = await session(name).resume(['--approve', 'create', '--until', 'state']);
		expect(ran, JSON.stringify(ran.failed)).toMatchObject({ code: 0, err: '' });
		expect(ran.events.find(({ type }) => type === 'plan')).toMatchObject({
			approvedBy: '--approve create',
		});
		expect(existsSync(plans('access.tfplan'))).toBe(false);
	});

	it('does not start when the answers changed: ends with 6 and the difference', async () => {
		const ran = await session(name, answers('other-user')).run(['--until', 'state']);
		expect(ran.code).toBe(6);
		expect(ran.failed?.message).toContain(`differ from those stored in session ${name}`);
		expect(ran.failed?.details.join('\n')).toMatch(/access\.user\.name.*plans-user.*other-user/);
		expect(ran.failed?.details).toHaveLength(1);
		expect(ran.failed?.next).toContainEqual(
			expect.stringContaining('--replay --until state (continues with'),
		);
		expect(ran.failed?.next[0]).toMatch(/^tfe-wizard practice --home \S+ --session plans /);
		expect(ran.events.some(({ type }) => type === 'run.started')).toBe(false);
		expect(ran.writes).toEqual([]);
		expect(record(name).answers['access.user.name']).toBe('plans-user');
	});

	it('lists what it destroys and requires --approve destroy when changed answers replace resources', async () => {
		const stateFile = join(home, 'sessions', name, 'workspace/access/terraform.tfstate');
		const before = readFileSync(stateFile, 'utf8');
		const ran = await session(name, answers('other-user')).run(['--replay', '--until', 'state']);
		expect(ran.code).toBe(6);
		expect(
			ran.events.find(({ text }) => String(text).startsWith('replaying changed')),
		).toMatchObject({
			level: 'warning',
			text: expect.stringContaining('access.user.name'),
		});
		expect(ran.failed?.message).toMatch(/^Approval required for the \w+ plan: .*\d+ to replace/);
		expect(ran.failed?.expected).toBe('--approve destroy (this run has --approve change)');
		expect(ran.failed?.details[0]).toMatch(/^destroys /);
		expect(ran.failed?.details).toContainEqual(
			expect.stringMatching(/^destroys aws_iam_policy\.\S+ \(will be replaced\)$/),
		);
		expect(readFileSync(plans('access.txt'), 'utf8')).toContain('# forces replacement');
		expect(ran.writes).toEqual([]);
		expect(readFileSync(stateFile, 'utf8')).toBe(before);
	});

	it('keeps a session with local state until its removal is confirmed', async () => {
		const argv = ['sessions', 'remove', name, '--home', home];
		const refused = await runWizard([...argv, '--confirm', name]);
		expect(refused.code).toBe(6);
		expect(refused.err).toContain('workspace/access/terraform.tfstate');
		const unsure = await runWizard([...argv, '--with-state', '--confirm', 'plan']);
		expect(unsure.code).toBe(6);
		expect(unsure.err).toContain('the confirmation does not match its name');
		expect(existsSync(fileOf(name))).toBe(true);
		const removed = await runWizard([...argv, '--with-state', '--confirm', name]);
		expect(removed).toMatchObject({ code: 0, err: '' });
		expect(existsSync(join(home, 'sessions', name))).toBe(false);
	});
});

describe('an invalid command line', () => {
	it.each([
		[['instal'], 'Unknown command "instal".', 'Did you mean "install"?'],
		[
			['install', '--anwsers', 'x'],
			'Unknown flag --anwsers of "install".',
			'Did you mean "--answers"?',
		],
		[['install', '--approve', 'all'], 'Invalid value "all" for --approve.', 'none, create, change'],
		[['install', '--until', 'netwrok'], 'Unknown step "netwrok"', 'one of preflight, network'],
		[['install', '--session', '../x'], 'Invalid session name "../x".', 'letters, digits'],
		[['answers', 'chekc'], 'Unknown command "answers chekc".', 'answers check'],
		[['sessions', 'show', 'nobody'], 'There is no session nobody.', 'one of: '],
		[[], 'Usage: tfe-wizard COMMAND', ''],
	])('%j ends with 2 and a suggestion', async (argv, message, expected) => {
		const ran = await runWizard(argv, { env: { TFE_WIZARD_HOME: home } });
		expect(ran.code).toBe(2);
		expect(`${ran.err}${ran.out}`).toContain(message);
		expect(`${ran.err}${ran.out}`).toContain(expected);
	});
});
