import { afterEach, expect, it } from 'vitest';
import { fakeGuide } from '../helpers/fake-guide.ts';
import { renderScreen, unmountAll } from '../helpers/render.tsx';
import { modelNamed } from './models.ts';

afterEach(unmountAll);

async function show(name: string) {
	const guide = fakeGuide(modelNamed(name));
	return { guide, screen: await renderScreen(modelNamed(name), { guide }) };
}

it('says what will happen before it asks', async () => {
	const { screen, guide } = await show('welcome');
	const lines = screen.frame();
	const fact = lines.findIndex((line) => line.includes('Nothing is changed before'));
	const choice = lines.findIndex((line) => line.includes('❯'));
	expect(fact).toBeGreaterThan(0);
	expect(choice).toBeGreaterThan(fact);
	await screen.press('down', 'enter');
	expect(guide.actions).toEqual([{ type: 'choose', value: 'practice' }]);
});

it('does not take a session that another run has open', async () => {
	const { screen, guide } = await show('welcomeResume');
	await screen.press('down', 'enter');
	expect(guide.actions).toEqual([]);
	expect(screen.frame().join('\n')).toContain('another run has it open');
	await screen.press('up', 'enter');
	expect(guide.actions).toEqual([{ type: 'choose', value: 'resume:acme-prod' }]);
});

it('offers a name, takes another, and says what is wrong with it', async () => {
	const { screen, guide } = await show('welcomeNaming');
	expect(screen.frame().join('\n')).toContain('take another name');
	await screen.press('ctrlU', 'acme-two', 'enter', 'escape');
	expect(guide.actions).toEqual([{ type: 'name', name: 'acme-two' }, { type: 'back' }]);
});
