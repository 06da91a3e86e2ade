import { afterEach, expect, it } from 'vitest';
import { createFakeWizard } from '../helpers/fake-wizard.ts';
import { renderScreen, unmountAll } from '../helpers/render-screen.tsx';
import { getScreenModel } from './screen-models.ts';

afterEach(unmountAll);

async function show(name: string) {
	const guide = createFakeWizard(getScreenModel(name));
	return { guide, screen: await renderScreen(getScreenModel(name), { guide }) };
}

it('describes the installation before the choices', async () => {
	const { screen, guide } = await show('welcome');
	const lines = screen.frame();
	const fact = lines.findIndex((line) => line.includes('Nothing changes until'));
	const choice = lines.findIndex((line) => line.includes('❯'));
	expect(fact).toBeGreaterThan(0);
	expect(choice).toBeGreaterThan(fact);
	await screen.press('down', 'enter');
	expect(guide.actions).toEqual([{ type: 'choose', value: 'practice' }]);
});

it('does not open a session that another run has locked', async () => {
	const { screen, guide } = await show('welcomeResume');
	await screen.press('down', 'enter');
	expect(guide.actions).toEqual([]);
	expect(screen.frame().join('\n')).toContain('locked by another run');
	await screen.press('up', 'enter');
	expect(guide.actions).toEqual([{ type: 'choose', value: 'resume:acme-prod' }]);
});

it('suggests a session name, accepts another, and shows why a name is invalid', async () => {
	const { screen, guide } = await show('welcomeNaming');
	expect(screen.frame().join('\n')).toContain('choose another name');
	await screen.press('ctrlU', 'acme-two', 'enter', 'escape');
	expect(guide.actions).toEqual([{ type: 'name', name: 'acme-two' }, { type: 'back' }]);
});
