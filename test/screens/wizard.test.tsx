import { afterEach, describe, expect, it } from 'vitest';
import { createFakeWizard } from '../helpers/fake-wizard.ts';
import { expectToFit, renderScreen, unmountAll } from '../helpers/render-screen.tsx';
import { getScreenModel, MODEL_TIME, screenModels } from './screen-models.ts';

afterEach(unmountAll);

const sizes = [
	[80, 24],
	[120, 40],
	[60, 20],
	[40, 20],
	[100, 24],
] as const;

describe('every screen', () => {
	it.each(sizes)(
		'fits %i x %i, in color and in ASCII',
		async (columns, rows) => {
			for (const [name, model] of Object.entries(screenModels)) {
				for (const env of [undefined, { NO_COLOR: '1' }]) {
					const screen = await renderScreen(model, {
						columns,
						rows,
						now: MODEL_TIME,
						...(env && { env }),
					});
					const lines = screen.frame();
					expectToFit(lines, columns, rows);
					expect(lines[0], name).toContain('tfe-wizard');
					// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
					if (env) expect(lines.join('\n').match(/[^\x00-\x7F]/g), name).toBe(null);
					unmountAll();
				}
			}
		},
		60_000,
	);

	it('shows the practice mark on the narrowest terminal', async () => {
		const model = getScreenModel('questionText');
		const practice = { ...model, header: { ...model.header, practice: true } };
		const screen = await renderScreen(practice, { columns: 40, rows: 20 });
		expect(screen.frame()[0]).toContain('PRACTICE');
	});
});

describe('a terminal', () => {
	it.each([
		[39, 24],
		[80, 19],
		[10, 3],
	])('of %i x %i shows one line asking for a larger terminal', async (columns, rows) => {
		const screen = await renderScreen(getScreenModel('questionText'), { columns, rows });
		expectToFit(screen.frame(), columns, rows);
		expect(screen.frame().length).toBe(1);
		expect(screen.frame()[0]).toMatch(/resize/i);
	});

	it('can be resized without losing typed text, and ignores keys while it is too small', async () => {
		const model = getScreenModel('questionText');
		const guide = createFakeWizard(model);
		const screen = await renderScreen(model, { guide });
		await screen.press('typed');
		await screen.resize(30, 10);
		await screen.press('zzz', 'enter');
		expect(guide.actions).toEqual([]);
		await screen.press('ctrlC');
		expect(guide.actions).toEqual([{ type: 'interrupt' }]);
		await screen.resize(80, 24);
		expect(screen.frame().join('\n')).toMatch(/typed(?!z)/);
	});

	it('shows the steps on the left and help on the right from 100 columns', async () => {
		const model = getScreenModel('questionText');
		const narrow = (await renderScreen(model, { columns: 99, rows: 40 })).frame();
		const wide = (await renderScreen(model, { columns: 100, rows: 40 })).frame();
		expect(narrow[1]).toContain('● Settings ─');
		expect(wide.some((line) => /^ ● Settings {2}/.test(line))).toBe(true);
		expect(wide.join('\n')).toContain('Answers file key:');
	});
});

describe('keys on every screen', () => {
	it.each(Object.keys(screenModels))('ctrl-c on %s interrupts', async (name) => {
		const guide = createFakeWizard(getScreenModel(name));
		const screen = await renderScreen(getScreenModel(name), { guide, now: MODEL_TIME });
		await screen.press('ctrlC');
		expect(guide.actions).toEqual([{ type: 'interrupt' }]);
	});

	it.each(Object.keys(screenModels))(
		'Escape on %s neither continues nor stops anything',
		async (name) => {
			const guide = createFakeWizard(getScreenModel(name));
			const screen = await renderScreen(getScreenModel(name), { guide, now: MODEL_TIME });
			await screen.press('escape');
			const harmless = guide.actions.filter(
				(action) =>
					['back', 'not-now', 'leave'].includes(action.type) ||
					(action.type === 'stop-answer' && !action.stop),
			);
			expect(guide.actions).toEqual(harmless);
		},
	);

	it.each(Object.keys(screenModels))('digits on %s send no action', async (name) => {
		const guide = createFakeWizard(getScreenModel(name));
		const screen = await renderScreen(getScreenModel(name), { guide, now: MODEL_TIME });
		await screen.press(...'0123456789');
		expect(guide.actions).toEqual([]);
	});
});

it('unsubscribes from the guide when it is unmounted', async () => {
	const guide = createFakeWizard(getScreenModel('welcome'));
	const screen = await renderScreen(getScreenModel('welcome'), { guide });
	expect(guide.listeners()).toBe(1);
	screen.unmount();
	expect(guide.listeners()).toBe(0);
});

it('follows the guide from screen to screen', async () => {
	const guide = createFakeWizard(getScreenModel('welcome'));
	const screen = await renderScreen(getScreenModel('welcome'), { guide, now: MODEL_TIME });
	for (const model of Object.values(screenModels)) {
		guide.show(model);
		await screen.waitFor((lines) => lines.length > 1);
		expectToFit(screen.frame(), 80, 24);
	}
	guide.show(getScreenModel('questionLookup'));
	await screen.waitFor('Instance subnet');
});
