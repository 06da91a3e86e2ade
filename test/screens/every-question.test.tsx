import { afterEach, describe, expect, it } from 'vitest';
import type { CatalogueQuestion } from '../../source/engine/answers/question-tree.ts';
import type { QuestionKind } from '../../source/engine/question.ts';
import { getTargetOrDefault } from '../../source/targets/registry.ts';
import { parseFieldValue } from '../../source/wizard/interview.ts';
import { createQuestionScreen } from '../../source/wizard/interview-screens.ts';
import type { LookupView, WizardViewModel } from '../../source/wizard/wizard-view-model.ts';
import { expectToFit, renderScreen, unmountAll } from '../helpers/render-screen.tsx';
import { answerWithKeys } from './every-question/answer-with-keys.ts';
import {
	createInterviewAt,
	getValidValue,
	interviewContext,
	lookupKeys,
} from './every-question/interview-at-question.ts';
import {
	expectWords,
	getQuestionLines,
	readWholeHelp,
	showQuestion,
} from './every-question/show-question.ts';
import { getScreenModel, screenModels } from './screen-models.ts';

// Every question of the catalog has a screen, and every screen belongs to a question.

afterEach(unmountAll);

const { questions } = getTargetOrDefault('ptfe-ami').catalogue;
const named = questions.map((question) => [question.key, question] as const);
const byKey = new Map<string, CatalogueQuestion>(named);

const sizes = [
	[80, 24],
	[120, 40],
	[60, 20],
] as const;

/** Every state of a lookup; when found, the value is among the choices. */
function viewsOf(value: unknown): LookupView[] {
	const subject = 'things of us-west-2';
	const found = ['one-more', ...(Array.isArray(value) ? value : [value])].map(String);
	const choices = found.map((one) => ({ value: one, label: `It is ${one}` }));
	return [
		{ state: 'looking', subject, choices: [] },
		{ state: 'found', subject, choices },
		{ state: 'denied', subject, choices: [], reason: 'denied: ec2:DescribeThings' },
	];
}

const reading = (key: string, value: unknown) =>
	[createInterviewAt(key), interviewContext, key, value] as const;

/** The value as read by the question's schema and rules; fails if they reject it. */
function taken(key: string, value: unknown): unknown {
	const read = parseFieldValue(...reading(key, value));
	expect(read, `${key}: ${JSON.stringify(value)}`).toHaveProperty('value');
	return 'value' in read ? read.value : undefined;
}

async function expectAnswered(question: CatalogueQuestion, value: unknown, lookup?: LookupView) {
	const screen = await showQuestion(question, lookup && { lookup });
	await answerWithKeys(screen, screen.question, value);
	const left = screen.frame().join('\n');
	expect(screen.answers(), left).toHaveLength(1);
	expect(screen.others(), left).toEqual([]);
	expect(taken(question.key, screen.answers()[0])).toEqual(taken(question.key, value));
	unmountAll();
}

/** The initial value of an unanswered question. */
const standing = (key: string): unknown =>
	createQuestionScreen(createInterviewAt(key), interviewContext, key, { practice: false }).value;

function goodValues(question: CatalogueQuestion): unknown[] {
	const { kind, options = [] } = question;
	if (kind === 'choice' || kind === 'variant') return options.map(({ value }) => value);
	if (kind !== 'secret') return [getValidValue(question)];
	return [{ generate: {} }, { env: 'A_PASSWORD' }, { file: 'a/file' }, { command: 'pass show a' }];
}

describe.each(named)('%s', (key, question) => {
	it.each(sizes)('shows its label and its help at %i x %i', async (columns, rows) => {
		const screen = await showQuestion(question, { columns, rows });
		expectToFit(screen.frame(), columns, rows);
		expectWords(getQuestionLines(screen.frame()), question.label, 'the label');
		expect(screen.frame().at(-1)).toMatch(/(\?|F1) help/);
		const help = await readWholeHelp(screen);
		expectWords(help, question.help, 'the help');
		expectWords(help, `Answers file key: ${key}`, 'the key');
		expectWords(getQuestionLines(screen.frame()), question.label, 'the label, the help closed');
		expect([...screen.answers(), ...screen.others()]).toEqual([]);
	});

	it('can be answered with each valid value', async () => {
		const values = goodValues(question);
		expect(values.length).toBeGreaterThan(0);
		for (const value of values) await expectAnswered(question, value);
	});
});

async function expectKept(question: CatalogueQuestion, lookup?: LookupView) {
	const screen = await showQuestion(question, lookup && { lookup });
	await screen.press(['map', 'multiline'].includes(question.kind) ? 'ctrlD' : 'enter');
	const [sent] = screen.answers();
	const left = screen.frame().join('\n');
	expect(taken(question.key, sent), left).toEqual(taken(question.key, screen.question.value));
	expect(screen.others(), left).toEqual([]);
}

const withDefault = named.filter(
	([key]) => 'value' in parseFieldValue(...reading(key, standing(key))),
);

describe.each(withDefault)('%s', (key, question) => {
	it('accepts its default with one key', () => expectKept(question));

	it.each(lookupKeys.has(key) && standing(key) !== '' ? viewsOf('another').slice(1) : [])(
		'accepts its default when the lookup is $state',
		(lookup) => expectKept(question, lookup),
	);
});

describe.each(named.filter(([key]) => lookupKeys.has(key)))('%s, with a lookup,', (_, question) => {
	const value = getValidValue(question);
	const views = viewsOf(value);

	it.each(views)('can be answered when the lookup is $state', async (lookup) => {
		await expectAnswered(question, value, lookup);
	});

	it.each(views)('fits every size when the lookup is $state', async (lookup) => {
		for (const [columns, rows] of sizes) {
			const screen = await showQuestion(question, { lookup, columns, rows });
			expectToFit(screen.frame(), columns, rows);
			expectWords(getQuestionLines(screen.frame()), question.label, 'the label');
			unmountAll();
		}
	});
});

describe('every screen has a question', () => {
	it('including those with a lookup', () => {
		expect(lookupKeys.size).toBeGreaterThan(15);
		expect([...lookupKeys].filter((key) => !byKey.has(key))).toEqual([]);
	});

	it('including those drawn in tests and pictures', () => {
		const shown = Object.values(screenModels).flatMap(({ screen }) =>
			screen.kind === 'question' ? [screen] : [],
		);
		expect(shown.length).toBeGreaterThan(10);
		for (const { key, valueKind } of shown)
			expect(byKey.get(key), key).toMatchObject({ kind: valueKind });
	});

	it('and the guide rejects an unknown key', () => {
		const asking = createInterviewAt('settings.fqdn');
		const make = () =>
			createQuestionScreen(asking, interviewContext, 'settings.nowhere', { practice: false });
		expect(make).toThrow('no question settings.nowhere');
	});
});

it('detects a question kind without a field', async () => {
	expect(new Set(questions.map(({ kind }) => kind)).size).toBe(9);
	const model = getScreenModel('questionText');
	const screen = { ...model.screen, valueKind: 'unheard-of' as QuestionKind };
	const drawn = await renderScreen({ ...model, screen } as WizardViewModel).then(
		(one) => one.frame(),
		() => [],
	);
	const label = 'label' in model.screen ? model.screen.label : '';
	expect(() => expectWords(getQuestionLines(drawn), label, 'the label')).toThrow();
});
