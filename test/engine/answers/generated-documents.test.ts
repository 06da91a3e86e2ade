import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { createAnswersJsonSchema } from '../../../source/engine/answers/answers-json-schema.ts';
import { formatProblem } from '../../../source/engine/answers/answers-problem.ts';
import { formatAnswersReferenceMarkdown } from '../../../source/engine/answers/answers-reference-markdown.ts';
import { createAnswersTemplate } from '../../../source/engine/answers/answers-template.ts';
import {
	diffAnswersOfStartedSteps,
	formatAnswerChanges,
} from '../../../source/engine/answers/diff-answers.ts';
import {
	formatAnswersFile,
	LINE_WIDTH,
} from '../../../source/engine/answers/format-answers-file.ts';
import { parseAnswers } from '../../../source/engine/answers/parse-answers.ts';
import {
	addDefaultAndDerivedAnswers,
	checkAnswers,
} from '../../../source/engine/answers/resolve-and-check-answers.ts';
import { badFiles } from './bad-files.ts';
import { sampleCatalogue, sampleContext, shortestAnswers } from './sample-catalogue.ts';

function check(text: string) {
	return checkAnswers(
		parseAnswers(text, 'template.yaml', sampleCatalogue),
		sampleCatalogue,
		sampleContext,
	);
}

function uncommented(text: string): string {
	return text.replace(/^( *)#(?=[^\s#])/gm, '$1');
}

describe('answersTemplate', () => {
	it.each([{ full: false }, { full: true }])(
		'leaves only required answers blank: %j',
		(options) => {
			const { problems } = check(createAnswersTemplate(sampleCatalogue, options));
			for (const { message } of problems) expect(message).toBe('has no value');
			expect(problems.map(({ key }) => key)).toEqual([
				'account',
				'region',
				'state.s3.bucket',
				'settings.fqdn',
				'settings.db_password',
			]);
		},
	);

	it.each([{ full: false }, { full: true }])(
		'is valid with its own examples filled in: %j',
		(options) => {
			const text = createAnswersTemplate(sampleCatalogue, options);
			const filled = text.replace(
				/^( *)# Example: (.*)\n((?: *# .*\n)*)( *)([a-z0-9_]+):$/gm,
				'$1# …\n$3$4$5: $2',
			);
			const { problems, resolved } = check(filled);
			expect(problems.map(formatProblem)).toEqual([]);
			expect(resolved.missing).toEqual([]);
		},
	);

	it.each([{ full: false }, { full: true }])(
		'parses with every optional line uncommented: %j',
		(options) => {
			const { problems, answers } = parseAnswers(
				uncommented(createAnswersTemplate(sampleCatalogue, options)),
				'template.yaml',
				sampleCatalogue,
			);
			for (const { message } of problems) expect(message).toMatch(/^has no value/);
			const blank = problems.filter(({ message }) => message.includes('use the default'));
			// Derived questions without an example have no sample value.
			expect(blank.map(({ key }) => key)).toEqual(['state.s3.region', 'settings.bucket_name']);
			expect(Object.keys(answers)).toEqual(
				expect.arrayContaining([
					'terraform.binary',
					'settings.tags',
					'settings.license',
					'network',
				]),
			);
		},
	);

	it('contains every question, and in full form every option', () => {
		const [short, full] = [
			createAnswersTemplate(sampleCatalogue),
			createAnswersTemplate(sampleCatalogue, { full: true }),
		];
		for (const { key, label } of sampleCatalogue.questions) {
			if (!/existing|backend/.test(key)) expect(short).toContain(label);
			expect(full).toContain(label);
		}
		expect(short).not.toMatch(/^ *existing:/m);
		expect(full).toContain('#   existing:');
	});

	it('contains alternative options that parse once uncommented', () => {
		const full = createAnswersTemplate(sampleCatalogue, { full: true });
		const others = full.split(/^# Or instead:\n/m).slice(1);
		const forms = others.map((other) =>
			other
				.split('\n\n')[0]
				?.split('\n')
				.map((line) => line.replace(/^# ?/, ''))
				.join('\n'),
		);
		expect(forms).toHaveLength(3);
		for (const form of forms) {
			const { problems, answers } = parseAnswers(
				`version: 1\n${form}\n`,
				'a.yaml',
				sampleCatalogue,
			);
			for (const { message } of problems) expect(message).toBe('has no value');
			expect(Object.keys(answers).length).toBeGreaterThan(0);
		}
	});

	it('has no line longer than its width', () => {
		for (const full of [false, true]) {
			for (const line of createAnswersTemplate(sampleCatalogue, { full }).split('\n')) {
				expect(line.length).toBeLessThanOrEqual(LINE_WIDTH);
			}
		}
	});

	it('contains given answers instead of examples', () => {
		const given = {
			region: 'eu-west-1',
			network: 'existing',
			'network.existing.subnet_ids': ['subnet-0a', 'subnet-0b'],
			'settings.db_size_gb': 100,
			'settings.startup_script': 'a\nb\n',
		};
		const template = createAnswersTemplate(sampleCatalogue, { given });
		const { answers, problems } = parseAnswers(template, 'a.yaml', sampleCatalogue);
		for (const { key, message } of problems) {
			expect(message).toBe('has no value');
			expect(Object.keys(given)).not.toContain(key);
		}
		expect(answers).toMatchObject(given);
	});
});

describe('answersSchema', () => {
	const schema = createAnswersJsonSchema(sampleCatalogue);
	const editor = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
	const accepts = (text: string) => editor.safeParse(parse(text)).success;

	it('is deterministic plain data', () => {
		expect(JSON.stringify(createAnswersJsonSchema(sampleCatalogue))).toBe(JSON.stringify(schema));
		expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
	});

	it('accepts files that the program accepts', () => {
		const given = parseAnswers(shortestAnswers, 'a.yaml', sampleCatalogue).answers;
		const { answers } = addDefaultAndDerivedAnswers(given, sampleCatalogue, sampleContext);
		expect(accepts(shortestAnswers)).toBe(true);
		expect(accepts(formatAnswersFile(answers, sampleCatalogue))).toBe(true);
		expect(accepts(createAnswersTemplate(sampleCatalogue, { full: true, given }))).toBe(true);
		expect(accepts('version: 1\nnetwork: create')).toBe(true);
		expect(accepts('version: 1\nnetwork: { create: }')).toBe(true);
		expect(accepts('version: 1\n$schema: ./a.json\nask: [network]')).toBe(true);
		expect(accepts('version: 1\nstate: { backend: { settings: { a: [1, { b: null }] } } }')).toBe(
			true,
		);
	});

	it.each([
		'an unknown key',
		'a key at the wrong level',
		'a key below an option without questions',
		'no version',
		'version 2',
		'an account id without quotes',
		'an unknown option',
		'two options',
		'an option that needs answers',
		'a literal secret',
		'two references in one secret',
		'a number in quotes',
		'yes instead of true',
		'an invalid choice',
		'a value that its schema rejects',
		'a number that is too large',
		'a list that is too short',
		'an unknown key of a list item',
		'ask with an unknown step',
	])('rejects %s', (name) => {
		const file = badFiles.find((one) => one.name === name);
		expect(file).toBeDefined();
		expect(accepts(file?.text ?? '')).toBe(false);
	});

	it('contains labels, rules, defaults and examples', () => {
		expect(schema.properties).toMatchObject({
			account: {
				title: 'AWS account',
				description: expect.stringContaining('Rule: 12 digits.'),
				examples: ['012345678901'],
			},
			terraform: { properties: { lock_timeout_seconds: { default: 60, type: 'integer' } } },
		});
	});

	it('defines every referenced definition', () => {
		const text = JSON.stringify(schema);
		const references = [...text.matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)].map(([, name]) => name);
		expect(references.length).toBeGreaterThan(0);
		for (const name of references) expect(schema.$defs).toHaveProperty([String(name)]);
	});
});

describe('answersReference', () => {
	it('documents every key with its properties', () => {
		const text = formatAnswersReferenceMarkdown(sampleCatalogue);
		for (const { key } of sampleCatalogue.questions) expect(text).toContain(`#### \`${key}\`\n`);
		expect(text).toContain('- Applies: when `network.existing.peering` is `vpc`');
		expect(text).toContain('- 2018 variable: `hostname_full`; was two variables');
		expect(text).toContain('- Default: tfe-FQDN-data');
		expect(text).toContain('  - `create`: A new one; takes 3 minutes');
		expect(text).toContain('- settings.no_proxy needs settings.proxy_url.');
		expect(text).toContain('### Storage');
		expect(text).not.toMatch(/undefined|\[object|[ \t]$/m);
	});
});

describe('diffAnswersOfStartedSteps', () => {
	const ran = { state: 'done' as const, at: '2026-01-01T00:00:00.000Z' };
	/** A session whose steps have run with these answers. */
	const stored = (answers: Record<string, unknown>) => ({
		answers,
		steps: { preflight: ran, settings: ran },
	});

	it('ignores answers of steps that have not run', () => {
		const changes = diffAnswersOfStartedSteps(
			{ answers: { region: 'us-west-2', 'settings.contact': 'me' }, steps: { preflight: ran } },
			{ region: 'eu-west-1' },
			sampleCatalogue,
		);
		expect(changes.map(({ key }) => key)).toEqual(['region']);
	});

	it('lists changes in order and shows only the form of secrets', () => {
		const changes = diffAnswersOfStartedSteps(
			stored({
				region: 'us-west-2',
				'settings.db_password': { env: 'ONE' },
				'settings.license': { file: 'a' },
				'settings.tags': { a: 'b' },
				'settings.contact': 'me',
			}),
			{
				region: 'eu-west-1',
				account: '012345678901',
				'settings.db_password': { env: 'TWO' },
				'settings.license': { command: 'cat hunter2' },
				'settings.tags': { a: 'b' },
			},
			sampleCatalogue,
		);
		expect(changes.map(({ key, step }) => [key, step])).toEqual([
			['account', 'preflight'],
			['region', 'preflight'],
			['settings.db_password', 'settings'],
			['settings.license', 'settings'],
			['settings.contact', 'settings'],
		]);
		expect(formatAnswerChanges(changes)).toEqual([
			'+ account  "012345678901"',
			'~ region  "us-west-2" -> "eu-west-1"',
			'~ settings.db_password  an environment variable -> an environment variable (changed)',
			'~ settings.license  a file -> a command',
			'- settings.contact  "me"',
		]);
	});

	it('marks long values as changed when they look the same truncated', () => {
		const long = 'x'.repeat(100);
		const [change] = diffAnswersOfStartedSteps(
			stored({ 'settings.startup_script': `${long}a` }),
			{ 'settings.startup_script': `${long}b` },
			sampleCatalogue,
		);
		expect(change?.after).toMatch(/ \(changed\)$/);
	});
});
