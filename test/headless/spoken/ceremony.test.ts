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

describe('what is said', () => {
	it('tells what will happen, what to compare, what opens Vault, and the word', () => {
		const words = said(modelNamed('ceremonyAgree'));
		for (const part of [
			'1. The old key is proven by a dry run',
			'0c51 9f2e 77ab 4d10',
			'What opens Vault now: The old key opens it',
			'Warning: on-call has no key',
			'To begin, type: rekey acme-prod',
		])
			expect(words).toContain(part);
	});

	it('never has a share in it', () => {
		for (const name of ['ceremonyReveal', 'ceremonyGiveShare', 'ceremonyTypeBack'])
			expect(said(modelNamed(name))).not.toMatch(/H3pV|yLs9/);
	});

	it.each(['ceremonyAgree', 'ceremonyReveal'])('%s warns of what records the terminal', (name) => {
		const around = recorders({ TMUX: 'x' });
		const words = narrate(modelNamed(name), undefined, { now: NOW, last: NOW, recorders: around });
		expect(words.join('\n')).toMatch(/Warning: .*tmux/);
	});

	it('says each refusal, also the same one again', () => {
		const problem = 'Nothing is typed yet';
		const [once, twice] = [1, 2].map((refused) =>
			atMoment(moments.passphrase, { refused, problem }),
		);
		if (once === undefined || twice === undefined) throw new Error('no model');
		expect(said(once, atMoment(moments.passphrase))).toBe('Nothing is typed yet.');
		expect(said(twice, once)).toBe('Nothing is typed yet.');
		expect(said(twice, twice)).toBe('');
	});
});

describe('what is heard', () => {
	it.each(Object.keys(moments))('%s: not now, and back, go back', (name) => {
		const model = atMoment(moments[name as keyof typeof moments]);
		expect(heard(model, 'not now').act ?? heard(model, 'back').act).toMatchObject({
			type: expect.stringMatching(/^(not-now|back)$/),
		});
		expect(heard(model, 'back').act).toEqual({ type: 'back' });
		expect(heard(model, 'leave').act).toEqual({ type: 'interrupt' });
	});

	it('agrees to nothing but the word', () => {
		const model = modelNamed('ceremonyAgree');
		expect(heard(model, '').act).toBe(undefined);
		expect(heard(model, 'yes').act).toEqual({ type: 'agree', typed: 'yes' });
		expect(heard(model, ' rekey acme-prod ').act).toEqual({
			type: 'agree',
			typed: 'rekey acme-prod',
		});
	});

	it('shows a share after the word alone', () => {
		const model = modelNamed('ceremonyReveal');
		expect(heard(model, '')).not.toHaveProperty('reveal');
		expect(heard(model, 'show').reveal).toBe(moments.reveal);
	});

	it('takes nothing but Enter for a share that is written down', () => {
		const model = modelNamed('ceremonyReveal');
		const hear = (line: string) => heard(model, line, { talk: { kind: 'shown' } });
		expect(hear('').act).toEqual({ type: 'agree' });
		expect(hear('not now').act).toEqual({ type: 'not-now' });
		expect(hear('show').reveal).toBe(moments.reveal);
		for (const line of ['H3pVyLs9', 'yes', 'help'])
			expect(hear(line)).toEqual({
				say: [expect.stringMatching(/Enter if it is written down/)],
				talk: { kind: 'shown' },
			});
	});

	it('takes the safe choice when nothing is typed', () => {
		const model = modelNamed('ceremonyDecide');
		expect(heard(model, '').act).toEqual({ type: 'decide', value: 'leave' });
		expect(heard(model, '2').act).toEqual({ type: 'decide', value: 'cancel' });
		expect(heard(model, '7').act).toBe(undefined);
	});

	it('takes a share without its blanks, from a pipe too', () => {
		const { act } = heard(modelNamed('ceremonyTypeBack'), ' H3pV yLs9 find ');
		expect(act?.type === 'give' && text(act.secret)).toBe('H3pVyLs9find');
	});

	it('asks for a new passphrase once more, and hands both over', () => {
		const screen = screenOf('ceremonyPassphrase');
		const first = secretOf('find a correct horse');
		const { talk, say } = hearSecret(screen, first);
		expect(say).toEqual(['Once more, to be sure:']);
		expect(talk).toEqual({ kind: 'again', first });
		const { act } = hearSecret(screen, secretOf('find another horse'), talk);
		expect(act?.type === 'give' && [text(act.secret), text(act.again)]).toEqual([
			'find a correct horse',
			'find another horse',
		]);
	});

	it('does not ask for one again that is too short, or is from before', () => {
		expect(hearSecret(screenOf('ceremonyPassphrase'), secretOf('short')).act?.type).toBe('give');
		const before = hearSecret(screenOf('ceremonyPassphraseBefore'), secretOf('short'));
		expect(before.act?.type).toBe('give');
	});

	it('tells words from secrets', () => {
		for (const word of ['help', 'not now', 'LEAVE', ''])
			expect(wordOf(secretOf(word))).toBe(word.toLowerCase());
		for (const secret of ['helpless', 'help me please', 'H3pVyLs9'])
			expect(wordOf(secretOf(secret))).toBe(undefined);
	});
});

describe('a share', () => {
	/** A terminal of so many rows, by whose word nothing is known but that. */
	function terminal(rows: number) {
		const stdout = Object.assign(new PassThrough(), { isTTY: true, rows, columns: 80 });
		return { stdout, printed: () => String(stdout.read() ?? '') };
	}

	it('is not shown where there is no terminal', () => {
		const stdout = new PassThrough();
		const share = shownShareOn(stdout, { TERM: 'xterm' });
		const refusal = share.show(moments.reveal, () => {});
		expect(refusal?.words).toMatch(/on a terminal alone/);
		expect(refusal?.forGood).toBe(true);
		expect(share.shown).toBe(false);
		expect(stdout.read()).toBe(null);
	});

	it.each(['dumb', 'unknown', '', undefined])('is not shown where TERM is %j', (TERM) => {
		const { stdout, printed } = terminal(24);
		const share = shownShareOn(stdout, TERM === undefined ? {} : { TERM });
		expect(share.warnings[0]?.what).toContain('cannot be cleared');
		const refusal = share.show(moments.reveal, () => {});
		expect(refusal?.words).toMatch(/cannot be cleared.*another terminal.*OpenPGP key/);
		expect(refusal?.forGood).toBe(true);
		expect(printed()).toBe('');
	});

	it('is not shown where it would scroll, and is once there is room', () => {
		const { stdout, printed } = terminal(14);
		const share = shownShareOn(stdout, { TERM: 'xterm' });
		expect(share.warnings).toEqual([]);
		const refusal = share.show(moments.reveal, () => {});
		expect(refusal?.words).toMatch(/takes 15 rows, and this terminal has 14/);
		expect(refusal?.forGood).toBe(false);
		expect(printed()).toBe('');
		stdout.rows = 15;
		expect(share.show(moments.reveal, () => {})).toBe(undefined);
		expect(printed()).toContain('11: ');
		share.hide();
		// The scrollback holds nothing of it, and is somebody's.
		expect(printed()).not.toContain('\u001B[3J');
	});

	it('is hidden by another size, and what that scrolled away goes too', () => {
		const { stdout, printed } = terminal(24);
		const share = shownShareOn(stdout, { TERM: 'xterm' });
		share.show(moments.reveal, () => share.hide());
		stdout.emit('resize');
		expect(share.shown).toBe(false);
		expect(printed()).toContain('\u001B[3J');
	});
});
