import { afterEach, describe, expect, it } from 'vitest';
import { NO_MATCHES } from '../../screens/parts/list.tsx';
import type { QuestionScreen, WizardViewModel } from '../../source/wizard/wizard-view-model.ts';
import { createFakeWizard, type FakeWizardOptions } from '../helpers/fake-wizard.ts';
import {
	expectToFit,
	type RenderedScreen,
	renderScreen,
	unmountAll,
} from '../helpers/render-screen.tsx';
import { getScreenModel } from './screen-models.ts';

// Typing in a list is a search, a custom value or refused; it is never dropped.

afterEach(unmountAll);

async function show(
	name: string,
	more: Partial<QuestionScreen> = {},
	options: FakeWizardOptions = {},
	size = { columns: 80, rows: 24 },
) {
	const model = getScreenModel(name);
	const shown = { ...model, screen: { ...model.screen, ...more } } as WizardViewModel;
	const guide = createFakeWizard(shown, options);
	const screen = await renderScreen(shown, { guide, ...size });
	return { screen, guide, model: shown };
}

const text = (screen: RenderedScreen) => screen.frame().join('\n');

const bucket: Partial<QuestionScreen> = {
	value: 'practice-tfe-state-123456789012',
	source: 'default',
	lookup: { state: 'found', subject: 'S3 buckets', choices: [] },
};

describe('text typed in a list', () => {
	it('searches fixed choices, and Enter selects the match', async () => {
		const { screen, guide } = await show('questionVariant');
		await screen.press('least', 'enter');
		expect(text(screen)).toContain('The user has these permissions');
		expect(guide.actions).toEqual([]);
	});

	it.each(['questionVariant', 'questionYesno', 'questionChoice', 'welcome', 'details'])(
		'on %s without a match says so, and Enter selects nothing',
		async (name) => {
			const { screen, guide } = await show(name);
			await screen.press('zz9', 'enter');
			expect(text(screen)).toContain('search: zz9_');
			expect(text(screen)).toContain(NO_MATCHES);
			expect(guide.actions).toEqual([]);
			await screen.press('ctrlU');
			expect(text(screen)).not.toContain(NO_MATCHES);
		},
	);

	it('starts a custom value when no choice matches', async () => {
		const { screen, guide } = await show('questionLookup', bucket);
		await screen.press('acme_State', 'enter');
		expect(guide.actions).toEqual([]);
		expect(text(screen)).toContain('❯ acme_State');
		await screen.press('x', 'enter');
		expect(guide.actions).toEqual([{ type: 'answer', value: 'acme_Statex' }]);
	});

	it('starts a custom value when it is pasted', async () => {
		const { screen, guide } = await show('questionLookup', bucket);
		await screen.paste('acme-state\n');
		expect(text(screen)).toContain('acme-state');
		await screen.press('enter', 'enter');
		expect(guide.actions).toEqual([{ type: 'answer', value: 'acme-state' }]);
	});

	it('is kept when the lookup finishes while it is typed', async () => {
		const looking = { ...bucket, lookup: { state: 'looking', subject: 'x', choices: [] } } as const;
		const { screen, guide, model } = await show('questionLookup', looking);
		await screen.press('acme');
		guide.show({ ...model, screen: { ...model.screen, ...bucket } as QuestionScreen });
		await screen.waitFor('No S3 buckets found');
		await screen.press('-1', 'enter', 'enter');
		expect(guide.actions).toEqual([{ type: 'answer', value: 'acme-1' }]);
	});

	it('contains command letters once a search has started, and ctrl-u clears it', async () => {
		const { screen, guide } = await show('questionLookup');
		await screen.press('/', 'gbjk?nd');
		expect(text(screen)).toContain('search: gbjk?nd_');
		await screen.press('ctrlU', 'g');
		expect(text(screen)).toContain('search: g_');
		expect(guide.actions).toEqual([]);
	});

	it('where secrets are selected is refused and not shown, and Enter selects nothing', async () => {
		const { screen, guide } = await show('questionSecret');
		await screen.press('hunter2', 'enter');
		await screen.paste('hunter2');
		await screen.press('enter');
		expect(text(screen)).toContain('Typing has no effect here.');
		expect(text(screen)).not.toContain('unter2');
		expect(guide.actions).toEqual([]);
		await screen.press('down', 'up', 'enter');
		expect(guide.actions).toEqual([{ type: 'answer', value: { generate: {} } }]);
	});

	it.each(['stopGentle', 'failureRefused'])('on %s is refused with the reason', async (name) => {
		const { screen, guide } = await show(name);
		await screen.press('zz', 'enter');
		expect(text(screen)).toContain('Typing has no effect here.');
		expect(guide.actions).toEqual([]);
	});

	it('selects its match in a multiple selection instead of confirming', async () => {
		const { lookup } = getScreenModel('questionLookup').screen as QuestionScreen;
		const { screen, guide } = await show('questionList', { lookup, value: undefined });
		await screen.press('private-7', 'enter');
		expect(guide.actions).toEqual([]);
		expect(text(screen)).toContain('1 selected');
		await screen.press('subnet-99', 'enter', 'enter', 'enter');
		expect(guide.actions).toEqual([
			{ type: 'answer', value: [lookup?.choices[6]?.value, 'subnet-99'] },
		]);
	});
});

describe('the list editor', () => {
	const validateItems = (items: readonly string[]) =>
		new Map(items.flatMap((item, at) => (item.includes('!') ? [[at, 'contains !'] as const] : [])));
	const options: FakeWizardOptions = {
		validateItems,
		validate: (value) => {
			const [at] = validateItems(value as string[]).keys();
			return at === undefined ? undefined : `"${(value as string[])[at]}" contains !`;
		},
	};
	const list = (value: string[], size?: { columns: number; rows: number }) =>
		show('questionList', { value }, options, size);

	it('marks each invalid item with the reason as it is entered', async () => {
		const { screen } = await list([]);
		await screen.press('good', 'enter', 'b!d', 'enter');
		expect(text(screen)).toContain('✓ good');
		expect(text(screen)).toContain('✗ b!d  contains !');
	});

	it('moves to the first invalid item when it is submitted, and names it', async () => {
		const { screen, guide } = await list([]);
		await screen.paste('a\nb!\nc\nd!\n');
		await screen.press('enter');
		expect(guide.actions).toEqual([]);
		expect(text(screen)).toContain('❯ b!');
		expect(text(screen)).toContain('"b!" contains !');
		await screen.press('backspace', 'enter', 'enter', 'backspace', 'enter', 'enter');
		expect(guide.actions).toEqual([{ type: 'answer', value: ['a', 'b', 'c', 'd'] }]);
	});

	it('reaches every item with the arrow keys, also from a line with text', async () => {
		const { screen, guide } = await list(['a', 'b', 'c']);
		await screen.press('d', 'up', 'up', 'up', 'x', 'down', 'y', 'enter', 'enter');
		expect(guide.actions).toEqual([{ type: 'answer', value: ['ax', 'by', 'c', 'd'] }]);
	});

	it('removes an item that is emptied', async () => {
		const { screen, guide } = await list(['a', 'b', 'c']);
		await screen.press('up', 'up', 'ctrlU', 'enter', 'enter');
		expect(guide.actions).toEqual([{ type: 'answer', value: ['a', 'c'] }]);
	});

	it.each([
		[80, 24, 10],
		[60, 20, 7],
	])('shows items in all rows at %i x %i', async (columns, rows, least) => {
		const { screen } = await list([], { columns, rows });
		await screen.paste(Array.from({ length: 30 }, (_, at) => `item-${at}`).join('\n'));
		expect(screen.frame().filter((line) => line.includes('item-')).length).toBeGreaterThan(least);
		expect(text(screen)).toMatch(/↑ \d+ more/);
		expectToFit(screen.frame(), columns, rows);
		await screen.press(...Array.from({ length: 30 }, () => 'up'));
		expect(text(screen)).toContain('❯ item-0');
		expectToFit(screen.frame(), columns, rows);
	});

	it('asks for a second Escape before items are discarded', async () => {
		const { screen, guide } = await list(['a']);
		await screen.press('b', 'enter', 'escape');
		expect(guide.actions).toEqual([]);
		expect(text(screen)).toContain('Press Esc again to discard the changes.');
		await screen.press('c');
		expect(text(screen)).not.toContain('Press Esc again');
		await screen.press('escape', 'escape');
		expect(guide.actions).toEqual([{ type: 'back' }]);
	});

	it('leaves unchanged items with one Escape', async () => {
		const { screen, guide } = await list(['a']);
		await screen.press('escape');
		expect(guide.actions).toEqual([{ type: 'back' }]);
	});

	it('keeps custom items of a multiple selection on Escape', async () => {
		const lookup = { state: 'found', subject: 'subnets', choices: [] } as const;
		const { screen, guide } = await show('questionList', { lookup, value: undefined });
		await screen.press('enter', 'subnet-1', 'enter', 'escape');
		expect(text(screen)).toContain('1 selected');
		await screen.press('home', 'enter');
		expect(guide.actions).toEqual([{ type: 'answer', value: ['subnet-1'] }]);
	});
});

describe.each(['questionMap', 'questionMultiline'])('%s', (name) => {
	it('asks for a second Escape before typed lines are discarded', async () => {
		const { screen, guide } = await show(name);
		await screen.press('x', 'escape');
		expect(guide.actions).toEqual([]);
		expect(text(screen)).toContain('Press Esc again to discard the changes.');
		await screen.press('escape');
		expect(guide.actions).toEqual([{ type: 'back' }]);
	});
});
