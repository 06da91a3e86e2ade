import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { SecretBytes } from '../../../source/engine/secret-bytes.ts';
import { runLineMode } from '../../../source/reporters/line-mode/line-mode.ts';
import { createShareDisplay } from '../../../source/reporters/line-mode/render-ceremony.ts';
import { createFakeWizard } from '../../helpers/fake-wizard.ts';
import {
	expectSafeOutput,
	FORGED_LINE,
	HOSTILE_TEXT,
	replaceWithHostileText,
} from '../../helpers/hostile-output.ts';
import { getScreenModel, MODEL_TIME, screenModels } from '../../screens/screen-models.ts';

/** Commands that print more of the screen. */
const WORDS = ['help', 'details', 'find x', 'show 1', 'show x', 'go', 'repeat', '1', 'x', 'stop'];

async function printed(name: string, typed: readonly string[]): Promise<string> {
	const guide = createFakeWizard(replaceWithHostileText(getScreenModel(name)), {
		validate: () => HOSTILE_TEXT,
	});
	const stdin = new PassThrough();
	const stdout = Object.assign(new PassThrough(), { columns: 10_000 });
	let out = '';
	stdout.setEncoding('utf8').on('data', (text: string) => {
		out += text;
	});
	const env = { LANG: 'C.UTF-8', TERM: 'xterm' };
	const done = runLineMode(guide, { stdin, stdout, env, now: () => MODEL_TIME });
	for (const line of typed) {
		stdin.write(`${line}\n`);
		for (let turn = 0; turn < 5; turn++) await new Promise((next) => setImmediate(next));
	}
	guide.end();
	await done;
	return out;
}

describe('line mode', () => {
	it.each(Object.keys(screenModels))(
		'%s: escapes terminal control sequences from external text',
		async (name) => {
			const shown = await printed(name, WORDS);
			expectSafeOutput(shown);
			expect(shown.split('\n').filter((line) => line.trimStart().startsWith(FORGED_LINE))).toEqual(
				[],
			);
		},
	);

	it('escapes the name of the key holder whose share is shown', () => {
		const model = getScreenModel('ceremonyReveal');
		if (model.screen.kind !== 'ceremony' || model.screen.prompt.kind !== 'reveal')
			throw new Error('ceremonyReveal reveals nothing');
		const stdout = Object.assign(new PassThrough(), { isTTY: true, rows: 90, columns: 500 });
		const share = new SecretBytes(Buffer.from('00ff'.repeat(16)));
		const shown = createShareDisplay(stdout, { TERM: 'xterm' });
		const { prompt } = model.screen;
		expect(shown.show({ ...prompt, custodian: HOSTILE_TEXT, share }, () => {})).toBeUndefined();
		shown.hide();
		expectSafeOutput(String(stdout.read()), { drawn: true });
	});
});
