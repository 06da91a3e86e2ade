import { afterEach, describe, expect, it } from 'vitest';
import type { WizardViewModel } from '../../source/wizard/wizard-view-model.ts';
import { createFakeWizard } from '../helpers/fake-wizard.ts';
import { expectToFit, renderScreen, unmountAll } from '../helpers/render-screen.tsx';
import { getScreenModel, MODEL_TIME } from './screen-models.ts';

afterEach(unmountAll);

async function show(model: WizardViewModel, columns = 80, rows = 24) {
	const guide = createFakeWizard(model);
	return { guide, screen: await renderScreen(model, { guide, now: MODEL_TIME, columns, rows }) };
}

describe('help', () => {
	it.each([
		['questionVariant', '?'],
		['questionText', 'f1'],
		['checksBad', '?'],
		['welcome', '?'],
	])('over %s opens with %s, lists the keys and closes', async (name, key) => {
		const { screen, guide } = await show(getScreenModel(name), 80, 40);
		const before = screen.frame();
		await screen.press(key);
		expect(screen.frame().join('\n')).toContain('ctrl-c');
		expect(screen.frame().join('\n')).toContain('Keys');
		await screen.press('escape');
		expect(screen.frame()).toEqual(before);
		expect(guide.actions).toEqual([]);
	});

	it('scrolls when it is long, and keeps typed text', async () => {
		const { screen } = await show(getScreenModel('questionText'), 60, 20);
		await screen.press('abc', 'f1');
		const first = screen.frame().join('\n');
		expect(first).toMatch(/↓ \d+ more/);
		await screen.press('end');
		expect(screen.frame().join('\n')).not.toMatch(/↓ \d+ more/);
		expectToFit(screen.frame(), 60, 20);
		await screen.press('escape');
		expect(screen.frame().join('\n')).toContain('abc');
	});
});

describe('go to', () => {
	it('lists the answers by step, finds one and goes to it', async () => {
		const model = getScreenModel('questionVariant');
		const { screen, guide } = await show(model);
		await screen.press('g');
		await screen.waitFor('Go to an answer');
		const line = model.answerSummary.flatMap(({ lines }) => lines)[0];
		await screen.press('/', line?.label ?? '', 'enter');
		expect(guide.actions).toEqual([{ type: 'go', key: line?.key }]);
	});

	it('opens from a text field with ctrl-g and closes with Escape', async () => {
		const { screen, guide } = await show(getScreenModel('questionText'));
		await screen.press('ctrlG');
		await screen.waitFor('Go to an answer');
		await screen.press('escape');
		expect(screen.frame().join('\n')).not.toContain('Go to an answer');
		expect(guide.actions).toEqual([]);
	});

	it('does not open during a run', async () => {
		const { screen } = await show(getScreenModel('progress'));
		await screen.press('g', 'ctrlG');
		expect(screen.frame().join('\n')).not.toContain('Go to an answer');
	});
});

describe('the stop prompt', () => {
	it('keeps running by default and with Escape', async () => {
		const { screen, guide } = await show(getScreenModel('stopGentle'));
		await screen.press('enter', 'escape');
		expect(guide.actions).toEqual([
			{ type: 'stop-answer', stop: false },
			{ type: 'stop-answer', stop: false },
		]);
		await screen.press('down', 'enter');
		expect(guide.actions.at(-1)).toEqual({ type: 'stop-answer', stop: true });
	});

	it('requires the typed word when something would be lost', async () => {
		const model = getScreenModel('stopHard');
		const { screen, guide } = await show(model);
		const wanted = model.stop?.type ?? '';
		for (const lost of model.stop?.lostResources ?? []) {
			expect(screen.frame().join(' ').replace(/\s+/g, ' ')).toContain(lost.slice(0, 40));
		}
		await screen.press('enter', wanted.slice(0, -1), 'enter');
		expect(guide.actions).toEqual([]);
		expect(screen.frame().join('\n')).toContain('Nothing was stopped');
		await screen.press(wanted.slice(-1), 'enter');
		expect(guide.actions).toEqual([{ type: 'stop-answer', stop: true }]);
	});

	it('passes no key except ctrl-c to the screen below', async () => {
		const { screen, guide } = await show({
			...getScreenModel('review'),
			...{ stop: getScreenModel('stopHard').stop },
		});
		await screen.press('y', 'n', '?', 'g');
		expect(guide.actions).toEqual([]);
		await screen.press('ctrlC');
		expect(guide.actions).toEqual([{ type: 'interrupt' }]);
	});
});
