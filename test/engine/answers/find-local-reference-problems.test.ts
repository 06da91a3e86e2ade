import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
	findLocalReferenceProblems,
	findMissingLocalReference,
} from '../../../source/engine/answers/find-local-reference-problems.ts';
import { parseAnswers } from '../../../source/engine/answers/parse-answers.ts';
import { getTargetOrDefault } from '../../../source/targets/registry.ts';
import { readValidAnswers } from '../../e2e/helpers/sample-answers.ts';
import { createTemporaryDirectory } from '../../helpers/temporary-directory.ts';

const { catalogue } = getTargetOrDefault('ptfe-ami');
const folder = createTemporaryDirectory();
const environment = { PATH: join(folder, 'bin'), SET: 'long-enough-1', SHORT: 'short-1' };
mkdirSync(join(folder, 'bin'));
writeFileSync(join(folder, 'bin/op'), '#!/bin/sh\ntouch "$0.ran"\n', { mode: 0o755 });
writeFileSync(join(folder, 'password'), 'long-enough-1\n');
writeFileSync(join(folder, 'empty'), '\n');
writeFileSync(join(folder, 'no-key.asc'), 'hello\n');
writeFileSync(join(folder, 'policy.json'), '{ "Version": "2012-10-17" }');
writeFileSync(join(folder, 'broken.json'), '{');
for (const name of ['alice.asc', 'expired.asc'])
	copyFileSync(new URL(`../../fixtures/pgp/${name}`, import.meta.url), join(folder, name));

const find = (answers: Record<string, unknown>) =>
	findLocalReferenceProblems(answers, { catalogue, baseFolder: folder, environment });

/** Values that name something this computer lacks or that cannot be used, for each question that names something. */
const invalid: [key: string, value: unknown, at: string, message: string][] = [
	['terraform.binary', 'terraform-9', '', 'the program terraform-9 was not found on PATH'],
	['terraform.binary', './terraform', '', `${folder}/terraform does not exist`],
	['terraform.binary', './password', '', `${folder}/password is not executable`],
	['terraform.provider_mirror', 'mirror', '', `${folder}/mirror does not exist`],
	['terraform.provider_mirror', 'password', '', `${folder}/password is a file, not a directory`],
	['terraform.provider_mirror', 'bin', '', 'does not contain hashicorp/aws'],
	['instance.ssh.config', 'ssh_config', '', `${folder}/ssh_config does not exist`],
	['instance.ssh.config', 'bin', '', `${folder}/bin is a directory, not a file`],
	['settings.db_password', { env: 'UNSET' }, '', 'environment variable UNSET is not set'],
	['settings.db_password', { env: 'SHORT' }, '', 'is too short; the minimum is 8 characters'],
	['settings.db_password', { file: 'nosuch' }, '', `${folder}/nosuch does not exist`],
	['settings.db_password', { file: 'empty' }, '', 'the referenced value is empty'],
	['settings.db_password', { command: 'pass show x' }, '', 'program pass was not found on PATH'],
	['settings.db_password', { command: ['./pass'] }, '', `${folder}/pass does not exist`],
	['rekey.custodians.people', { a: '', b: 'b.asc' }, '.b', `${folder}/b.asc does not exist`],
	[
		'rekey.custodians.people',
		{ a: '', b: 'no-key.asc' },
		'.b',
		`${folder}/no-key.asc cannot be used: `,
	],
	[
		'rekey.custodians.people',
		{ a: 'alice.asc', b: 'expired.asc' },
		'.b',
		`${folder}/expired.asc cannot be used: it expired on `,
	],
	[
		'rekey.custodians.open_with',
		['gpg2', '{file}'],
		'[0]',
		'the program gpg2 was not found on PATH',
	],
	[
		'settings.instance_role_policies',
		{ p: { file: 'none.json' } },
		'.p.file',
		`${folder}/none.json does not exist`,
	],
	[
		'settings.instance_role_policies',
		{ p: { file: 'policy.json' } },
		'.p.file',
		'must contain at least one statement',
	],
	[
		'settings.instance_role_policies',
		{ p: { file: 'broken.json' } },
		'.p.file',
		`${folder}/broken.json is not a valid role policy`,
	],
];

describe('findLocalReferenceProblems', () => {
	it.each(invalid)('reports %s %j', async (key, value, at, message) => {
		const problems = await find({ [key]: value });
		expect(problems).toMatchObject([{ key: `${key}${at}` }]);
		expect(problems[0]?.message).toContain(message);
		expect(problems[0]?.message).not.toMatch(/long-enough-1|short-1/);
	});

	it('covers every question that names something on this computer', () => {
		const named = catalogue.questions.filter(
			({ kind, localReferences }) => kind === 'secret' || localReferences !== undefined,
		);
		expect(new Set(invalid.map(([key]) => key))).toEqual(new Set(named.map(({ key }) => key)));
		const paths = /\b(path|directory|file) (of|for)\b|program on PATH|file path/i;
		const unchecked = catalogue.questions.filter(
			(question) => paths.test(question.rule ?? '') && !named.includes(question),
		);
		expect(unchecked.map(({ key }) => key)).toEqual([]);
	});

	it.each([
		[{ env: 'SET' }],
		[{ file: 'password' }],
		[{ file: join(folder, 'password') }],
		[{ command: 'op read op://vault/item' }],
		[{ command: ['op', 'read'] }],
		[{ command: 'VAR=x op read' }],
		[{ command: 'if true; then op read; fi' }],
		[{ command: '"$HOME/bin/op" read' }],
		[{ generate: {} }],
	])('accepts the password %j without running a program', async (reference) => {
		expect(await find({ 'settings.db_password': reference })).toEqual([]);
		expect(() => chmodSync(join(folder, 'bin/op.ran'), 0o600)).toThrow('ENOENT');
	});

	it('reports the position of each answer', async () => {
		const text = readValidAnswers().replace(
			/db_password: .*/,
			'db_password: { env: UNSET }\n  instance_role_policies:\n    p: { file: none.json }',
		);
		const { answers, places } = parseAnswers(text, 'acme.yaml', catalogue);
		const given = Object.fromEntries(
			Object.entries(answers).filter(([key]) => /password|policies/.test(key)),
		);
		const problems = await findLocalReferenceProblems(given, {
			...{ catalogue, places, baseFolder: folder, environment },
		});
		const line = text.split('\n').findIndex((one) => one.includes('UNSET')) + 1;
		expect(problems).toMatchObject([
			{ place: { file: 'acme.yaml', line } },
			{ place: { file: 'acme.yaml', line: line + 2 } },
		]);
	});
});

describe('findMissingLocalReference', () => {
	it('names the entries of a map', () => {
		const people = catalogue.questions.find(({ key }) => key === 'rekey.custodians.people');
		const value = { ann: 'a.asc', ben: '', cem: 'c.asc' };
		expect(
			people && findMissingLocalReference(people, value, { baseFolder: folder, environment }),
		).toBe(`ann: ${folder}/a.asc does not exist; cem: ${folder}/c.asc does not exist`);
	});
});
