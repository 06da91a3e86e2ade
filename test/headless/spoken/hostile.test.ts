import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { SecretBytes } from '../../../source/engine/secret-bytes.ts';
import { spokenFrontEnd } from '../../../source/headless/spoken/front-end.ts';
import { shownShareOn } from '../../../source/headless/spoken/shown-share.ts';
import { fakeGuide } from '../../helpers/fake-guide.ts';
import { expectSafe, FORGED, HOSTILE, withHostile } from '../../helpers/hostile.ts';
import { modelNamed, models, NOW } from '../../screens/models.ts';

/** Commands that print more of the screen. */
const WORDS = ['help', 'details', 'find x', 'show 1', 'show x', 'go', 'repeat', '1', 'x', 'stop'];

async function printed(name: string, typed: readonly string[]): Promise<string> {
	const guide = fakeGuide(withHostile(modelNamed(name)), { problemOf: () => HOSTILE });
	const stdin = new PassThrough();
	const stdout = Object.assign(new PassThrough(), { columns: 10_000 });
	let out = '';
	stdout.setEncoding('utf8').on('data', (text: string) => {
		out += text;
	});
	const env = { LANG: 'C.UTF-8', TERM: 'xterm' };
	const done = spokenFrontEnd(guide, { stdin, stdout, env, now: () => NOW });
	for (const line of typed) {
		stdin.write(`${line}\n`);
		for (let turn = 0; turn < 5; turn++) await new Promise((next) => setImmediate(next));
	}
	guide.end();
	await done;
	return out;
}

describe('line mode', () => {
	it.each(Object.keys(models))(
		'%s: escapes terminal control sequences from external text',
		async (name) => {
			const shown = await printed(name, WORDS);
			expectSafe(shown);
			expect(shown.split('\n').filter((line) => line.trimStart().startsWith(FORGED))).toEqual([]);
		},
	);

	it('escapes the name of the key holder whose share is shown', () => {
		const model = modelNamed('ceremonyReveal');
		if (model.screen.kind !== 'ceremony' || model.screen.moment.kind !== 'reveal')
			throw new Error('ceremonyReveal reveals nothing');
		const stdout = Object.assign(new PassThrough(), { isTTY: true, rows: 90, columns: 500 });
		const share = new SecretBytes(Buffer.from('00ff'.repeat(16)));
		const shown = shownShareOn(stdout, { TERM: 'xterm' });
		const { moment } = model.screen;
		expect(shown.show({ ...moment, custodian: HOSTILE, share }, () => {})).toBeUndefined();
		shown.hide();
		expectSafe(String(stdout.read()), { drawn: true });
	});
});
