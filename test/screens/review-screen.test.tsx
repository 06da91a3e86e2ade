import { afterEach, describe, expect, test } from 'vitest';
import type { ReviewScreen } from '../../source/wizard/wizard-view-model.ts';
import { expectToFit, unmountAll } from '../helpers/render-screen.tsx';
import {
	getModelNames,
	joinLines,
	joinWithoutWhitespace,
	renderFramed,
	scrollToEnd,
	TERMINAL_SIZES,
} from './checks/render-framed.tsx';
import { getScreenModel } from './screen-models.ts';

afterEach(unmountAll);

describe.each(TERMINAL_SIZES)('at %i x %i', (columns, rows) => {
	test.each(getModelNames('review'))('%s fits wherever the pointer is', async (name) => {
		const { frame, press } = await renderFramed(getScreenModel(name), [columns, rows]);
		for (const key of ['home', 'pageDown', 'pageDown', 'end', 'up', 'pageUp']) {
			await press(key);
			expectToFit(frame(), columns, rows);
			expect(frame().some((line) => line.includes('❯'))).toBe(true);
		}
	});

	test('shows every answer in full', async () => {
		const model = getScreenModel('review');
		const rendered = await renderFramed(model, [columns, rows]);
		const text = joinWithoutWhitespace(await scrollToEnd(rendered, 'down'));
		for (const { lines } of model.answerSummary) {
			for (const { value } of lines) expect(text).toContain(value.replace(/\s+/g, ''));
		}
		for (const { lines } of (model.screen as ReviewScreen).intent) {
			for (const line of lines) expect(text).toContain(line.replace(/\s+/g, ''));
		}
	});
});

test('says that nothing has changed, how long it takes and how to start', async () => {
	const { frame } = await renderFramed(getScreenModel('review'));
	const text = joinLines(frame());
	expect(text).toContain('no changes until you confirm');
	expect(text).toContain('25 to 40 min');
	expect(text).toContain('Press y to start');
});

test('only y starts', async () => {
	const { press, guide } = await renderFramed(getScreenModel('review'));
	await press('enter', '1', 'space', 'e');
	expect(guide.actions).toEqual([]);
	await press('y');
	expect(guide.actions).toEqual([{ type: 'on' }]);
});

test('Enter and e on an answer open its question', async () => {
	const { press, guide } = await renderFramed(getScreenModel('review'));
	await press('end', 'enter', 'up', 'e');
	expect(guide.actions).toEqual([
		{ type: 'go', key: 'settings.kms_key_id' },
		{ type: 'go', key: 'settings.db_multi_az' },
	]);
});

test('shows changed answers first and opens their question', async () => {
	const { frame, press, guide } = await renderFramed(getScreenModel('reviewChanged'));
	expect(joinLines(frame())).toContain('~ settings.instance_type m5.large → m5.2xlarge');
	await press('enter');
	expect(guide.actions).toEqual([{ type: 'go', key: 'settings.instance_type' }]);
});

describe('with problems', () => {
	test('shows them first, and Enter opens the question to fix', async () => {
		const { frame, press, guide } = await renderFramed(getScreenModel('reviewProblems'));
		const text = joinLines(frame());
		expect(text).toContain('2 problems to fix before you can start');
		expect(text).toContain('The variable TFE_DB_PASSWORD is not set');
		await press('j', 'enter');
		expect(guide.actions).toEqual([{ type: 'go', key: 'settings.cert_id' }]);
	});

	test('does not start with y, and says why', async () => {
		const { frame, press, guide } = await renderFramed(getScreenModel('reviewProblems'));
		await press('end', 'y');
		expect(guide.actions).toEqual([]);
		expect(joinLines(frame())).toContain('Cannot start yet. Press Enter to fix this problem');
		await press('enter');
		expect(guide.actions).toEqual([{ type: 'go', key: 'settings.db_password' }]);
	});
});

test('Escape and b go back', async () => {
	const { press, guide } = await renderFramed(getScreenModel('review'));
	await press('escape', 'b');
	expect(guide.actions).toEqual([{ type: 'back' }, { type: 'back' }]);
});
