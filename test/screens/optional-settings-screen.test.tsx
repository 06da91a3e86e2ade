import { afterEach, expect, it } from 'vitest';
import type { OptionalSettingsScreen } from '../../source/wizard/wizard-view-model.ts';
import { createFakeWizard } from '../helpers/fake-wizard.ts';
import { renderScreen, unmountAll } from '../helpers/render-screen.tsx';
import { getScreenModel } from './screen-models.ts';

afterEach(unmountAll);

const model = getScreenModel('details');
const items = (model.screen as OptionalSettingsScreen).groups.flatMap((group) => group.items);

async function show() {
	const guide = createFakeWizard(model);
	return { guide, screen: await renderScreen(model, { guide }) };
}

it('continues with Enter or n and goes back with b or Escape', async () => {
	const { screen, guide } = await show();
	await screen.press('enter', 'n', 'b', 'escape');
	expect(guide.actions.map(({ type }) => type)).toEqual(['on', 'on', 'back', 'back']);
});

it('opens the selected setting', async () => {
	const { screen, guide } = await show();
	await screen.press('down', 'down', 'enter', 'end', 'enter');
	expect(guide.actions).toEqual([
		{ type: 'go', key: items[1]?.key },
		{ type: 'go', key: items.at(-1)?.key },
	]);
	expect(screen.frame().join('\n')).toContain(items.at(-1)?.label.slice(0, 20));
});

it('finds a setting by search and marks changed settings', async () => {
	const { screen, guide } = await show();
	await screen.press('/resource tags');
	const rows = screen.frame().filter((line) => line.includes('Resource tags'));
	expect(rows[0]).toContain('✓');
	await screen.press('enter');
	expect(guide.actions).toEqual([{ type: 'go', key: 'settings.tags' }]);
});

it('resets a setting only when it was changed', async () => {
	const { screen, guide } = await show();
	await screen.press('d');
	expect(guide.actions).toEqual([]);
	const own = items.findIndex(({ isDefault }) => !isDefault);
	await screen.press(...Array.from({ length: own + 1 }, () => 'down'), 'd');
	expect(guide.actions).toEqual([{ type: 'reset', key: items[own]?.key }]);
});
