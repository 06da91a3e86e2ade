import { afterEach, describe, expect, test } from 'vitest';
import type { FailureScreen } from '../../source/wizard/wizard-view-model.ts';
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

const failure = (name: string) => getScreenModel(name).screen as FailureScreen;

describe.each(TERMINAL_SIZES)('at %i x %i', (columns, rows) => {
	test.each(getModelNames('failure'))('%s fits, with its cause and every choice', async (name) => {
		const { frame, body } = await renderFramed(getScreenModel(name), [columns, rows]);
		expectToFit(frame(), columns, rows);
		expect(joinLines(body())).toContain(failure(name).message);
		for (const { label } of failure(name).choices) expect(joinLines(body())).toContain(label);
	});

	test('page-down scrolls to the end, which names the log', async () => {
		const { screen } = getScreenModel('failureRefused');
		const rendered = await renderFramed(getScreenModel('failureRefused'), [columns, rows]);
		const lines = await scrollToEnd(rendered, 'pageDown');
		for (const line of lines) expectToFit([line], columns, rows);
		const text = joinWithoutWhitespace(lines);
		expect(text).toContain('UnsupportedCertificate');
		expect(text).toContain('51of63resources');
		expect(text).toContain((screen as FailureScreen).log);
	});

	test('shows the whole hint of a choice', async () => {
		const rendered = await renderFramed(getScreenModel('failureRefused'), [columns, rows]);
		await rendered.press('end');
		expect(joinLines(rendered.frame())).toContain('resume with: tfe-wizard --session acme-prod');
	});
});

test('shows errors before warnings', async () => {
	const { screen, ...rest } = getScreenModel('failureRefused');
	const reversed = { ...failure('failureRefused') };
	reversed.diagnostics = [...reversed.diagnostics].reverse();
	const rendered = await renderFramed({ ...rest, screen: reversed }, [120, 40]);
	const text = joinLines(rendered.frame());
	expect(text.indexOf('aws_eip.nat[1]')).toBeLessThan(text.indexOf('aws_s3_bucket.main[0]'));
	expect(screen.kind).toBe('failure');
});

describe('the tone', () => {
	const words = async (name: string) =>
		joinLines((await renderFramed(getScreenModel(name))).frame());

	test('of an internal error names the log', async () => {
		const text = await words('failureOurs');
		expect(text).toContain('tfe-wizard failed: Internal error:');
		expect(text).toContain('See the log below for details');
	});

	test('of an operator error says what was expected', async () => {
		const text = await words('failurePreflight');
		expect(text).toContain('expected an unused name');
		expect(text).not.toMatch(/internal error|tfe-wizard failed/i);
	});

	test('of a cancelled run mentions no failure', async () => {
		const { frame } = await renderFramed(getScreenModel('failureCancelled'));
		expect(frame().join('')).not.toContain('✗');
		expect(joinLines(frame())).not.toMatch(/fail|error/i);
		expect(joinLines(frame())).toContain('Progress saved. Resume at any time.');
	});
});

describe('the choices', () => {
	test('default to the first, and Enter selects the current one', async () => {
		const { press, guide } = await renderFramed(getScreenModel('failureRefused'));
		await press('enter', 'j', 'j', 'enter', 'G', 'enter');
		expect(guide.actions).toEqual([
			{ type: 'choose', value: 'fix:settings.cert_id' },
			{ type: 'choose', value: 'retry' },
			{ type: 'choose', value: 'leave' },
		]);
	});

	test('keep the pointer while scrolling', async () => {
		const { press, guide } = await renderFramed(getScreenModel('failureRefused'));
		await press('pageDown', 'pageDown', 'pageUp', 'enter');
		expect(guide.actions).toEqual([{ type: 'choose', value: 'fix:settings.cert_id' }]);
	});

	test('refuse digits, and select nothing until the pointer is moved', async () => {
		const { press, guide, frame } = await renderFramed(getScreenModel('failureRefused'));
		await press('1', '2', '3', 'enter');
		expect(joinLines(frame())).toContain('Typing has no effect here.');
		expect(guide.actions).toEqual([]);
		await press('down', 'up', 'enter');
		expect(guide.actions).toEqual([{ type: 'choose', value: 'fix:settings.cert_id' }]);
	});

	test('move to the stop choice on Escape without selecting it', async () => {
		const { press, guide } = await renderFramed(getScreenModel('failureRefused'));
		await press('escape');
		expect(guide.actions).toEqual([]);
		await press('enter');
		expect(guide.actions).toEqual([{ type: 'choose', value: 'leave' }]);
	});

	test('are all visible on the smallest screen, however long they are', async () => {
		const long = 'Load balancer certificate: arn:aws:acm:us-west-2:123456789012:certificate/9f21';
		const choices = Array.from({ length: 6 }, (_, at) => ({
			value: `choice-${at}`,
			label: `Change settings.number_${at}`,
			hint: long,
		}));
		const screen: FailureScreen = { ...failure('failureRefused'), choices };
		const { frame, press } = await renderFramed(
			{ ...getScreenModel('failureRefused'), screen },
			[60, 20],
		);
		for (const { label } of choices) expect(joinLines(frame())).toContain(label);
		await press('end');
		expectToFit(frame(), 60, 20);
		expect(joinWithoutWhitespace(frame())).toContain(long.replace(/\s+/g, ''));
	});

	test('cannot be selected when unavailable', async () => {
		const model = getScreenModel('failureRefused');
		const refused = { value: 'retry', label: 'Try again', refusal: 'the state is locked' };
		const screen: FailureScreen = { ...failure('failureRefused'), choices: [refused] };
		const { press, guide, frame } = await renderFramed({ ...model, screen });
		await press('enter');
		expect(guide.actions).toEqual([]);
		expect(joinLines(frame())).toContain('the state is locked');
	});
});
