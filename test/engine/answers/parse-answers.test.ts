import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
	createProblemsError,
	formatProblem,
} from '../../../source/engine/answers/answers-problem.ts';
import { parseAnswers, readAnswersFile } from '../../../source/engine/answers/parse-answers.ts';
import { checkAnswers } from '../../../source/engine/answers/resolve-and-check-answers.ts';
import { createTemporaryDirectory } from '../../helpers/temporary-directory.ts';
import { sampleCatalogue, sampleContext, shortestAnswers } from './sample-catalogue.ts';

function parse(text: string, file = 'answers.yaml') {
	return parseAnswers(text, file, sampleCatalogue);
}

function lines(text: string): string[] {
	return checkAnswers(parse(text), sampleCatalogue, sampleContext).problems.map(formatProblem);
}

describe('parseAnswers', () => {
	it('reads nested keys, variants and every kind', () => {
		const { answers, ask, problems } = parse(`
version: 1
$schema: ./answers.schema.json
ask: [network, rekey]
terraform: { lock_timeout_seconds: 5 }
network:
  existing:
    subnet_ids:
      - subnet-0a
      - subnet-0b
    peering: { vpc: { id: vpc-1 } }
settings:
  internal_elb: true
  encryption: ""
  startup_script: |
    #!/bin/sh
    echo "  hello "
  tags: { Owner: me, "Cost centre": "12" }
  db_password: { command: [pass, show, tfe] }
  license: { generate: }
  contact:
rekey:
  custodians: [{ name: lead, pgp_key: { file: keys/lead.asc } }]
`);
		expect(problems).toEqual([]);
		expect(ask).toEqual(['network', 'rekey']);
		expect(answers).toEqual({
			'terraform.lock_timeout_seconds': 5,
			network: 'existing',
			'network.existing.subnet_ids': ['subnet-0a', 'subnet-0b'],
			'network.existing.peering': 'vpc',
			'network.existing.peering.vpc.id': 'vpc-1',
			'settings.internal_elb': true,
			'settings.encryption': '',
			'settings.startup_script': '#!/bin/sh\necho "  hello "\n',
			'settings.tags': { Owner: 'me', 'Cost centre': '12' },
			'settings.db_password': { command: ['pass', 'show', 'tfe'] },
			'settings.license': { generate: {} },
			'rekey.custodians': [{ name: 'lead', pgp_key: { file: 'keys/lead.asc' } }],
		});
	});

	it.each([
		'network: create',
		'network: { create: {} }',
		'network: { create: }',
		'network:\n  create: ~',
	])('accepts an option without answers written as %j', (form) => {
		const { answers, problems } = parse(`version: 1\n${form}\n`);
		expect(problems).toEqual([]);
		expect(answers).toEqual({ network: 'create' });
	});

	it('accepts a bare option that needs answers when its step is interactive', () => {
		const { answers, problems } = parse('version: 1\nask: [network]\nnetwork: existing\n');
		expect(problems).toEqual([]);
		expect(answers).toEqual({ network: 'existing' });
	});

	it('reads JSON with carriage returns', () => {
		const json = '{\r\n"version": 1,\r\n"region": "us-west-2"\r\n}\r\n';
		expect(parse(json, 'answers.json').answers).toEqual({ region: 'us-west-2' });
		expect(parse(json, 'answers.json').problems).toEqual([]);
	});

	it('records the position of every value, list item and map entry', () => {
		const { places } = parse(
			'version: 1\nnetwork:\n  create:\n    zones: [a, b]\nsettings:\n  tags:\n    Owner: me\n  contact:\n',
		);
		const at = (key: string) => [places.get(key)?.line, places.get(key)?.column];
		expect(at('network')).toEqual([3, 3]);
		expect(at('network.create.zones')).toEqual([4, 12]);
		expect(at('network.create.zones[1]')).toEqual([4, 16]);
		expect(at('settings.tags.Owner')).toEqual([7, 5]);
		expect(at('settings.contact')).toEqual([8, 3]);
	});

	it('reports every problem in one pass, in file order', () => {
		const found = lines(`version: 1
account: 012345678901
regoin: us-west-2
network: { create: { cidr: 10.0.0.0/16, nmae: x }, existing: { subnet_ids: [vpc-1] } }
settings:
  fqdn: TFE.acme.example
  db_password: hunter2
  db_size_gb: 3
  internal_elb: yes
  kms_key: arn:x
ask: [stat]
`);
		expect(found.map((line) => line.split('  ').slice(0, 2).join(' '))).toEqual([
			'answers.yaml:2:10 account',
			'answers.yaml:3:1 regoin',
			'answers.yaml:4:41 network.create.nmae',
			'answers.yaml:4:52 network.existing',
			'answers.yaml:6:9 settings.fqdn',
			'answers.yaml:7:16 settings.db_password',
			'answers.yaml:8:15 settings.db_size_gb',
			'answers.yaml:9:17 settings.internal_elb',
			'answers.yaml:10:12 settings.kms_key',
			'answers.yaml:11:7 ask[0]',
		]);
	});

	it('reports problems above a syntax error and none below it', () => {
		expect(lines('version: 1\nregoin: x\nsettings:\n\tfqdn: y\nzzz: 1\n')).toEqual([
			'answers.yaml:2:1  regoin  is not a known key; did you mean region?',
			'answers.yaml:4:1  (YAML)  is indented with a tab; use spaces',
		]);
	});

	it('stops reading at an unsupported version', () => {
		expect(lines('version: 2\nwhatever: [1]\n')).toEqual([
			'answers.yaml:1:10  version  is 2, but this tfe-wizard supports only 1',
		]);
	});

	it('reports no further problems for answers that depend on a rejected one', () => {
		// A misspelt `fqdn` is not also reported as missing, and neither is the bucket derived from it.
		const misspelt = shortestAnswers.replace('fqdn:', 'fqnd:');
		const checked = checkAnswers(parse(misspelt), sampleCatalogue, sampleContext);
		expect(checked.problems).toHaveLength(1);
		expect(checked.resolved.missing).toEqual([]);
		// With `encryption` rejected, it is unknown whether `kms_key` applies.
		expect(
			lines(`${shortestAnswers}  encryption: [aws:kms]\n  kms_key: arn:x\n`).map(
				(l) => l.split('  ')[1],
			),
		).toEqual(['settings.encryption']);
	});
});

describe('hostile files', () => {
	it.each([
		['an alias bomb', `a: &a [x,x]\n${'b: &b [*a,*a,*a,*a]\n'.repeat(50)}`],
		['100 000 unknown keys', Array.from({ length: 100_000 }, (_, i) => `k${i}:`).join('\n')],
		['100 000 duplicate keys', 'region: a\n'.repeat(100_000)],
		['deep brackets', `account: ${'['.repeat(50_000)}`],
		['deep nesting within limits', `settings: { tags: ${'{ a: '.repeat(300)}1${'}'.repeat(301)}`],
		['deep dashes', `account:\n ${'- '.repeat(50_000)}`],
		['a wall of quotes', '"'.repeat(300_001)],
		['half a million blank lines', `version: 1\n${'\n'.repeat(500_000)}x: 1`],
		['one very long key', `version: 1\n${'k'.repeat(900_000)}: 1`],
	])('reports problems of bounded size for %s', (_name, text) => {
		const { problems } = parse(text);
		expect(problems.map(formatProblem).join()).not.toContain('larger than 1 MiB');
		expect(problems.length).toBeGreaterThan(0);
		expect(problems.length).toBeLessThanOrEqual(600);
		const error = createProblemsError(problems, 'answers.yaml');
		expect(error.facts.details?.join('\n').length).toBeLessThan(40_000);
	});
});

describe('readAnswersFile', () => {
	const folder = createTemporaryDirectory();

	async function read(bytes: string | Uint8Array) {
		const file = join(folder, 'answers.yaml');
		await writeFile(file, bytes);
		return readAnswersFile(file, sampleCatalogue);
	}

	it('reads a file and returns its directory', async () => {
		const { baseFolder, answers, problems } = await read(shortestAnswers);
		expect(problems).toEqual([]);
		expect(baseFolder).toBe(folder);
		expect(answers.region).toBe('us-west-2');
	});

	it.each([
		['UTF-16', Buffer.from(`\uFEFF${shortestAnswers}`, 'utf16le'), /:1:1 {2}is encoded as UTF-16/],
		[
			'Latin-1',
			Buffer.from('version: 1\nregion: ü-ber\n', 'latin1'),
			/:2:9 {2}contains bytes that are not valid UTF-8/,
		],
		['more than 1 MiB', Buffer.alloc(1024 * 1024 + 1, '#'), /:1:1 {2}is larger than 1 MiB/],
	])('rejects a file with %s', async (_name, bytes, line) => {
		const { problems, broken } = await read(bytes);
		expect(problems.map(formatProblem).join()).toMatch(line);
		expect(broken).toBe(true);
	});

	it.each([
		['nowhere.yaml', 'does not exist'],
		['.', 'is a directory'],
		['answers.yaml/x', 'does not exist'],
	])('rejects the path %s', async (name, words) => {
		await read(shortestAnswers);
		const promise = readAnswersFile(join(folder, name), sampleCatalogue);
		await expect(promise).rejects.toMatchObject({
			fault: 'answers',
			message: expect.stringContaining(words),
		});
	});

	it('reads an endless device only up to the size limit', async () => {
		const { problems } = await readAnswersFile('/dev/zero', sampleCatalogue);
		expect(problems.map(formatProblem).join()).toContain('larger than 1 MiB');
	});
});

describe('problemsError', () => {
	it('contains every problem and the next commands', () => {
		const { problems } = parse('version: 1\nregoin: x\nzone: y\n', 'my answers.yaml');
		const { fault, facts: told } = createProblemsError(problems, 'my answers.yaml');
		expect(fault).toBe('answers');
		expect(told.message).toBe('my answers.yaml has 2 problems.');
		expect(told.details).toHaveLength(2);
		expect(told.place).toEqual({ file: 'my answers.yaml', line: 2, column: 1 });
		expect(told.next?.[0]).toBe("tfe-wizard answers check 'my answers.yaml'");
	});
});
