import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { formatProblem } from '../../source/engine/answers/answers-problem.ts';
import { checkAnswers } from '../../source/engine/answers/check-answers.ts';
import { parseAnswers } from '../../source/engine/answers/parse-answers.ts';
import { getTarget } from '../../source/targets/registry.ts';
import { badAnswers, goodAnswers } from './helpers/bad-answers.ts';
import { wizard } from './helpers/wizard.ts';

const { catalogue } = getTarget('ptfe-ami');
const bad = badAnswers();
const tfvars = fileURLToPath(new URL('../fixtures/tfvars/production-2018.tfvars', import.meta.url));
let folder: string;

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'tfe-wizard-answers-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
	const path = join(folder, name);
	writeFileSync(path, text);
	return path;
}

const check = (text: string) =>
	checkAnswers(parseAnswers(text, 'answers.yaml', catalogue), catalogue, { session: 'acme' });

describe('tfe-wizard answers', () => {
	it('check: a good file is complete', async () => {
		const path = write('good.yaml', goodAnswers());
		const ran = await wizard(['answers', 'check', path]);
		expect(ran).toMatchObject({ code: 0, err: '' });
		expect(ran.out).toContain(`${path} is complete: `);
		expect(ran.out).toContain(`next  tfe-wizard install --answers ${path}`);
	});

	it('check: names what is wrong and what is missing besides', async () => {
		const path = write('bad.yaml', 'version: 1\naccount: "1"\nregion: us-west-2\n');
		const ran = await wizard(['answers', 'check', path]);
		expect(ran.code).toBe(3);
		expect(ran.err).toContain(`${path}:2:10  account  is not an AWS account ID`);
		expect(ran.err).toContain('missing: settings.fqdn');
		const json = await wizard(['answers', 'check', path, '--output', 'json']);
		expect(json.code).toBe(3);
		expect(JSON.parse(json.out)).toMatchObject({
			v: 1,
			ok: false,
			problems: [{ key: 'account', place: { line: 2, column: 10 } }],
			missing: expect.arrayContaining([expect.objectContaining({ key: 'settings.fqdn' })]),
		});
	});

	const required = ['account', 'region', 'state.s3.bucket'].concat(
		['fqdn', 'cert_id', 'ami_id', 'db_password'].map((name) => `settings.${name}`),
	);

	it.each([[[]], [['--full']]])(
		'template %j lacks what must be answered, and no more',
		async (flags) => {
			const template = await wizard(['answers', 'template', ...flags]);
			expect(template).toMatchObject({ code: 0, err: '' });
			const path = write('template.yaml', template.out);
			const ran = await wizard(['answers', 'check', path]);
			expect(ran.code).toBe(3);
			const { problems } = check(template.out);
			expect(problems.map(({ key }) => key).sort()).toEqual([...required].sort());
			for (const problem of problems) {
				expect(problem.message).toBe('has no value');
				expect(ran.err).toContain(formatProblem(problem).replace('answers.yaml', path));
			}
		},
	);

	it('template: with its own examples it is an answers file', async () => {
		const { out } = await wizard(['answers', 'template']);
		const filled = out.replace(/^( *)# Example: (.*)\n( *)([a-z0-9_]+):$/gm, '$3$4: $2');
		const { problems, resolved } = check(filled);
		expect(problems.map(formatProblem)).toEqual([]);
		expect(resolved.missing).toEqual([]);
	});

	it('schema: takes what is good and refuses what is bad in form', async () => {
		const ran = await wizard(['answers', 'schema']);
		expect(ran).toMatchObject({ code: 0, err: '' });
		const validate = new Ajv.default({ strict: false, allErrors: true }).compile(
			JSON.parse(ran.out),
		);
		for (const name of ['usual', 'existing']) {
			expect(validate(parse(goodAnswers(name))), JSON.stringify(validate.errors)).toBe(true);
		}
		const refused = bad.filter(({ text }) => {
			try {
				return !validate(parse(text));
			} catch {
				return true;
			}
		});
		const names = refused.map(({ name }) => name);
		// Not those about several answers or about what a pattern cannot say; those of form, all.
		expect(names).toEqual(
			expect.arrayContaining([
				'a key misspelt',
				'of a later version',
				'seconds below zero',
				'an account without quotes',
				'both networks',
				'a password in clear',
				'a name with a space',
				'a VPC for a subnet',
			]),
		);
		expect(refused.length).toBeGreaterThan(bad.length / 2);
	});

	it('import: a terraform.tfvars of 2018 becomes an answers file that says what it still lacks', async () => {
		const ran = await wizard(['answers', 'import', tfvars]);
		expect(ran.code).toBe(0);
		expect(ran.err).toMatch(/production-2018\.tfvars:9 {2}elb_subnet_id {2}changed: /);
		const { answers, problems } = check(ran.out);
		// No example stands in for an answer: what 2018 did not know is left open.
		expect(problems.map(({ key, message }) => [key, message])).toEqual([
			['network.existing.elb_subnet_ids', 'has 1 item, at least 2 are needed'],
			['state.s3.bucket', 'has no value'],
		]);
		expect(answers).toMatchObject({
			region: 'us-west-2',
			account: '241656615859',
			'settings.db_password': { env: 'TFE_DB_PASSWORD' },
		});
		const secret = /db_password\s*=\s*"([^"]+)"/.exec(readFileSync(tfvars, 'utf8'))?.[1] ?? '';
		expect(secret).not.toBe('');
		expect(`${ran.out}${ran.err}`).not.toContain(secret);
	});

	it('import: what is no tfvars is refused whole', async () => {
		const path = write('broken.tfvars', 'fqdn = "tfe.acme.example"\nami_id = \n');
		const ran = await wizard(['answers', 'import', path]);
		expect(ran.code).toBe(3);
		expect(ran.out).toBe('');
		expect(ran.err).toContain(`${path}:2:`);
		expect((await wizard(['answers', 'import', join(folder, 'none')])).code).toBe(2);
	});

	it('export: of no session is refused, naming those there are', async () => {
		const ran = await wizard([
			'answers',
			'export',
			'--session',
			'none',
			'--home',
			join(folder, 'x'),
		]);
		expect(ran.code).toBe(2);
		expect(ran.err).toContain('There is no session none.');
	});
});
