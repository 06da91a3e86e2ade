import { afterEach, describe, expect, test } from 'vitest';
import type { DoneScreen } from '../../source/wizard/wizard-view-model.ts';
import { expectToFit, unmountAll } from '../helpers/render-screen.tsx';
import {
	joinLines,
	joinWithoutWhitespace,
	renderFramed,
	scrollToEnd,
	TERMINAL_SIZES,
} from './checks/render-framed.tsx';
import { getScreenModel } from './screen-models.ts';

afterEach(unmountAll);

const model = getScreenModel('done');
const screen = model.screen as DoneScreen;

describe.each(TERMINAL_SIZES)('at %i x %i', (columns, rows) => {
	test('fits and starts with the next commands', async () => {
		const { frame } = await renderFramed(model, [columns, rows]);
		expectToFit(frame(), columns, rows);
		expect(joinLines(frame())).toContain('Installed in 32 m 07 s');
		expect(joinLines(frame())).toContain('tfe-wizard status --session acme-prod');
		expect(joinLines(frame())).toContain('https://tfe.acme.example');
	});

	test.each(['down', 'pageDown'])('%s scrolls through everything', async (key) => {
		const rendered = await renderFramed(model, [columns, rows]);
		const lines = await scrollToEnd(rendered, key);
		for (const line of lines) expectToFit([line], columns, rows);
		const text = joinWithoutWhitespace(lines).replaceAll('\\', '');
		const whole = (words: string) => expect(text).toContain(words.replace(/\s+/g, ''));
		for (const { value } of screen.outputs) whole(value);
		for (const summary of screen.summaries) whole(summary.text);
		whole(screen.answersFile);
		whole(screen.workspace);
	});
});

test('wraps the command so that a shell reads it as one', async () => {
	const rendered = await renderFramed(model, [80, 24]);
	await rendered.press('end');
	const from = rendered.frame().findIndex((line) => line.includes('tfe-wizard install'));
	const lines = rendered.frame().slice(from);
	const last = lines.findIndex((line) => !line.trimEnd().endsWith('\\'));
	const command = lines
		.slice(0, last + 1)
		.join('\n')
		.replaceAll('\\\n', '');
	expect(command.replace(/\s+/g, ' ').trim()).toBe(screen.command);
});

test('contains no box characters that would be pasted along', async () => {
	const rendered = await renderFramed(model, [120, 40]);
	expect(rendered.frame().join('')).not.toMatch(/[│┃╭╰╮╯█]/);
});

test('Enter and q quit, moving does not', async () => {
	const { press, guide } = await renderFramed(model);
	await press('down', 'pageDown', 'g', 'G', '1');
	expect(guide.actions).toEqual([]);
	await press('q', 'enter');
	expect(guide.actions).toEqual([{ type: 'leave' }, { type: 'leave' }]);
});
