import { PassThrough } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import {
	createTestIdleReporter,
	TEST_IDLE_REPORTS_VARIABLE,
} from '../../source/wizard/test-idle-reports.ts';
import { createReadyMarkReader, type TestIdleReport } from '../e2e/helpers/ready-marks.ts';
import { createFakeWizard } from '../helpers/fake-wizard.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { getScreenModel } from '../screens/screen-models.ts';

function opened({ on = true, isReady = (): boolean => true } = {}) {
	const stdin = Object.assign(new PassThrough(), { bytesRead: 0 });
	const stdout = Object.assign(new PassThrough(), { columns: 80, rows: 24 });
	let printed = '';
	stdout.setEncoding('utf8').on('data', (text: string) => {
		printed += text;
	});
	const env = on ? { [TEST_IDLE_REPORTS_VARIABLE]: '1' } : {};
	const marks = createTestIdleReporter(
		createFakeWizard(getScreenModel('questionSecret')),
		{ stdin, stdout, env },
		isReady,
	);
	onTestFinished(marks.end);
	const seen = (): TestIdleReport[] =>
		createReadyMarkReader()(printed).flatMap(({ mark }) => mark ?? []);
	return { marks, stdin, seen, printed: () => printed };
}

it('reports a handled key with screen names and counters only', async () => {
	const { marks, stdin, seen } = opened();
	stdin.bytesRead = 3;
	marks.handled();
	await waitFor('a mark', () => seen().length === 1);
	expect(seen()).toEqual([
		{
			...{ seq: 1, read: 3, keys: 1, columns: 80, rows: 24 },
			screen: expect.stringMatching(/^question:[\w.]+$/),
		},
	]);
});

it('reports input that changed nothing', async () => {
	const { stdin, seen } = opened();
	stdin.bytesRead = 1;
	await waitFor('a mark', () => seen().at(-1)?.read === 1);
});

it('reports nothing before the front end accepts input', async () => {
	let ready = false;
	const { marks, seen } = opened({ isReady: () => ready });
	let asked = 0;
	const other = opened({ isReady: () => ++asked > 3 });
	marks.touched();
	other.marks.touched();
	await waitFor('the mark of another, asked more than three times', () => other.seen().length > 0);
	expect(seen()).toEqual([]);
	ready = true;
	await waitFor('a mark', () => seen().length === 1);
});

it('reports a screen that is redrawn continuously', async () => {
	const { marks, seen } = opened();
	const moving = setInterval(marks.touched, 5);
	onTestFinished(() => clearInterval(moving));
	await waitFor('a mark', () => seen().length > 0);
});

it('reports again after a frame that did not delay the report, because it may be written after it', async () => {
	const { marks, seen } = opened();
	for (let frame = 0; frame < 20; frame += 1) marks.touched();
	await waitFor('two reports', () => seen().length === 2);
});

it('prints nothing without the setting', async () => {
	const off = opened({ on: false });
	const on = opened();
	for (const { marks } of [off, on]) {
		marks.touched();
		marks.handled();
	}
	await waitFor('a mark of the other', () => on.seen().length > 0);
	expect(off.printed()).toBe('');
});

it('is parsed from output that is split at any byte', () => {
	const mark: TestIdleReport = {
		seq: 1,
		screen: 'welcome',
		read: 0,
		keys: 0,
		columns: 80,
		rows: 24,
	};
	const whole = `before\x1b[1mx\x1b]7377;${JSON.stringify(mark)}\x07after\x1b]0;title\x07`;
	for (let at = 0; at <= whole.length; at += 1) {
		const read = createReadyMarkReader();
		const parts = [...read(whole.slice(0, at)), ...read(whole.slice(at))];
		expect(parts.map(({ text }) => text).join('')).toBe('before\x1b[1mxafter\x1b]0;title\x07');
		expect(parts.flatMap((part) => part.mark ?? [])).toEqual([mark]);
		const marked = parts.findIndex((part) => part.mark !== undefined);
		expect(
			parts
				.slice(0, marked + 1)
				.map(({ text }) => text)
				.join(''),
		).toBe('before\x1b[1mx');
	}
});
