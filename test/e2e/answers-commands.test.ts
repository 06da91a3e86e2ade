import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { formatProblem } from '../../source/engine/answers/answers-problem.ts';
import { parseAnswers } from '../../source/engine/answers/parse-answers.ts';
import { checkAnswers } from '../../source/engine/answers/resolve-and-check-answers.ts';
import { getTargetOrDefault } from '../../source/targets/registry.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { runWizard } from './helpers/run-wizard.ts';
import { listInvalidAnswers, readValidAnswers } from './helpers/sample-answers.ts';

const { catalogue } = getTargetOrDefault('ptfe-ami');
const bad = listInvalidAnswers();
const tfvars = fileURLToPath(new URL('../fixtures/tfvars/production-2018.tfvars', import.meta.url));
const folder = createTemporaryDirectory();

function write(name: string, text: string): string {
	const path = join(folder, name);
	writeFileSync(path, text);
	return path;
}

const check = (text: string) =>
	checkAnswers(parseAnswers(text, 'answers.yaml', catalogue), catalogue, { session: 'acme' });

describe('tfe-wizard answers', () => {
	it('check reports that a valid file is complete', async () => {
		const path = write('good.yaml', readValidAnswers());
		const env = { TFE_DB_PASSWORD: 'long-enough-1' };
		const ran = await runWizard(['answers', 'check', path], { env });
		expect(ran).toMatchObject({ code: 0, err: '' });
		expect(ran.out).toContain(`${path} is complete: `);
		expect(ran.out).toContain(`next  tfe-wizard install --answers ${path}`);
	});

	it('check reports invalid and missing answers', async () => {
		const path = write('bad.yaml', 'version: 1\naccount: "1"\nregion: us-west-2\n');
		const ran = await runWizard(['answers', 'check', path]);
		expect(ran.code).toBe(3);
		expect(ran.err).toContain(`${path}:2:10  account  is not an AWS account ID`);
		expect(ran.err).toContain('missing: settings.fqdn');
		const json = await runWizard(['answers', 'check', path, '--output', 'json']);
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

	it.each([[[]], [['--full']]])('template %j lacks exactly the required answers', async (flags) => {
		const template = await runWizard(['answers', 'template', ...flags]);
		expect(template).toMatchObject({ code: 0, err: '' });
		const path = write('template.yaml', template.out);
		const ran = await runWizard(['answers', 'check', path]);
		expect(ran.code).toBe(3);
		const { problems } = check(template.out);
		expect(problems.map(({ key }) => key).sort()).toEqual([...required].sort());
		for (const problem of problems) {
			expect(problem.message).toBe('has no value');
			expect(ran.err).toContain(formatProblem(problem).replace('answers.yaml', path));
		}
	});

	it('template is a valid answers file once its examples are filled in', async () => {
		const { out } = await runWizard(['answers', 'template']);
		const filled = out.replace(/^( *)# Example: (.*)\n( *)([a-z0-9_]+):$/gm, '$3$4: $2');
		const { problems, resolved } = check(filled);
		expect(problems.map(formatProblem)).toEqual([]);
		expect(resolved.missing).toEqual([]);
	});

	it('schema accepts valid files and rejects those of invalid form', async () => {
		const ran = await runWizard(['answers', 'schema']);
		expect(ran).toMatchObject({ code: 0, err: '' });
		const validate = new Ajv.default({ strict: false, allErrors: true }).compile(
			JSON.parse(ran.out),
		);
		for (const name of ['usual', 'existing']) {
			expect(validate(parse(readValidAnswers(name))), JSON.stringify(validate.errors)).toBe(true);
		}
		const refused = bad.filter(({ text }) => {
			try {
				return !validate(parse(text));
			} catch {
				return true;
			}
		});
		const names = refused.map(({ name }) => name);
		// A schema cannot express rules about several answers, or more than a pattern can.
		expect(names).toEqual(
			expect.arrayContaining([
				'a misspelt key',
				'a later file version',
				'a negative timeout',
				'an account ID without quotes',
				'two network options',
				'a password in plaintext',
				'a network name with a space',
				'a VPC ID as the subnet',
			]),
		);
		expect(refused.length).toBeGreaterThan(bad.length / 2);
	});

	it('import converts a terraform.tfvars of 2018 to an answers file and leaves missing answers empty', async () => {
		const ran = await runWizard(['answers', 'import', tfvars]);
		expect(ran.code).toBe(0);
		expect(ran.err).toMatch(/production-2018\.tfvars:9 {2}elb_subnet_id {2}check: /);
		const { answers, problems } = check(ran.out);
		// Answers that the file of 2018 lacks are not filled with examples.
		expect(problems.map(({ key, message }) => [key, message])).toEqual([
			['network.existing.elb_subnet_ids', 'has 1 item; at least 2 are required'],
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

	it('import refuses a file that is not valid tfvars', async () => {
		const path = write('broken.tfvars', 'fqdn = "tfe.acme.example"\nami_id = \n');
		const ran = await runWizard(['answers', 'import', path]);
		expect(ran.code).toBe(3);
		expect(ran.out).toBe('');
		expect(ran.err).toContain(`${path}:2:`);
		expect((await runWizard(['answers', 'import', join(folder, 'none')])).code).toBe(2);
	});

	it('export refuses a session that does not exist', async () => {
		const ran = await runWizard([
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
