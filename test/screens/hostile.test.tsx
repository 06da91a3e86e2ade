import { afterEach, describe, expect, it } from 'vitest';
import { createFakeWizard } from '../helpers/fake-wizard.ts';
import {
	expectSafeOutput,
	FORGED_LINE,
	HOSTILE_TEXT,
	replaceWithHostileText,
} from '../helpers/hostile-output.ts';
import { renderScreen, unmountAll } from '../helpers/render-screen.tsx';
import { getScreenModel, MODEL_TIME, screenModels } from './screen-models.ts';

afterEach(unmountAll);

/** Our own rows start at the margin, after the bar of a question or the pointer of a list. */
const FORGED_ROW = new RegExp(`^ (?:┃ )?(?:❯ )?${FORGED_LINE}`);

const EDITORS = ['questionMap', 'questionMultiline'];

describe('screens', () => {
	it.each(Object.keys(screenModels))(
		'%s escapes control sequences in external text',
		async (name) => {
			const guide = createFakeWizard(replaceWithHostileText(getScreenModel(name)), {
				validate: () => HOSTILE_TEXT,
			});
			const screen = await renderScreen(guide.model(), {
				columns: 99,
				rows: 60,
				now: MODEL_TIME,
				guide,
			});
			await screen.press('enter', 'down', 'right', 'l');
			const bytes = screen.stdout.writes.join('');
			expectSafeOutput(bytes, { drawn: true });
			// An editor shows each line of its value as a row.
			if (EDITORS.includes(name)) return;
			for (const row of screen.frame()) expect(row).not.toMatch(FORGED_ROW);
		},
	);

	it('shows typed text escaped and stores it unchanged', async () => {
		const guide = createFakeWizard(getScreenModel('questionText'));
		const screen = await renderScreen(guide.model(), { guide });
		await screen.press('ctrlU');
		await screen.paste('tfe\u202e.acme\u200b');
		expect(screen.frame().join('\n')).toContain('tfe\\u{202e}.acme\\u{200b}');
		await screen.press('enter');
		expect(guide.actions.at(-1)).toEqual({ type: 'answer', value: 'tfe\u202e.acme\u200b' });
	});

	it('shows a map value with a line feed on one line and stores it unchanged', async () => {
		const value = { Owner: 'ops\nEvil = true' };
		const base = getScreenModel('questionMap');
		if (base.screen.kind !== 'question') throw new Error('questionMap is not a question');
		const guide = createFakeWizard({ ...base, screen: { ...base.screen, value } });
		const screen = await renderScreen(guide.model(), { guide });
		await screen.press('ctrlD');
		expect(guide.actions.at(-1)).toEqual({ type: 'answer', value });
	});

	it('stores an unedited script unchanged', async () => {
		const script = '#!/bin/sh\nprintf "\x1b[1m\tdone\u202e"\n';
		const base = getScreenModel('questionMultiline');
		if (base.screen.kind !== 'question') throw new Error('questionMultiline is not a question');
		const guide = createFakeWizard({ ...base, screen: { ...base.screen, value: script } });
		const screen = await renderScreen(guide.model(), { guide });
		expectSafeOutput(screen.stdout.writes.join(''), { drawn: true });
		expect(screen.frame().join('\n')).toContain('\\x1b[1m');
		await screen.press('ctrlD');
		expect(guide.actions.at(-1)).toEqual({ type: 'answer', value: script });
	});
});
