import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSessionRecord } from '../../source/engine/session/session-record.ts';
import { expectSafeOutput, FORGED_LINE, HOSTILE_TEXT } from '../helpers/hostile-output.ts';
import { listenOnFreePort } from '../helpers/local-server.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { writeFakeCommand } from '../practice/helpers.ts';
import {
	createFaultSession,
	createSmallAnswers,
	type FaultCloud,
	startFaultCloud,
} from './helpers/fault-cloud.ts';
import { startLineModeThroughPipes } from './helpers/line-mode-process.ts';
import { cliPath, runWizard } from './helpers/run-wizard.ts';
import { openTerminal } from './helpers/terminal.ts';

/** Text that is valid in paths, variables and arguments: no null byte, no unpaired surrogate. */
const ODD = HOSTILE_TEXT.replaceAll('/', ':').toWellFormed().slice(0, 100);
const TEXT = HOSTILE_TEXT.toWellFormed();

const home = createTemporaryDirectory();

interface Shown {
	code: number | null;
	out: string;
	err: string;
}

/** Expects no terminal control sequence and no forged line of the program. */
function expectHarmless({ out, err }: Shown): void {
	const shown = `${out}${err}`;
	expectSafeOutput(shown);
	expect(shown.split('\n').filter((line) => line.startsWith(FORGED_LINE))).toEqual([]);
}

/** JSON lines that are safe to print; returns them parsed. */
function expectJson({ out, err }: Shown): Record<string, unknown>[] {
	expect((out + err).replaceAll('\n', '')).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]*$/u);
	return out
		.trimEnd()
		.split('\n')
		.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the command line', () => {
	it.each([
		['a command', [ODD]],
		['a flag', ['status', `--${ODD}`]],
		['an approval', ['install', '--approve', ODD]],
		['a file to check', ['answers', 'check', ODD]],
		['a file to import', ['answers', 'import', ODD]],
		['an answers file', ['install', '--answers', ODD, '--no-input']],
		['a session', ['status', '--session', ODD]],
		['a session to show', ['sessions', 'show', ODD]],
	])('escapes %s', async (_, argv) => {
		const ran = await runWizard(argv, { env: { TFE_WIZARD_HOME: home } });
		expect(ran.code).toBeGreaterThan(1);
		expectHarmless(ran);
	});

	it('escapes a home directory from the environment', async () => {
		const env = { TFE_WIZARD_HOME: join(home, ODD) };
		for (const argv of [
			['sessions', 'list'],
			['status'],
			['sessions', 'list', '--output', 'json'],
		]) {
			const ran = await runWizard(argv, { env });
			expect(ran.code, argv.join(' ')).toBe(2);
			expectHarmless(ran);
		}
	});
});

describe('an answers file', () => {
	it('is escaped in the reported problems', async () => {
		const file = join(home, 'answers.yaml');
		writeFileSync(file, `version: 1\n"a\u202e\\e[2J": 1\nregion: ${JSON.stringify(TEXT)}\n`);
		const ran = await runWizard(['answers', 'check', file]);
		expect(ran.code).toBe(3);
		expectHarmless(ran);
		const [checked] = expectJson(await runWizard(['answers', 'check', file, '--output', 'json']));
		expect(checked?.ok).toBe(false);
	});
});

/** A session with a manually edited file. */
function editedSession(name: string): string {
	const root = join(home, 'sessions', name);
	mkdirSync(root, { recursive: true });
	const outputs = { bucket_name: TEXT, kms_key_arn: TEXT, url: TEXT, [TEXT]: TEXT };
	const step = { state: 'done', at: TEXT, summary: TEXT, outputs } as const;
	writeFileSync(
		join(root, 'session.json'),
		JSON.stringify({
			...createSessionRecord(TEXT, false),
			baseFolder: TEXT,
			answers: {
				account: TEXT,
				region: TEXT,
				'settings.fqdn': TEXT,
				'settings.tags': { [TEXT]: TEXT },
			},
			steps: { preflight: step, install: step },
		}),
	);
	return root;
}

describe('a session directory', () => {
	beforeAll(() => {
		mkdirSync(join(home, 'sessions', ODD), { recursive: true });
		editedSession('edited');
	});

	it.each([
		[['sessions', 'list']],
		[['sessions', 'show', 'edited']],
		[['status', '--session', 'edited']],
		[['backups', 'restore-guide', '--session', 'edited']],
		[['answers', 'export', '--session', 'edited']],
	])('is shown escaped by %j', async (argv) => {
		const ran = await runWizard([...argv, '--home', home]);
		expect(ran.err).toBe('');
		expectHarmless(ran);
	});

	it.each([[['sessions', 'list']], [['sessions', 'show', 'edited']]])(
		'is unchanged in the JSON of %j',
		async (argv) => {
			const ran = await runWizard([...argv, '--home', home, '--output', 'json']);
			expectJson(ran);
			expect(JSON.stringify(ran.events)).toContain(JSON.stringify(TEXT).slice(1, -1));
		},
	);

	it('is quoted for the shell in the restore guide', async () => {
		const argv = ['backups', 'restore-guide', '--session', 'edited', '--home', home];
		const { out } = await runWizard(argv);
		expect(out).toContain("aws s3 sync $'s3://x\\012");
		expect(out).toContain('tfe-wizard backups list');
		expect(out).not.toMatch(/--session (?!edited\b|OTHER\b)/);
	});

	it('is escaped in the lock holder of an edited lock file', async () => {
		const root = editedSession('locked');
		const holder = { pid: 1, host: TEXT, user: TEXT, command: TEXT, since: TEXT, born: TEXT };
		writeFileSync(join(root, 'lock'), JSON.stringify(holder));
		const argv = ['practice', '--session', 'locked', '--home', home];
		const ran = await runWizard(argv);
		expect(ran.code).toBeGreaterThan(1);
		expectHarmless(ran);
		expectJson(await runWizard([...argv, '--output', 'json']));
	});
});

/** A fake AWS: returns a hostile ARN as the identity, and hostile errors for all other calls. */
async function startFakeHostileAws(): Promise<{ server: Server; endpoint: string }> {
	const server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk: Buffer) => {
			body += chunk.toString();
		});
		request.on('end', () => {
			const identity = body.includes('Action=GetCallerIdentity');
			response.writeHead(identity ? 200 : 403, { 'content-type': 'text/xml' });
			response.end(
				identity
					? `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/${xml(TEXT)}</Arn><UserId>x</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`
					: `<ErrorResponse><Error><Code>Evil${xml(TEXT)}</Code><Message>${xml(TEXT)}</Message></Error><RequestId>${xml(TEXT)}</RequestId></ErrorResponse>`,
			);
		});
	});
	const port = await listenOnFreePort(server);
	return { server, endpoint: `http://127.0.0.1:${port}` };
}

const xml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

describe('hostile AWS responses', () => {
	let aws: { server: Server; endpoint: string };
	let file: string;
	let env: Record<string, string>;
	beforeAll(async () => {
		aws = await startFakeHostileAws();
		file = join(home, 'real.yaml');
		writeFileSync(
			file,
			'version: 1\naccount: "210987654321"\nregion: us-west-2\nnetwork: create\nstate: { local: { understood: true } }\n',
		);
		env = {
			AWS_ENDPOINT_URL: aws.endpoint,
			AWS_ACCESS_KEY_ID: 'test',
			AWS_SECRET_ACCESS_KEY: 'test',
			AWS_REGION: 'us-west-2',
			AWS_EC2_METADATA_DISABLED: 'true',
		};
	});
	afterAll(() => new Promise((resolve) => aws.server.close(resolve)));

	const install = (name: string, more: readonly string[] = []) =>
		runWizard(
			['install', '--session', name, '--home', home, '--answers', file, '--no-input', ...more],
			{ env },
		);

	it('are escaped in plain text', async () => {
		const ran = await install('aws-text', ['--until', 'network']);
		expect(ran.code).toBeGreaterThan(1);
		expect(ran.out + ran.err).toContain('arn:aws:iam::123456789012:user/x');
		expectHarmless(ran);
	});

	it('are unchanged in JSON lines that are safe to print', async () => {
		const events = expectJson(
			await install('aws-json', ['--until', 'network', '--output', 'json']),
		);
		expect(JSON.stringify(events)).toContain('✓ all checks passed');
		const logged = readFileSync(join(home, 'sessions/aws-json/logs/events.jsonl'), 'utf8');
		expectJson({ code: 0, out: logged, err: '' });
	});
});

describe('the wizard with hostile session names', () => {
	const odd = () => {
		const folder = join(home, 'wizard');
		const session = join(folder, 'sessions', ODD);
		mkdirSync(session, { recursive: true });
		const record = { ...createSessionRecord(ODD, false), answers: { account: TEXT, region: TEXT } };
		writeFileSync(join(session, 'session.json'), JSON.stringify(record));
		return folder;
	};

	it('escapes them on its screens', async () => {
		await using terminal = openTerminal({
			argv: [process.execPath, cliPath],
			cwd: home,
			columns: 140,
			rows: 40,
			env: { TFE_WIZARD_HOME: odd(), LANG: 'C.UTF-8', HOME: home },
		});
		await terminal.waitFor('\\x1b[2J');
		expect(terminal.screen().filter((row) => row.trimStart().startsWith(FORGED_LINE))).toEqual([]);
		for (const sequence of ['\x1b]0;', '\x1b]8', '\x1b]52', '\x1bP', '\x9b', '\u202e', '\u2028'])
			expect(terminal.bytes()).not.toContain(sequence);
	});

	it('escapes them in line mode', async () => {
		await using talk = await startLineModeThroughPipes({
			home: odd(),
			cwd: home,
			argv: ['--lines'],
			env: { TFE_WIZARD_HOME: odd(), HOME: home, PATH: process.env.PATH ?? '' },
		});
		await talk.waitForPrompt();
		expectSafeOutput(talk.bytes());
		expect(
			talk
				.bytes()
				.split('\n')
				.filter((line) => line.startsWith(FORGED_LINE)),
		).toEqual([]);
	});
});

describe('hostile Terraform diagnostics', () => {
	let cloud: FaultCloud;
	beforeAll(async () => {
		cloud = await startFaultCloud();
	});
	afterAll(() => cloud?.stop());

	it('are escaped in text and in JSON', async () => {
		const diagnostic = {
			'@level': 'error',
			'@message': TEXT,
			type: 'diagnostic',
			diagnostic: {
				severity: 'error',
				summary: TEXT,
				detail: TEXT,
				address: TEXT,
				range: { filename: TEXT, start: { line: 1, column: 1, byte: 0 } },
				snippet: { code: TEXT },
			},
		};
		const folder = join(home, 'fake-terraform');
		mkdirSync(folder, { recursive: true });
		writeFileSync(join(folder, 'said.json'), `${JSON.stringify(diagnostic)}\n`);
		writeFileSync(join(folder, 'said.txt'), `\x1b[31mError: ${TEXT}\x1b[0m\n${TEXT}\n`);
		const real = process.env.PATH?.split(':')
			.map((one) => join(one, 'terraform'))
			.find((one) => {
				try {
					return readFileSync(one).length > 0;
				} catch {
					return false;
				}
			});
		const binary = await writeFakeCommand(
			folder,
			'terraform',
			`case "$*" in *version*) exec ${real} "$@" ;; *plan*) cat ${folder}/said.json; exit 1 ;; *init*) cat ${folder}/said.txt >&2; cat ${folder}/said.json; exit 1 ;; *) exec ${real} "$@" ;; esac`,
		);
		const answers = { ...createSmallAnswers(cloud, 'evil', 'evil-state'), terraform: { binary } };
		const { argv } = createFaultSession(cloud, home, 'evil', answers);
		const text = argv.filter((word, at) => word !== '--output' && argv[at - 1] !== '--output');
		const ran = await runWizard([...text, '--approve', 'create', '--until', 'state']);
		expect(ran.code).toBe(5);
		expect(ran.err).toContain('Error: x\\n✓ all checks passed');
		expectHarmless(ran);
		const json = await runWizard([
			...text,
			'--output',
			'json',
			'--approve',
			'create',
			'--until',
			'state',
		]);
		expectJson(json);
		expect(JSON.stringify(json.events.at(-1))).toContain('✓ all checks passed');
	});
});
