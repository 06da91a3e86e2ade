import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatProblem } from '../../source/engine/answers/answers-problem.ts';
import { parseAnswers } from '../../source/engine/answers/parse-answers.ts';
import { checkAnswers } from '../../source/engine/answers/resolve-and-check-answers.ts';
import type { WizardError } from '../../source/engine/errors.ts';
import { SecretRegistry } from '../../source/engine/secret-registry.ts';
import { loadAnswers } from '../../source/runs/load-answers.ts';
import { getTargetOrDefault } from '../../source/targets/registry.ts';
import { listenOnFreePort } from '../helpers/local-server.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { runWizard } from './helpers/run-wizard.ts';
import { listInvalidAnswers, readValidAnswers } from './helpers/sample-answers.ts';

const { catalogue } = getTargetOrDefault('ptfe-ami');
const bad = listInvalidAnswers();
const steps = getTargetOrDefault('ptfe-ami').steps.map(({ id }) => id);

/** Connections to the server in place of AWS. */
let connections = 0;
let aws: Server;
const folder = createTemporaryDirectory();
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
	aws = createServer((socket) => {
		connections += 1;
		socket.destroy();
	});
	const port = await listenOnFreePort(aws);
	env = {
		AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
		AWS_ACCESS_KEY_ID: 'test',
		AWS_SECRET_ACCESS_KEY: 'test',
		AWS_REGION: 'us-west-2',
	};
});
afterAll(() => {
	aws.close();
});

function write(name: string, text: string): string {
	const path = join(folder, name);
	writeFileSync(path, text);
	return path;
}

const check = (text: string, name = 'answers.yaml') =>
	checkAnswers(parseAnswers(text, name, catalogue), catalogue, { session: 'acme' });

describe('answers files with one problem', () => {
	it.each(['usual', 'existing'])('are derived from the valid file %s', (name) => {
		const { problems, resolved } = check(readValidAnswers(name));
		expect(problems).toEqual([]);
		expect(resolved.missing).toEqual([]);
	});

	it('number at least sixty, all different', () => {
		expect(new Set(bad.map(({ name }) => name)).size).toBe(bad.length);
		expect(new Set(bad.map(({ text }) => text)).size).toBe(bad.length);
		expect(bad.length).toBeGreaterThanOrEqual(60);
	});

	it('cover every step that has questions', () => {
		const stepOf = new Map(catalogue.questions.map(({ key, step }) => [key, step]));
		const touched = new Set(bad.map(({ key }) => stepOf.get(key.replace(/\[.*/, ''))));
		for (const step of new Set(stepOf.values())) expect(touched).toContain(step);
	});

	it.each(bad)(
		'with $name are reported with place, key and rule',
		({ text, position, key, messageParts }) => {
			const { problems } = check(text);
			const lines = problems.map(formatProblem);
			expect(lines).toHaveLength(1);
			expect(lines[0]).toMatch(`answers.yaml:${position}  `);
			expect(problems[0]?.key).toBe(key);
			for (const part of messageParts) expect(lines[0]).toContain(part);
		},
	);

	it.each(bad)(
		'with $name are refused before the run starts, without showing a secret',
		async ({ text, position, messageParts }) => {
			const file = join(folder, 'answers.yaml');
			writeFileSync(file, text);
			const refused = await loadAnswers({
				file,
				session: 'acme',
				record: undefined,
				steps: () => steps,
				replay: true,
				secrets: new SecretRegistry(),
				folder,
				signal: new AbortController().signal,
			}).then(
				() => expect.unreachable(),
				(error: WizardError) => error,
			);
			expect(refused).toMatchObject({ exitCode: 3, message: `${file} has 1 problem.` });
			const [line, column] = position.split(':').map(Number);
			expect(refused.facts.place).toEqual({ file, line, column });
			for (const part of messageParts) expect(refused.facts.details?.join()).toContain(part);
			expect(JSON.stringify(refused.facts)).not.toMatch(/hunter2|8675309/);
		},
	);
});

describe('through the built program', () => {
	/** One problem of each kind: key, type, character, combination of answers, secret. */
	const some = [
		'a misspelt key',
		'a timeout in words',
		'an unsupported dollar sign',
		'no access to the load balancer',
		'a password in plaintext',
		'a CIDR block with host bits',
	];
	const chosen = bad.filter(({ name }) => some.includes(name));

	it('finds every selected case', () => {
		expect(chosen).toHaveLength(some.length);
	});

	it.each(chosen)(
		'install refuses $name with exit code 3 and changes nothing',
		async ({ text, position, key, messageParts }) => {
			const home = join(folder, 'home-of-bad');
			const path = write('bad.yaml', text);
			const before = connections;
			const argv = ['install', '--answers', path, '--home', home, '--approve', 'destroy'];
			const ran = await runWizard(argv, { env });
			expect(ran.code).toBe(3);
			expect(ran.err).toContain(`${path}:${position}  ${key}  `);
			for (const part of messageParts) expect(ran.err).toContain(part);
			expect(ran.err).toContain(`next      tfe-wizard answers check --home ${home} ${path}`);
			expect(ran.out).toBe('');
			expect(`${ran.out}${ran.err}`).not.toMatch(/hunter2|8675309/);
			expect(existsSync(home)).toBe(false);
			expect(connections).toBe(before);
		},
	);

	it('reports several problems together, in the order of the file', async () => {
		const text = readValidAnswers()
			.replace('region: us-west-2', 'region: mars-1')
			.replace('seconds: 30', 'seconds: -1')
			.replace('cidr: 10.20.0.0/16', 'cidr: 10.20.0.0/30')
			.replace('fqdn: tfe', 'fqdn: TFE')
			.replace('ami_id: ami-', 'ami_id: image-')
			.replace('key_name', 'keyname');
		const path = write('many.yaml', text);
		const ran = await runWizard(['install', '--answers', path, '--home', join(folder, 'x')], {
			env,
		});
		expect(ran.code).toBe(3);
		expect(ran.err).toContain(`${path} has 6 problems.`);
		const places = [...ran.err.matchAll(/many\.yaml:(\d+):\d+ {2}/g)].map(([, line]) => line);
		expect(places).toEqual(['4', '6', '10', '16', '18', '19']);
		expect(ran.err).toContain('did you mean settings.key_name?');
	});

	it('reports the failure as one JSON event', async () => {
		const path = write(
			'bad.yaml',
			readValidAnswers().replace('fqdn: tfe.acme.example', 'fqdn: tfe'),
		);
		const argv = ['install', '--answers', path, '--home', join(folder, 'x'), '--output', 'json'];
		const ran = await runWizard(argv, { env });
		expect(ran.code).toBe(3);
		expect(ran.err).toBe('');
		expect(ran.events).toEqual([
			expect.objectContaining({
				type: 'run.failed',
				exitCode: 3,
				fault: 'answers',
				place: { file: path, line: 16, column: 9 },
			}),
		]);
	});

	it('lists all missing answers and ends the run when there is no terminal', async () => {
		const path = write('short.yaml', 'version: 1\nregion: us-west-2\n');
		const home = join(folder, 'home-of-short');
		const ran = await runWizard(['install', '--answers', path, '--home', home], { env });
		expect(ran.code).toBe(3);
		expect(ran.err).toContain(`6 required answers are missing from ${path}.`);
		const named = ['account', 'state', 'settings.fqdn', 'settings.cert_id', 'settings.ami_id'];
		for (const key of [...named, 'settings.db_password']) expect(ran.err).toMatch(`  ${key}  `);
		expect(existsSync(home)).toBe(false);

		const json = await runWizard(
			['install', '--answers', path, '--home', home, '--output', 'json', '--no-input'],
			{ env },
		);
		const missing = (json.events[0]?.missing ?? []) as { key: string; label: string }[];
		expect(missing.map(({ key }) => key).sort()).toEqual([...named, 'settings.db_password'].sort());
	});

	it('requires only the answers of the steps that will run', async () => {
		const path = write('short.yaml', 'version: 1\nregion: us-west-2\n');
		const ran = await runWizard(
			['install', '--until', 'network', '--answers', path, '--home', join(folder, 'x')],
			{ env },
		);
		expect(ran.err).toContain(`1 required answer is missing from ${path}.`);
	});

	it('exits 3 without a question when there are no answers and no session', async () => {
		const ran = await runWizard(['install', '--home', join(folder, 'x')], { env });
		expect(ran.code).toBe(3);
		expect(ran.err).toContain('settings.fqdn');
	});

	it('refuses a file with interactive steps when there is no terminal', async () => {
		const path = write('ask.yaml', `${readValidAnswers()}ask: [settings]\n`);
		const ran = await runWizard(['install', '--answers', path, '--home', join(folder, 'x')], {
			env,
		});
		expect(ran.code).toBe(3);
		expect(ran.err).toContain('makes steps interactive (ask: settings)');
	});

	it.each([
		['missing', () => join(folder, 'nowhere.yaml'), 'does not exist'],
		['a directory', () => folder, 'is a directory, not a file'],
		['not text', () => write('latin1.yaml', ''), 'not valid UTF-8'],
	])('refuses a file that is %s', async (_, path, words) => {
		const file = path();
		if (words === 'not valid UTF-8')
			writeFileSync(file, Buffer.from('version: 1\n# \xfc\n', 'latin1'));
		const ran = await runWizard(['install', '--answers', file, '--home', join(folder, 'x')], {
			env,
		});
		expect(ran.code).toBe(3);
		expect(ran.err).toContain(words);
	});

	it('leaves no files and sends no request to AWS', () => {
		expect(connections).toBe(0);
		expect(readdirSync(folder).filter((name) => !/\.(yaml|tfvars)$/.test(name))).toEqual([]);
	});

	it('sends requests to AWS with a valid file', async () => {
		const path = write('good.yaml', readValidAnswers());
		const home = join(folder, 'home-of-good');
		const ran = await runWizard(['install', '--answers', path, '--home', home], { env });
		expect(ran.code).toBe(4);
		expect(connections).toBeGreaterThan(0);
	});
});
