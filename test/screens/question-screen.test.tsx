import { afterEach, describe, expect, it } from 'vitest';
import { QuestionView } from '../../screens/question-screen.tsx';
import type { QuestionScreen, WizardViewModel } from '../../source/wizard/wizard-view-model.ts';
import { createFakeWizard, type FakeWizard } from '../helpers/fake-wizard.ts';
import {
	expectToFit,
	type RenderedScreen,
	renderScreen,
	unmountAll,
} from '../helpers/render-screen.tsx';
import { getScreenModel, MODEL_TIME, screenModels } from './screen-models.ts';

afterEach(unmountAll);

interface Shown extends RenderedScreen {
	guide: FakeWizard;
	answers(): unknown[];
}

async function show(
	name: string,
	{
		more = {},
		validate = () => undefined,
	}: {
		more?: Partial<QuestionScreen>;
		validate?: (value: unknown) => string | undefined;
	} = {},
): Promise<Shown> {
	const model = getScreenModel(name);
	const screen = { ...model.screen, ...more } as QuestionScreen;
	const shown: WizardViewModel = { ...model, screen };
	const guide = createFakeWizard(shown, { validate });
	const rendered = await renderScreen(shown, { guide, now: MODEL_TIME });
	const answers = () =>
		guide.actions.flatMap((action) => (action.type === 'answer' ? [action.value] : []));
	return { ...rendered, guide, answers };
}

const text = (screen: RenderedScreen) => screen.frame().join('\n');

describe('every question', () => {
	const names = Object.keys(screenModels).filter((name) => name.startsWith('question'));

	it.each(
		names.flatMap((name) =>
			[
				[80, 24],
				[120, 40],
				[60, 20],
				[40, 20],
			].map(([columns, rows]) => ({ name, columns, rows })),
		),
	)('$name fits $columns x $rows', async ({ name, columns = 80, rows = 24 }) => {
		const model = getScreenModel(name);
		const screen = await renderScreen(model, { columns, rows, now: MODEL_TIME });
		expectToFit(screen.frame(), columns, rows);
		const { label } = model.screen as QuestionScreen;
		expect(text(screen).replace(/[^a-z]+/gi, '')).toContain(
			label.slice(0, 20).replace(/[^a-z]+/gi, ''),
		);
		expect(text(screen)).toContain('ctrl-c');
	});
});

describe('a choice', () => {
	it('is selected with Enter, and digits alone select nothing', async () => {
		const screen = await show('questionVariant');
		await screen.press('9', '9');
		expect(screen.guide.actions).toEqual([]);
		await screen.press('escape', 'enter');
		expect(screen.answers()).toEqual(['current']);
	});

	it('with a warning asks for confirmation, default No', async () => {
		const screen = await show('questionVariant');
		await screen.press('j', 'enter');
		expect(text(screen)).toContain('The user has these permissions');
		await screen.press('enter');
		expect(screen.answers()).toEqual([]);
		await screen.press('j', 'enter', 'down', 'enter');
		expect(screen.answers()).toEqual(['user']);
	});

	it('that was declined at its warning is not the current one any more', async () => {
		const screen = await show('questionVariant', { more: { value: 'user' } });
		await screen.press('enter');
		expect(text(screen)).toContain('The user has these permissions');
		await screen.press('enter', 'enter');
		expect(screen.answers()).toEqual(['current']);
	});

	it('returns from the warning with Escape', async () => {
		const screen = await show('questionVariant');
		await screen.press('down', 'enter', 'escape');
		expect(text(screen)).not.toContain('The user has these permissions');
		expect(screen.guide.actions).toEqual([]);
		await screen.press('escape');
		expect(screen.guide.actions).toEqual([{ type: 'back' }]);
	});

	it('between yes and no answers with a boolean', async () => {
		const screen = await show('questionYesno');
		await screen.press('enter');
		expect(screen.answers()).toEqual([true]);
	});
});

describe('a text', () => {
	const validate = (value: unknown) =>
		String(value).includes(' ') ? 'a blank is not allowed' : undefined;

	it('shows a problem only after a rejected Enter, and then immediately', async () => {
		const screen = await show('questionText', { validate });
		await screen.press('a b');
		expect(text(screen)).not.toContain('not allowed');
		await screen.press('enter');
		expect(text(screen)).toContain('✗ a blank is not allowed');
		await screen.press('backspace', 'backspace');
		expect(text(screen)).not.toContain('not allowed');
		await screen.press(' c');
		expect(text(screen)).toContain('not allowed');
		expect(screen.answers()).toEqual([]);
	});

	it('accepts text and Enter from one chunk of input', async () => {
		const screen = await show('questionText', { validate });
		await screen.press('tfe.acme.example\r');
		expect(screen.answers()).toEqual(['tfe.acme.example']);
	});

	it('accepts letters that are keys elsewhere', async () => {
		const screen = await show('questionText');
		await screen.press('bgqjk?');
		expect(text(screen)).toContain('bgqjk?');
		expect(screen.guide.actions).toEqual([]);
	});

	it('never submits on a pasted newline', async () => {
		const screen = await show('questionText');
		await screen.paste('tfe.acme.example\n');
		expect(screen.answers()).toEqual([]);
		expect(text(screen)).toContain('tfe.acme.example');
		await screen.press('enter');
		expect(screen.answers()).toEqual(['tfe.acme.example']);
	});

	it('shows the problem reported by the guide until the value changes', async () => {
		const screen = await show('questionTextProblem');
		expect(text(screen)).toContain('enter only the hostname');
		await screen.press('x');
		expect(text(screen)).not.toContain('enter only the hostname');
	});

	it('keeps the typed text when the guide rejects it', async () => {
		const screen = await show('questionText');
		await screen.press('one.two', 'enter');
		const model = getScreenModel('questionText');
		const refused = {
			...model.screen,
			value: 'one.two',
			problem: 'no such zone',
		} as QuestionScreen;
		screen.guide.show({ ...model, screen: refused });
		await screen.waitFor('✗ no such zone');
		expect(text(screen)).toContain('one.two');
	});

	it('that is a number answers with a number', async () => {
		const screen = await show('questionNumber', { more: { value: 80 } });
		await screen.press('ctrlU', '120', 'enter');
		expect(screen.answers()).toEqual([120]);
	});

	it('that is optional may be left blank', async () => {
		const screen = await show('questionText', { more: { optional: true }, validate: () => 'bad' });
		await screen.press('enter');
		expect(screen.answers()).toEqual([undefined]);
	});

	it('goes back with Escape and with shift-tab', async () => {
		const screen = await show('questionText');
		await screen.press('escape', 'shiftTab');
		expect(screen.guide.actions).toEqual([{ type: 'back' }, { type: 'back' }]);
	});
});

describe('a lookup', () => {
	it('is narrowed by typing and answers with the value', async () => {
		const screen = await show('questionLookup');
		await screen.press('private-7');
		expect(text(screen)).toContain('acme-shared-private-7');
		expect(text(screen)).not.toContain('acme-shared-private-1');
		await screen.press('enter');
		const { lookup } = getScreenModel('questionLookup').screen as QuestionScreen;
		expect(screen.answers()).toEqual([lookup?.choices[6]?.value]);
	});

	it('does not select an unavailable choice and says why', async () => {
		const screen = await show('questionLookup');
		await screen.press('legacy', 'enter');
		expect(screen.answers()).toEqual([]);
		expect(text(screen)).toContain('Unavailable: is in vpc-');
	});

	it('accepts a custom value', async () => {
		const screen = await show('questionLookup');
		await screen.press('end', 'enter', 'subnet-99', 'enter');
		expect(screen.answers()).toEqual(['subnet-99']);
	});

	it('that was denied says why and accepts a typed value', async () => {
		const screen = await show('questionDenied');
		expect(text(screen)).toContain('denied: ec2:DescribeSubnets');
		await screen.press('subnet-1', 'ctrlR', 'enter');
		expect(screen.guide.actions).toEqual([
			{ type: 'look-up-again' },
			{ type: 'answer', value: 'subnet-1' },
		]);
	});

	it('of a list selects several values', async () => {
		const { lookup } = getScreenModel('questionLookup').screen as QuestionScreen;
		const screen = await show('questionList', { more: { lookup, value: undefined } });
		await screen.press('space', 'down', 'down', 'space', 'enter');
		expect(screen.answers()).toEqual([[lookup?.choices[0]?.value, lookup?.choices[2]?.value]]);
	});
});

describe('lists, maps, scripts', () => {
	it('accept items one by one or comma-separated until an empty line', async () => {
		const screen = await show('questionList', { more: { value: [] } });
		await screen.press('10.0.0.0/8', 'enter', '10.1.0.0/16, 10.2.0.0/16', 'enter', 'enter');
		expect(screen.answers()).toEqual([['10.0.0.0/8', '10.1.0.0/16', '10.2.0.0/16']]);
	});

	it('accept items pasted as lines, and allow editing the last one', async () => {
		const screen = await show('questionList', { more: { value: [] } });
		await screen.paste('a\nb\nc\n');
		await screen.press('up', 'x', 'enter', 'enter');
		expect(screen.answers()).toEqual([['a', 'b', 'cx']]);
	});

	it('read a map as it was shown', async () => {
		const screen = await show('questionMap');
		await screen.press('ctrlD');
		expect(screen.answers()).toEqual([
			(getScreenModel('questionMap').screen as QuestionScreen).value,
		]);
	});

	it('report the invalid line of a map', async () => {
		const screen = await show('questionMap', { more: { value: undefined } });
		await screen.press('a = 1', 'enter', 'b', 'ctrlD');
		expect(screen.answers()).toEqual([]);
		expect(text(screen)).toContain('line 2');
		await screen.press(' = two', 'altEnter');
		expect(screen.answers()).toEqual([{ a: 1, b: 'two' }]);
	});

	it('keep the lines of a script', async () => {
		const screen = await show('questionMultiline', { more: { value: '' } });
		await screen.press('#!/bin/sh', 'enter', 'true', 'ctrlD');
		expect(screen.answers()).toEqual(['#!/bin/sh\ntrue']);
	});
});

describe('a secret', () => {
	it('is generated by default', async () => {
		const screen = await show('questionSecret');
		await screen.press('enter');
		expect(screen.answers()).toEqual([{ generate: {} }]);
	});

	it.each([
		[1, { env: 'DB' }],
		[2, { file: 'DB' }],
		[3, { command: 'DB' }],
	])('from choice %i is stored as the reference %j', async (at, reference) => {
		const screen = await show('questionSecret');
		await screen.press(...Array.from({ length: at }, () => 'down'), 'enter', 'DB', 'enter');
		expect(screen.answers()).toEqual([reference]);
	});
});

it('can be drawn without a frame', async () => {
	const { screen, answerSummary } = getScreenModel('questionText');
	const guide = createFakeWizard(getScreenModel('questionText'));
	const shown = await renderScreen(
		<QuestionView
			screen={screen as QuestionScreen}
			controller={guide}
			answerSummary={answerSummary}
		/>,
	);
	expect(text(shown)).toContain((screen as QuestionScreen).label);
});

describe('a list with a lookup', () => {
	const more = {
		value: undefined,
		lookup: { state: 'looking', subject: 'subnets', choices: [] },
	} as const;

	it('keeps the typed items when the lookup finishes', async () => {
		const screen = await show('questionList', { more });
		expect(text(screen)).toContain('Looking up subnets');
		await screen.press('enter', 'subnet-1', 'enter');
		const model = getScreenModel('questionList');
		const { lookup } = getScreenModel('questionLookup').screen as QuestionScreen;
		screen.guide.show({ ...model, screen: { ...model.screen, ...more, lookup } as QuestionScreen });
		await screen.press('enter');
		expect(screen.answers()).toEqual([['subnet-1']]);
	});

	it('is typed when the lookup was denied, and says why', async () => {
		const denied = {
			...more.lookup,
			state: 'denied',
			reason: 'denied: ec2:DescribeSubnets',
		} as const;
		const screen = await show('questionList', { more: { ...more, lookup: denied } });
		expect(text(screen)).toContain('denied: ec2:DescribeSubnets');
		await screen.press('a, b', 'enter', 'enter');
		expect(screen.answers()).toEqual([['a', 'b']]);
	});
});

it('names the changed answers by label when a question is asked again', async () => {
	const screen = await show('questionBecause');
	expect(text(screen)).toContain('Please confirm: ');
	expect(text(screen).replace(/[\s┃]+/g, ' ')).toContain('Hostname (FQDN)');
});
