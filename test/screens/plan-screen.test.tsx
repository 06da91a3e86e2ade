import { afterEach, describe, expect, it } from 'vitest';
import { PlanView } from '../../screens/plan-screen.tsx';
import type { PlanScreen, WizardViewModel } from '../../source/wizard/wizard-view-model.ts';
import { createFakeWizard } from '../helpers/fake-wizard.ts';
import {
	expectToFit,
	getBodySize,
	type RenderScreenOptions,
	renderScreen,
	unmountAll,
} from '../helpers/render-screen.tsx';
import { getScreenModel } from './screen-models.ts';

afterEach(unmountAll);

function screenOf(model: WizardViewModel): PlanScreen {
	if (model.screen.kind !== 'plan') throw new Error('not a plan');
	return model.screen;
}

async function shown(name: string, options: RenderScreenOptions = {}) {
	const model = getScreenModel(name);
	const guide = createFakeWizard(model);
	const screen = screenOf(model);
	const rendered = await renderScreen(<PlanView screen={screen} controller={guide} />, options);
	const text = () => rendered.frame().join('\n');
	return { ...rendered, guide, screen, text };
}

describe('what is shown', () => {
	it('includes counts, groups and the effect of sixty resources on one screen', async () => {
		const { text, screen } = await shown('plan');
		expect(text()).toContain(`+ ${screen.plan.counts.create} create`);
		for (const { title } of screen.plan.groups) expect(text()).toContain(title);
		expect(text()).toContain('Nothing is destroyed');
	});

	it('starts with destroyed resources in full', async () => {
		const { frame, screen } = await shown('planDestroys');
		const words = frame().join(' ').replace(/\s+/g, ' ');
		for (const line of screen.plan.destroys) expect(words).toContain(line);
		const at = (text: string) => frame().findIndex((line) => line.includes(text));
		expect(at('Destroyed or replaced: 2')).toBeGreaterThan(-1);
		expect(at('Destroyed or replaced: 2')).toBeLessThan(at('compute'));
		expect(words).toContain(screen.plan.warnings[0]);
	});

	it('includes the whole path of the saved plan', async () => {
		const { frame, screen } = await shown('planSaved');
		expect(
			frame()
				.map((line) => line.trim())
				.join(''),
		).toContain(screen.savedAs);
	});

	it('names the attribute that forces a replacement', async () => {
		const { press, text } = await shown('planDestroys');
		await press('down', 'enter');
		expect(text()).toMatch(/forces replacement\s+kms_key_id/);
	});

	it.each([
		[80, 24],
		[120, 40],
		[60, 20],
		[40, 20],
	])('fits into %i x %i, whatever is open', async (columns, rows) => {
		for (const name of ['plan', 'planDestroys', 'planUpdates', 'planSaved']) {
			const { press, frame, unmount } = await shown(name, { columns, rows });
			const body = getBodySize(columns, rows);
			for (const key of ['d', 'down', 'enter', 'G', '/', 'a', 'escape', 'y', 'enter']) {
				await press(key);
				expectToFit(frame(), body.width, body.height + 1);
			}
			unmount();
		}
	});

	it('uses only ASCII and no color when asked to', async () => {
		const { press, coloured } = await shown('planDestroys', {
			env: { NO_COLOR: '1', TFE_WIZARD_ASCII: '1' },
		});
		await press('d', 'down', 'enter');
		expect(coloured().join('\n')).toMatch(/^[\x20-\x7e\n]*$/);
		expect(coloured().join('\n')).toContain('-/+');
	});
});

describe('keys', () => {
	it('y applies', async () => {
		const { press, guide } = await shown('plan');
		await press('y');
		expect(guide.actions).toEqual([{ type: 'apply' }]);
	});

	it('Enter and digits never apply', async () => {
		const { press, guide } = await shown('plan');
		for (const key of ['enter', 'enter', '1', '2', 'G', 'enter', 'g', 'enter']) await press(key);
		expect(guide.actions).toEqual([]);
	});

	it('a plan that destroys needs its exact name', async () => {
		const { press, guide, text, waitFor } = await shown('planDestroys');
		await press('y');
		await waitFor('type tfe.acme.example');
		await press('enter');
		await waitFor('Nothing was applied');
		await press('yes', 'enter');
		await waitFor('does not match');
		expect(guide.actions).toEqual([]);
		await press('escape', 'y', 'tfe.acme.example');
		await waitFor('❯ tfe.acme.example');
		expect(text()).not.toContain('does not match');
		expect(guide.actions).toEqual([]);
		await press('enter');
		expect(guide.actions).toEqual([{ type: 'apply' }]);
	});

	it('Escape closes open rows, then cancels', async () => {
		const { press, guide, waitFor } = await shown('plan');
		const has = (text: string) => (lines: string[]) => lines.join('\n').includes(text);
		const gone = (text: string) => (lines: string[]) => !has(text)(lines);
		await press('enter', 'down', 'enter');
		await waitFor('allocated_storage');
		await press('escape');
		expect(has('aws_db_instance.main')(await waitFor(gone('allocated_storage')))).toBe(true);
		await press('escape');
		await waitFor(gone('aws_db_instance.main'));
		expect(guide.actions).toEqual([]);
		await press('escape');
		await waitFor(() => guide.actions.length > 0);
		expect(guide.actions).toEqual([{ type: 'not-now' }]);
	});

	it('show a long value in full', async () => {
		const { press, waitFor } = await shown('plan', { columns: 60 });
		await press('/', 'kms_key_id');
		await waitFor('/ kms_key_id');
		await press('enter', 'down', 'down', 'enter');
		await waitFor((lines) =>
			lines
				.map((line) => line.trim())
				.join('')
				.includes('key/0d2f6f6e-4d1b-4a41-8b57-a0a2a1d0c9f4"'),
		);
	});

	it('/ searches addresses and attributes, and letters trigger nothing else', async () => {
		const { press, guide, waitFor } = await shown('plan');
		await press('/', 'certificate_');
		const found = (await waitFor('/ certificate_')).join('\n');
		expect(found).toContain('aws_lb_listener.https');
		expect(found).toContain('certificate_arn');
		expect(found).not.toContain('aws_lb_listener.http\n');
		await press('yb');
		await waitFor('No matches');
		await press('escape');
		await waitFor((lines) => !lines.join('\n').includes('/ certificate'));
		expect(guide.actions).toEqual([]);
	});

	it('s saves, b goes back', async () => {
		const { press, guide } = await shown('plan');
		await press('s', 'b');
		expect(guide.actions).toEqual([{ type: 'save-plan' }, { type: 'back' }]);
	});

	it('trigger nothing while help or the stop prompt is open', async () => {
		const model = getScreenModel('plan');
		const stop = { kind: 'gentle' as const, message: ['Stop?'], lostResources: [] };
		for (const [over, keys] of [
			[model, ['?', 'y']],
			[{ ...model, stop }, ['y', 's', 'd']],
		] as const) {
			const guide = createFakeWizard(over);
			const { press, unmount } = await renderScreen(over, { guide });
			await press(...keys);
			expect(guide.actions).toEqual([]);
			unmount();
		}
	});
});
