import { describe, expect, it } from 'vitest';
import {
	formatProblem,
	MissingAnswersError,
} from '../../../source/engine/answers/answers-problem.ts';
import { buildQuestionTree } from '../../../source/engine/answers/question-tree.ts';
import {
	addDefaultAndDerivedAnswers,
	checkAnswers,
} from '../../../source/engine/answers/resolve-and-check-answers.ts';
import type { Question, QuestionCatalogue } from '../../../source/engine/question.ts';
import { sampleCatalogue, sampleContext } from './sample-catalogue.ts';

function catalogue(...questions: (Partial<Question> & { key: string })[]): QuestionCatalogue {
	return {
		target: 'small',
		steps: [{ id: 's', title: 'S', summary: 'Small.' }],
		questions: questions.map((question) => ({
			step: 's',
			label: question.key,
			help: '',
			kind: 'text',
			...question,
		})),
		rules: [],
	};
}

describe('addDefaultAndDerivedAnswers', () => {
	it('lists missing answers of the selected options in order', () => {
		const { missing, answers, sources } = addDefaultAndDerivedAnswers(
			{ network: 'existing' },
			sampleCatalogue,
			sampleContext,
		);
		expect(missing.map(({ key }) => key)).toEqual([
			'account',
			'region',
			'network.existing.subnet_ids',
			'state',
			'settings.fqdn',
			'settings.db_password',
			// settings.bucket_name is derived from the fqdn, which is missing.
		]);
		expect(answers['network.create.cidr']).toBeUndefined();
		expect(answers['network.existing.peering']).toBe('off');
		expect(sources.network).toBe('file');
		expect(sources['network.existing.peering']).toBe('default');
	});

	it('derives values from later answers and from other derived values', () => {
		const small = catalogue(
			{ key: 'a', derive: ({ b }) => (b === undefined ? undefined : `${b}!`), default: 'none' },
			{ key: 'b', derive: ({ c }) => (c === undefined ? undefined : `${c}?`) },
			{ key: 'c' },
		);
		const { answers, sources } = addDefaultAndDerivedAnswers({ c: 'x' }, small, sampleContext);
		expect(answers).toEqual({ a: 'x?!', b: 'x?', c: 'x' });
		expect(sources).toEqual({ a: 'derived', b: 'derived', c: 'file' });
		expect(addDefaultAndDerivedAnswers({ a: 'mine', c: 'x' }, small, sampleContext).answers.a).toBe(
			'mine',
		);
		expect(addDefaultAndDerivedAnswers({}, small, sampleContext).answers).toEqual({ a: 'none' });
	});

	it('omits answers that do not apply and answers that depend on them', () => {
		const small = catalogue(
			{ key: 'on', kind: 'yesno', default: false },
			{ key: 'a', default: 'x', when: ({ on }) => on === true },
			{ key: 'b', default: 'y', when: ({ a }) => a !== undefined },
		);
		expect(addDefaultAndDerivedAnswers({ a: 'given' }, small, sampleContext).answers).toEqual({
			on: false,
		});
		expect(addDefaultAndDerivedAnswers({ on: true }, small, sampleContext).answers).toEqual({
			on: true,
			a: 'x',
			b: 'y',
		});
	});

	it('reports an internal error when derived values are circular or throw', () => {
		const chase = catalogue(
			{ key: 'a', derive: ({ b }) => `${b}.` },
			{ key: 'b', derive: ({ a }) => `${a}.` },
		);
		expect(() => addDefaultAndDerivedAnswers({}, chase, sampleContext)).toThrow(
			/depend on each other: a, b/,
		);
		const broken = catalogue({ key: 'a', derive: ({ b }) => (b as string).length });
		expect(() => addDefaultAndDerivedAnswers({}, broken, sampleContext)).toThrow(
			'The default of a could not be derived',
		);
	});
});

describe('checkAnswers without a file', () => {
	it('rejects unknown keys, keys of other options, literal secrets and invalid derived values', () => {
		const { problems, answers } = checkAnswers(
			{
				answers: {
					regoin: 'x',
					network: 'none',
					'network.create.cidr': '10.0.0.0/16',
					'settings.db_password': 'hunter2',
					'settings.fqdn': `${'long-'.repeat(10)}name.example`,
				},
			},
			sampleCatalogue,
			sampleContext,
		);
		expect(answers).not.toHaveProperty('settings.db_password');
		expect(problems.map(formatProblem)).toEqual([
			'regoin  is not a known key; did you mean region?',
			expect.stringMatching(/^settings\.db_password {2}is a secret(?!.*hunter2)/),
			'network.create.cidr  applies only when network is create, but network is none',
			expect.stringMatching(
				/^settings\.bucket_name {2}derived from other answers, the value must have at most/,
			),
		]);
	});

	it('accepts a default for a question that does not apply', () => {
		const given = { 'settings.encryption': '', 'settings.kms_key': '' };
		expect(checkAnswers({ answers: given }, sampleCatalogue, sampleContext).problems).toEqual([]);
	});
});

describe('MissingAnswersError', () => {
	it('lists the missing keys with their labels', () => {
		const error = new MissingAnswersError([{ key: 'region', label: 'Which region?' }], 'a.yaml');
		expect(error.exitCode).toBe(3);
		expect(error.message).toBe('1 required answer is missing from a.yaml.');
		expect(error.facts.details).toEqual(['region  Which region?']);
	});
});

describe('outlineOf', () => {
	it.each([
		['a duplicate key', catalogue({ key: 'a' }, { key: 'a' }), 'is already in use'],
		['a key below a leaf', catalogue({ key: 'a' }, { key: 'a.b' }), 'is below a'],
		['a leaf above others', catalogue({ key: 'a.b' }, { key: 'a' }), 'is already in use'],
		[
			'an unknown option',
			catalogue({ key: 'v', kind: 'variant', options: [] }, { key: 'v.x.y' }),
			'does not name an option of v',
		],
		[
			'a question that is an option',
			catalogue(
				{ key: 'v', kind: 'variant', options: [{ value: 'x', label: 'X' }] },
				{ key: 'v.x' },
			),
			'is an option of v',
		],
		['a reserved key', catalogue({ key: 'ask' }), 'is reserved for the file format'],
	])('rejects a catalogue with %s', (_name, bad, words) => {
		expect(() => buildQuestionTree(bad)).toThrow(words);
	});
});
