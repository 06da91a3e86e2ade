import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAnswersFile } from '../../../source/engine/answers/format-answers-file.ts';
import { parseAnswers } from '../../../source/engine/answers/parse-answers.ts';
import { buildQuestionTree } from '../../../source/engine/answers/question-tree.ts';
import {
	addDefaultAndDerivedAnswers,
	isQuestionApplicable,
} from '../../../source/engine/answers/resolve-and-check-answers.ts';
import type { Answers } from '../../../source/engine/question.ts';
import { sampleCatalogue, sampleContext, shortestAnswers } from './sample-catalogue.ts';

const outline = buildQuestionTree(sampleCatalogue);

/** Text that is valid on one line of an answers file: no control characters, no outer whitespace. */
const line = fc
	.oneof(
		fc.string({ unit: 'grapheme', maxLength: 30 }),
		fc.string({ unit: 'binary', maxLength: 12 }),
		fc.constantFrom(
			'yes',
			'NULL',
			'~',
			'012',
			'1e3',
			'0x1F',
			'a: b',
			'- a',
			'# a',
			'[a',
			'*a',
			'<<',
			'on',
			'1:30',
			'2026-01-02',
			'.inf',
			"it's",
			'a#b',
			'a:',
			'10.0.0.0/16',
		),
	)
	.map((text) => text.replace(/\p{Cc}/gu, '').trim());

const script = fc
	.array(
		fc.oneof(
			fc.string({ unit: 'grapheme', maxLength: 20 }),
			fc.constantFrom('', ' ', '  a', '\tb', '---', '#!/bin/sh', 'a \\'),
		),
		{ maxLength: 6 },
	)
	.map((parts) => parts.join('\n'));

const json = fc.jsonValue({ maxDepth: 3, depthSize: 'small', noUnicodeString: false }).map(tidy);

/** Removes what the file format rejects everywhere, and what JSON does not preserve. */
function tidy(value: unknown): unknown {
	if (typeof value === 'string') return value.replace(/\p{Cc}/gu, '').trim();
	if (typeof value === 'number') {
		return Number.isInteger(value) && !Number.isSafeInteger(value) ? 0 : value + 0;
	}
	if (Array.isArray(value)) return value.map(tidy).filter((item) => item !== null);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.filter(([key]) => key !== '__proto__')
			.map(([key, item]) => [key, tidy(item)]),
	);
}

const map = fc.dictionary(line, json, { maxKeys: 4 }).map((value) => tidy(value));

const secret = fc.oneof(
	fc.record({ env: fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,10}$/) }),
	fc.record({ file: line.filter((text) => text !== '') }),
	fc.record({ command: line.filter((text) => text !== '') }),
	fc.record({
		command: fc.array(
			line.filter((text) => text !== ''),
			{ minLength: 1, maxLength: 4 },
		),
	}),
	fc.constant({ generate: {} }),
	fc.record({ generate: fc.record({ length: fc.integer({ min: 16, max: 128 }) }) }),
);

function valueFor(key: string): fc.Arbitrary<unknown> {
	const question = outline.questions.get(key);
	const options = (question?.options ?? []).map(({ value }) => value);
	switch (question?.kind) {
		case 'number':
			return fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }).map(tidy));
		case 'yesno':
			return fc.boolean();
		case 'choice':
		case 'variant':
			return fc.constantFrom(...options);
		case 'list':
			return key === 'rekey.custodians'
				? fc.array(map, { maxLength: 3 })
				: fc.array(line, { maxLength: 9 });
		case 'map':
			return map;
		case 'secret':
			return secret;
		case 'multiline':
			return script;
		default:
			return line;
	}
}

/** Answers to any of the questions, as a session can hold them: only for questions that apply. */
const someAnswers: fc.Arbitrary<Answers> = fc
	.record(Object.fromEntries(sampleCatalogue.questions.map(({ key }) => [key, valueFor(key)])), {
		requiredKeys: [],
	})
	.map((all) => {
		const kept: Record<string, unknown> = { ...all };
		for (const question of sampleCatalogue.questions) {
			if (!isQuestionApplicable(question, kept, outline)) delete kept[question.key];
		}
		return kept;
	});

describe('formatAnswersFile', () => {
	it('parses back to the same answers', () => {
		fc.assert(
			fc.property(someAnswers, fc.boolean(), (answers, comments) => {
				const text = formatAnswersFile(answers, sampleCatalogue, {
					comments,
					header: ['a', '', 'b\nc: d'],
				});
				const parsed = parseAnswers(text, 'export.yaml', sampleCatalogue);
				expect(parsed.problems).toEqual([]);
				expect(parsed.answers).toEqual(answers);
			}),
			{ numRuns: 300 },
		);
	});

	it('writes every question that applies, including defaults and blanks, and no other', () => {
		const given = parseAnswers(shortestAnswers, 'a.yaml', sampleCatalogue).answers;
		const { answers } = addDefaultAndDerivedAnswers(given, sampleCatalogue, sampleContext);
		const text = formatAnswersFile(answers, sampleCatalogue);
		const { places } = parseAnswers(text, 'export.yaml', sampleCatalogue);
		const asked = sampleCatalogue.questions.filter((question) =>
			isQuestionApplicable(question, answers, outline),
		);
		expect([...places.keys()].filter((key) => outline.questions.has(key))).toEqual(
			asked.map(({ key }) => key),
		);
		expect(
			addDefaultAndDerivedAnswers(
				parseAnswers(text, 'e', sampleCatalogue).answers,
				sampleCatalogue,
				sampleContext,
			).answers,
		).toEqual(answers);
	});

	it('writes a readable file with comments', () => {
		const text = formatAnswersFile(
			{
				account: '012345678901',
				region: 'us-west-2',
				network: 'none',
				state: 'backend',
				'state.backend.settings': { address: 'https://state.acme.example/a', lock: true },
				'settings.db_password': { generate: {} },
				'settings.startup_script': '#!/bin/sh\n\necho hello\n',
				'settings.tags': { Owner: 'Platform team' },
				'rekey.custodians': [
					{ name: 'security-lead', pgp_key: { file: 'keys/security-lead.asc' } },
					{ name: 'platform-lead-of-the-whole-company', pgp_key: { file: 'keys/platform.asc' } },
				],
			},
			sampleCatalogue,
			{ header: ['Answers of session acme'], comments: true, ask: ['rekey'] },
		);
		expect(text).toBe(`# Answers of session acme
version: 1
ask: [rekey]
# AWS account
account: "012345678901"
# Which region?
region: us-west-2
# Which network?
network: none
# Where is state kept?
state:
  backend:
    # Backend settings
    settings: { address: https://state.acme.example/a, lock: true }
settings:
  # Database password
  db_password: { generate: {} }
  # Licence
  license:
  # Script
  startup_script: |
    #!/bin/sh

    echo hello
  # Contact
  contact:
  # Tags
  tags: { Owner: "Platform team" }
rekey:
  # Custodians
  custodians:
    - { name: security-lead, pgp_key: { file: keys/security-lead.asc } }
    - { name: platform-lead-of-the-whole-company, pgp_key: { file: keys/platform.asc } }
`);
	});
});
