import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
	findCommandInSecretInput,
	handleTypedCeremonySecret,
} from '../../../source/reporters/line-mode/handle-ceremony.ts';
import { createShareDisplay } from '../../../source/reporters/line-mode/render-ceremony.ts';
import { renderModelChanges } from '../../../source/reporters/line-mode/render-screen.ts';
import { detectTerminalRecorders } from '../../../source/wizard/detect-terminal-recorders.ts';
import {
	createPromptModel,
	createSecretBytes,
	samplePrompts,
} from '../../screens/models/ceremony.ts';
import { getScreenModel, MODEL_TIME } from '../../screens/screen-models.ts';
import { handleSampleLine, renderModel } from './sample-models.ts';

const text = (secret: { use<T>(use: (bytes: Buffer) => T): T } | undefined) =>
	secret?.use((bytes) => bytes.toString());

function screenOf(name: string) {
	const { screen } = getScreenModel(name);
	if (screen.kind !== 'ceremony') throw new Error(`${name} is no ceremony`);
	return screen;
}

describe('the text of a ceremony', () => {
	it('contains the actions, the fingerprints, the current unseal keys and the confirmation', () => {
		const words = renderModel(getScreenModel('ceremonyAgree'));
		for (const part of [
			`1. ${samplePrompts.agree.will[0]}`,
			'0c51 9f2e 77ab 4d10',
			'Current unseal keys: ',
			`Warning: ${samplePrompts.agree.warnings[0]}`,
			`To ${samplePrompts.agree.yes}, type: ${samplePrompts.agree.type}`,
		])
			expect(words).toContain(part);
	});

	it('never contains a key share', () => {
		for (const name of ['ceremonyReveal', 'ceremonyGiveShare', 'ceremonyTypeBack'])
			expect(renderModel(getScreenModel(name))).not.toMatch(/H3pV|yLs9/);
	});

	it.each(['ceremonyAgree', 'ceremonyReveal'])(
		'%s warns about programs that record the terminal',
		(name) => {
			const around = detectTerminalRecorders({ TMUX: 'x' });
			const words = renderModelChanges(getScreenModel(name), undefined, {
				now: MODEL_TIME,
				last: MODEL_TIME,
				recorders: around,
			});
			expect(words.join('\n')).toMatch(/Warning: .*tmux/);
		},
	);

	it('prints each error, including a repeated one', () => {
		const problem = 'Nothing typed yet';
		const [once, twice] = [1, 2].map((refused) =>
			createPromptModel(samplePrompts.passphrase, { refused, problem }),
		);
		if (once === undefined || twice === undefined) throw new Error('no model');
		expect(renderModel(once, createPromptModel(samplePrompts.passphrase))).toBe(
			'Nothing typed yet.',
		);
		expect(renderModel(twice, once)).toBe('Nothing typed yet.');
		expect(renderModel(twice, twice)).toBe('');
	});
});

describe('the input of a ceremony', () => {
	it.each(Object.keys(samplePrompts))('%s: cancel, back and quit are accepted', (name) => {
		const model = createPromptModel(samplePrompts[name as keyof typeof samplePrompts]);
		expect(
			handleSampleLine(model, 'cancel').action ?? handleSampleLine(model, 'back').action,
		).toMatchObject({
			type: expect.stringMatching(/^(not-now|back)$/),
		});
		expect(handleSampleLine(model, 'back').action).toEqual({ type: 'back' });
		expect(handleSampleLine(model, 'quit').action).toEqual({ type: 'interrupt' });
		expect(handleSampleLine(model, 'leave').action).toEqual({ type: 'interrupt' });
	});

	it('passes on exactly the typed confirmation', () => {
		const model = getScreenModel('ceremonyAgree');
		expect(handleSampleLine(model, '').action).toBe(undefined);
		expect(handleSampleLine(model, 'yes').action).toEqual({ type: 'agree', typed: 'yes' });
		expect(handleSampleLine(model, ' rekey acme-prod ').action).toEqual({
			type: 'agree',
			typed: 'rekey acme-prod',
		});
	});

	it('shows a key share only after the command show', () => {
		const model = getScreenModel('ceremonyReveal');
		expect(handleSampleLine(model, '')).not.toHaveProperty('reveal');
		expect(handleSampleLine(model, 'show').reveal).toBe(samplePrompts.reveal);
	});

	it('requires Enter to confirm that a key share is written down', () => {
		const model = getScreenModel('ceremonyReveal');
		const hear = (line: string) => handleSampleLine(model, line, { pending: { kind: 'shown' } });
		expect(hear('').action).toEqual({ type: 'agree' });
		expect(hear('cancel').action).toEqual({ type: 'not-now' });
		expect(hear('not now').action).toEqual({ type: 'not-now' });
		expect(hear('show').reveal).toBe(samplePrompts.reveal);
		for (const line of ['H3pVyLs9', 'yes', 'help'])
			expect(hear(line)).toEqual({
				output: [expect.stringMatching(/Enter once it is written down/)],
				pending: { kind: 'shown' },
			});
	});

	it('selects the safe choice on Enter', () => {
		const model = getScreenModel('ceremonyDecide');
		expect(handleSampleLine(model, '').action).toEqual({ type: 'decide', value: 'leave' });
		expect(handleSampleLine(model, '2').action).toEqual({ type: 'decide', value: 'cancel' });
		expect(handleSampleLine(model, '7').action).toBe(undefined);
	});

	it('ignores whitespace in a key share', () => {
		const { action } = handleSampleLine(getScreenModel('ceremonyTypeBack'), ' H3pV yLs9 find ');
		expect(action?.type === 'give' && text(action.secret)).toBe('H3pVyLs9find');
	});

	it('asks for a new passphrase twice and submits both', () => {
		const screen = screenOf('ceremonyPassphrase');
		const first = createSecretBytes('find a correct horse');
		const { pending, output } = handleTypedCeremonySecret(screen, first);
		expect(output).toEqual(['Type it again to confirm:']);
		expect(pending).toEqual({ kind: 'again', first });
		const { action } = handleTypedCeremonySecret(
			screen,
			createSecretBytes('find another horse'),
			pending,
		);
		expect(action?.type === 'give' && [text(action.secret), text(action.again)]).toEqual([
			'find a correct horse',
			'find another horse',
		]);
	});

	it('asks only once for a passphrase that is too short or not new', () => {
		expect(
			handleTypedCeremonySecret(screenOf('ceremonyPassphrase'), createSecretBytes('short')).action
				?.type,
		).toBe('give');
		const before = handleTypedCeremonySecret(
			screenOf('ceremonyPassphraseBefore'),
			createSecretBytes('short'),
		);
		expect(before.action?.type).toBe('give');
	});

	it('distinguishes commands from secrets', () => {
		for (const word of ['help', 'cancel', 'not now', 'QUIT', ''])
			expect(findCommandInSecretInput(createSecretBytes(word))).toBe(word.toLowerCase());
		for (const secret of ['helpless', 'help me please', 'H3pVyLs9'])
			expect(findCommandInSecretInput(createSecretBytes(secret))).toBe(undefined);
	});
});

describe('a key share', () => {
	/** A terminal with a known number of rows. */
	function terminal(rows: number) {
		const stdout = Object.assign(new PassThrough(), { isTTY: true, rows, columns: 80 });
		return { stdout, printed: () => String(stdout.read() ?? '') };
	}

	it('is not shown without a terminal', () => {
		const stdout = new PassThrough();
		const share = createShareDisplay(stdout, { TERM: 'xterm' });
		const refusal = share.show(samplePrompts.reveal, () => {});
		expect(refusal?.words).toMatch(/only on a terminal/);
		expect(refusal?.forGood).toBe(true);
		expect(share.shown).toBe(false);
		expect(stdout.read()).toBe(null);
	});

	it.each(['dumb', 'unknown', '', undefined])('is not shown if TERM is %j', (TERM) => {
		const { stdout, printed } = terminal(24);
		const share = createShareDisplay(stdout, TERM === undefined ? {} : { TERM });
		expect(share.warnings[0]?.what).toContain('cannot be cleared');
		const refusal = share.show(samplePrompts.reveal, () => {});
		expect(refusal?.words).toMatch(/cannot be cleared.*another terminal.*OpenPGP key/);
		expect(refusal?.forGood).toBe(true);
		expect(printed()).toBe('');
	});

	it('is shown only if it fits on the terminal', () => {
		const { stdout, printed } = terminal(14);
		const share = createShareDisplay(stdout, { TERM: 'xterm' });
		expect(share.warnings).toEqual([]);
		const refusal = share.show(samplePrompts.reveal, () => {});
		expect(refusal?.words).toMatch(/needs 15 rows, and this terminal has 14/);
		expect(refusal?.forGood).toBe(false);
		expect(printed()).toBe('');
		stdout.rows = 15;
		expect(share.show(samplePrompts.reveal, () => {})).toBe(undefined);
		expect(printed()).toContain('11: ');
		share.hide();
		// The scrollback contains no share and must not be cleared.
		expect(printed()).not.toContain('\u001B[3J');
	});

	it('is hidden on resize, and removed from the scrollback', () => {
		const { stdout, printed } = terminal(24);
		const share = createShareDisplay(stdout, { TERM: 'xterm' });
		share.show(samplePrompts.reveal, () => share.hide());
		stdout.emit('resize');
		expect(share.shown).toBe(false);
		expect(printed()).toContain('\u001B[3J');
	});
});
