import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { recorders } from '../../../source/engine/recorders.ts';
import { hearSecret, wordOf } from '../../../source/headless/spoken/hear-ceremony.ts';
import { narrate } from '../../../source/headless/spoken/narrate.ts';
import { shownShareOn } from '../../../source/headless/spoken/shown-share.ts';
import { atMoment, moments, secretOf } from '../../screens/models/ceremony.ts';
import { modelNamed, NOW } from '../../screens/models.ts';
import { heard, said } from './support.ts';

const text = (secret: { use<T>(use: (bytes: Buffer) => T): T } | undefined) =>
	secret?.use((bytes) => bytes.toString());

function screenOf(name: string) {
	const { screen } = modelNamed(name);
	if (screen.kind !== 'ceremony') throw new Error(`${name} is no ceremony`);
	return screen;
}

describe('the text of a ceremony', () => {
	it('contains the actions, the fingerprints, the current unseal keys and the confirmation', () => {
		const words = said(modelNamed('ceremonyAgree'));
		for (const part of [
			`1. ${moments.agree.will[0]}`,
			'0c51 9f2e 77ab 4d10',
			'Current unseal keys: ',
			`Warning: ${moments.agree.warnings[0]}`,
			`To ${moments.agree.yes}, type: ${moments.agree.type}`,
		])
			expect(words).toContain(part);
	});

	it('never contains a key share', () => {
		for (const name of ['ceremonyReveal', 'ceremonyGiveShare', 'ceremonyTypeBack'])
			expect(said(modelNamed(name))).not.toMatch(/H3pV|yLs9/);
	});

	it.each(['ceremonyAgree', 'ceremonyReveal'])(
		'%s warns about programs that record the terminal',
		(name) => {
			const around = recorders({ TMUX: 'x' });
			const words = narrate(modelNamed(name), undefined, {
				now: NOW,
				last: NOW,
				recorders: around,
			});
			expect(words.join('\n')).toMatch(/Warning: .*tmux/);
		},
	);

	it('prints each error, including a repeated one', () => {
		const problem = 'Nothing typed yet';
		const [once, twice] = [1, 2].map((refused) =>
			atMoment(moments.passphrase, { refused, problem }),
		);
		if (once === undefined || twice === undefined) throw new Error('no model');
		expect(said(once, atMoment(moments.passphrase))).toBe('Nothing typed yet.');
		expect(said(twice, once)).toBe('Nothing typed yet.');
		expect(said(twice, twice)).toBe('');
	});
});

describe('the input of a ceremony', () => {
	it.each(Object.keys(moments))('%s: cancel, back and quit are accepted', (name) => {
		const model = atMoment(moments[name as keyof typeof moments]);
		expect(heard(model, 'cancel').act ?? heard(model, 'back').act).toMatchObject({
			type: expect.stringMatching(/^(not-now|back)$/),
		});
		expect(heard(model, 'back').act).toEqual({ type: 'back' });
		expect(heard(model, 'quit').act).toEqual({ type: 'interrupt' });
		expect(heard(model, 'leave').act).toEqual({ type: 'interrupt' });
	});

	it('passes on exactly the typed confirmation', () => {
		const model = modelNamed('ceremonyAgree');
		expect(heard(model, '').act).toBe(undefined);
		expect(heard(model, 'yes').act).toEqual({ type: 'agree', typed: 'yes' });
		expect(heard(model, ' rekey acme-prod ').act).toEqual({
			type: 'agree',
			typed: 'rekey acme-prod',
		});
	});

	it('shows a key share only after the command show', () => {
		const model = modelNamed('ceremonyReveal');
		expect(heard(model, '')).not.toHaveProperty('reveal');
		expect(heard(model, 'show').reveal).toBe(moments.reveal);
	});

	it('requires Enter to confirm that a key share is written down', () => {
		const model = modelNamed('ceremonyReveal');
		const hear = (line: string) => heard(model, line, { talk: { kind: 'shown' } });
		expect(hear('').act).toEqual({ type: 'agree' });
		expect(hear('cancel').act).toEqual({ type: 'not-now' });
		expect(hear('not now').act).toEqual({ type: 'not-now' });
		expect(hear('show').reveal).toBe(moments.reveal);
		for (const line of ['H3pVyLs9', 'yes', 'help'])
			expect(hear(line)).toEqual({
				say: [expect.stringMatching(/Enter once it is written down/)],
				talk: { kind: 'shown' },
			});
	});

	it('selects the safe choice on Enter', () => {
		const model = modelNamed('ceremonyDecide');
		expect(heard(model, '').act).toEqual({ type: 'decide', value: 'leave' });
		expect(heard(model, '2').act).toEqual({ type: 'decide', value: 'cancel' });
		expect(heard(model, '7').act).toBe(undefined);
	});

	it('ignores whitespace in a key share', () => {
		const { act } = heard(modelNamed('ceremonyTypeBack'), ' H3pV yLs9 find ');
		expect(act?.type === 'give' && text(act.secret)).toBe('H3pVyLs9find');
	});

	it('asks for a new passphrase twice and submits both', () => {
		const screen = screenOf('ceremonyPassphrase');
		const first = secretOf('find a correct horse');
		const { talk, say } = hearSecret(screen, first);
		expect(say).toEqual(['Type it again to confirm:']);
		expect(talk).toEqual({ kind: 'again', first });
		const { act } = hearSecret(screen, secretOf('find another horse'), talk);
		expect(act?.type === 'give' && [text(act.secret), text(act.again)]).toEqual([
			'find a correct horse',
			'find another horse',
		]);
	});

	it('asks only once for a passphrase that is too short or not new', () => {
		expect(hearSecret(screenOf('ceremonyPassphrase'), secretOf('short')).act?.type).toBe('give');
		const before = hearSecret(screenOf('ceremonyPassphraseBefore'), secretOf('short'));
		expect(before.act?.type).toBe('give');
	});

	it('distinguishes commands from secrets', () => {
		for (const word of ['help', 'cancel', 'not now', 'QUIT', ''])
			expect(wordOf(secretOf(word))).toBe(word.toLowerCase());
		for (const secret of ['helpless', 'help me please', 'H3pVyLs9'])
			expect(wordOf(secretOf(secret))).toBe(undefined);
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
		const share = shownShareOn(stdout, { TERM: 'xterm' });
		const refusal = share.show(moments.reveal, () => {});
		expect(refusal?.words).toMatch(/only on a terminal/);
		expect(refusal?.forGood).toBe(true);
		expect(share.shown).toBe(false);
		expect(stdout.read()).toBe(null);
	});

	it.each(['dumb', 'unknown', '', undefined])('is not shown if TERM is %j', (TERM) => {
		const { stdout, printed } = terminal(24);
		const share = shownShareOn(stdout, TERM === undefined ? {} : { TERM });
		expect(share.warnings[0]?.what).toContain('cannot be cleared');
		const refusal = share.show(moments.reveal, () => {});
		expect(refusal?.words).toMatch(/cannot be cleared.*another terminal.*OpenPGP key/);
		expect(refusal?.forGood).toBe(true);
		expect(printed()).toBe('');
	});

	it('is shown only if it fits on the terminal', () => {
		const { stdout, printed } = terminal(14);
		const share = shownShareOn(stdout, { TERM: 'xterm' });
		expect(share.warnings).toEqual([]);
		const refusal = share.show(moments.reveal, () => {});
		expect(refusal?.words).toMatch(/needs 15 rows, and this terminal has 14/);
		expect(refusal?.forGood).toBe(false);
		expect(printed()).toBe('');
		stdout.rows = 15;
		expect(share.show(moments.reveal, () => {})).toBe(undefined);
		expect(printed()).toContain('11: ');
		share.hide();
		// The scrollback contains no share and must not be cleared.
		expect(printed()).not.toContain('\u001B[3J');
	});

	it('is hidden on resize, and removed from the scrollback', () => {
		const { stdout, printed } = terminal(24);
		const share = shownShareOn(stdout, { TERM: 'xterm' });
		share.show(moments.reveal, () => share.hide());
		stdout.emit('resize');
		expect(share.shown).toBe(false);
		expect(printed()).toContain('\u001B[3J');
	});
});
