import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ProgressView } from '../../screens/progress-screen.tsx';
import type { ProgressScreen } from '../../source/wizard/wizard-view-model.ts';
import { createFakeWizard } from '../helpers/fake-wizard.ts';
import {
	expectToFit,
	getBodySize,
	type RenderScreenOptions,
	renderScreen,
	unmountAll,
} from '../helpers/render-screen.tsx';
import { createDirectoryForEachTest } from '../helpers/temporary-directory.ts';
import { getScreenModel, MODEL_TIME } from './screen-models.ts';

afterEach(unmountAll);

async function shown(
	name: string,
	options: RenderScreenOptions & { more?: Partial<ProgressScreen> } = {},
) {
	const model = getScreenModel(name);
	if (model.screen.kind !== 'progress') throw new Error('not a progress screen');
	const screen = { ...model.screen, ...options.more };
	const guide = createFakeWizard({ ...model, screen });
	const view = <ProgressView screen={screen} controller={guide} />;
	return { ...(await renderScreen(view, { now: MODEL_TIME, ...options })), guide };
}

it.each([
	[80, 24],
	[120, 40],
	[60, 20],
	[40, 20],
])('fits into %i x %i', async (columns, rows) => {
	const body = getBodySize(columns, rows);
	const names = ['progress', 'progressPlanning', 'progressStopping', 'progressDiagnostic'];
	for (const name of names) {
		const { frame, press, unmount } = await shown(name, { columns, rows });
		for (const key of ['down', 'l', 'G', 'g', 'l']) {
			expectToFit(frame(), body.width, body.height + 1);
			await press(key);
		}
		expect(frame().join('\n')).toMatch(/Installing|Planning/);
		unmount();
	}
});

it('shows whole addresses and the elapsed time at 60 columns', async () => {
	const { frame } = await shown('progress', { columns: 60, rows: 20 });
	expect(frame().join('\n')).toContain('aws_db_instance.main[0]');
	expect(frame().join('\n')).toContain('8 m 12 s');
});

it('uses only ASCII and no color when asked to', async () => {
	for (const name of ['progress', 'progressStopping', 'progressDiagnostic']) {
		const env = { NO_COLOR: '1', TFE_WIZARD_ASCII: '1' };
		const { coloured, unmount } = await shown(name, { env });
		expect(coloured().join('\n')).toMatch(/^[\x20-\x7e\n]*$/);
		unmount();
	}
});

it('scrolls the Terraform diagnostics', async () => {
	const { frame, press, waitFor } = await shown('progressDiagnostic', { columns: 60, rows: 20 });
	expect(frame().join('\n')).toContain('creating ELBv2 Listener');
	await press('G');
	await waitFor((lines) => !lines.join('\n').includes('creating ELBv2 Listener'));
	await press('g');
	await waitFor('creating ELBv2 Listener');
});

describe('the log', () => {
	const folder = createDirectoryForEachTest();
	const line = (type: string, message: string) => JSON.stringify({ type, '@message': message });
	const log = join(folder, 'apply.jsonl');

	it('is followed after l, as readable lines, until l is pressed again', async () => {
		writeFileSync(log, `${line('apply_start', 'aws_vpc.main: Creating...')}\n`);
		const { frame, press, waitFor } = await shown('progress', { more: { log } });
		expect(frame().join('\n')).not.toContain('aws_vpc.main');
		await press('l');
		await waitFor('aws_vpc.main: Creating...');
		appendFileSync(log, `${line('apply_complete', 'aws_vpc.main: Creation complete')}\n`);
		await waitFor('aws_vpc.main: Creation complete');
		await press('l');
		await waitFor((lines) => !lines.join('\n').includes('aws_vpc.main'));
	});
});

it('sends no action for keys without a meaning', async () => {
	const { press, guide } = await shown('progress');
	for (const key of ['y', 'enter', 'escape', '1', 'b']) await press(key);
	expect(guide.actions).toEqual([]);
});
