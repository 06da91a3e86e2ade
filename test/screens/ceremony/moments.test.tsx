import { afterEach, describe, expect, it } from 'vitest';
import { fixedClock } from '../../../screens/parts/now.ts';
import { recorders } from '../../../source/engine/recorders.ts';
import { fakeGuide } from '../../helpers/fake-guide.ts';
import {
	expectToFit,
	type RenderOptions,
	renderScreen,
	unmountAll,
} from '../../helpers/render.tsx';
import { atMoment, moments, SHARES, secretOf } from '../models/ceremony.ts';
import { modelNamed } from '../models.ts';
import { placed, sharesIn } from './shares.ts';

afterEach(unmountAll);

const sizes = [
	[80, 24],
	[120, 40],
	[60, 20],
	[40, 20],
] as const;

async function shown(name: string, options: RenderOptions = {}) {
	const model = modelNamed(name);
	const guide = fakeGuide(model);
	const rendered = await renderScreen(model, { guide, ...options });
	const words = () => rendered.frame().join(' ').replace(/\s+/g, ' ');
	return { ...rendered, guide, words };
}

const given = (guide: ReturnType<typeof fakeGuide>) =>
	guide.actions.map((action) =>
		action.type === 'give'
			? [action.secret, action.again].map((secret) => secret?.use((bytes) => bytes.toString()))
			: action,
	);

describe('every moment', () => {
	const names = ['Agree', 'Passphrase', 'NextPerson', 'Reveal', 'GiveShare', 'Decide'].map(
		(name) => `ceremony${name}`,
	);

	it.each(names)('%s says where it is and what opens Vault, and esc is not now', async (name) => {
		const { words, press, guide } = await shown(name);
		expect(words()).toContain('Rekey Vault');
		expect(words()).toContain('What opens Vault now: The old key opens it');
		expect(words()).toContain('security-lead');
		await press('escape');
		expect(guide.actions).toEqual([{ type: 'not-now' }]);
	});

	it.each(names)('%s is left with ctrl-c', async (name) => {
		const { press, guide } = await shown(name);
		await press('ctrlC');
		expect(guide.actions).toEqual([{ type: 'interrupt' }]);
	});

	it.each(sizes)('keeps what opens Vault on screen at %i x %i', async (columns, rows) => {
		for (const name of names) {
			const { words, frame, unmount } = await shown(name, { columns, rows });
			expectToFit(frame(), columns, rows);
			expect(words(), name).toContain('What opens Vault now');
			unmount();
		}
	});
});

describe('to agree', () => {
	it('takes the word that is typed, and no key alone', async () => {
		const { press, guide } = await shown('ceremonyAgree');
		await press('pageDown', 'pageDown', 'pageDown');
		await press('y', 'backspace', 'enter', 'rekey acme-prod', 'enter');
		expect(guide.actions).toEqual([
			{ type: 'agree', typed: '' },
			{ type: 'agree', typed: 'rekey acme-prod' },
		]);
	});

	it('takes no word before its end was shown, however it was read', async () => {
		const { press, guide, words } = await shown('ceremonyAgree', { columns: 60, rows: 20 });
		expect(words()).toContain('read to the end');
		await press('rekey acme-prod', 'enter');
		expect(guide.actions).toEqual([]);
		expect(words()).toContain('There is more to read');
		for (let at = 0; at < 40 && /more to read/.test(words()); at++) await press('down');
		await press('pageUp');
		expect(words()).not.toContain('read to the end');
		await press('enter');
		expect(guide.actions).toEqual([{ type: 'agree', typed: 'rekey acme-prod' }]);
	});

	it('shows all of it to whoever reads on, fingerprints in groups of four', async () => {
		for (const [columns, rows] of sizes) {
			const { press, frame, unmount } = await shown('ceremonyAgree', { columns, rows });
			const seen = new Set<string>();
			for (let at = 0; at < 30; at++) {
				for (const line of frame()) seen.add(line.trim());
				await press('down');
			}
			const all = [...seen].join(' ');
			for (const { label } of moments.agree.check) expect(all).toContain(label);
			expect(all).toContain('0c51 9f2e 77ab 4d10');
			expect(all).toContain('cannot be undone'.slice(0, 9));
			unmount();
		}
	});

	it('warns of what records the terminal, with what to do', async () => {
		const { words } = await shown('ceremonyAgree', {
			recorders: recorders({ TMUX: 'x' }),
			rows: 40,
		});
		expect(words()).toContain('inside tmux');
		expect(words()).toContain('outside tmux');
		const reveal = await shown('ceremonyReveal', { recorders: recorders({ STY: 'x' }) });
		expect(reveal.words()).toContain('inside screen');
	});

	it('says why the word was not taken', async () => {
		const { words } = await shown('ceremonyAgreeProblem');
		expect(words()).toContain('That is not rekey acme-prod');
	});
});

describe('a share', () => {
	it('is shown at a key, past Ink, whole and in groups of four', async () => {
		for (const [columns, rows] of sizes) {
			const { press, frames, stdout, unmount } = await shown('ceremonyReveal', {
				columns,
				rows,
			});
			expect(stdout.painted).toEqual([]);
			await press('space');
			const painted = placed(stdout.painted.at(-1) ?? '').map(({ text }) => text);
			const groups = painted.flatMap((text) => text.split('  '));
			expect(groups.every((group) => group.length === 4)).toBe(true);
			expect(groups.join('')).toBe(SHARES[2]);
			expect(sharesIn(frames().join('\n'))).toEqual([]);
			unmount();
		}
	});

	it('lies within the frame, on rows that Ink leaves blank', async () => {
		for (const [columns, rows] of sizes) {
			const { press, frame, stdout, unmount } = await shown('ceremonyReveal', { columns, rows });
			await press('space');
			const places = placed(stdout.painted.at(-1) ?? '');
			expect(places.length).toBe(2);
			for (const { row, column, text } of places) {
				const line = frame()[row - 1] ?? '';
				expect(line.trim(), frame().join('\n')).toMatch(/┃$/);
				expect(line.lastIndexOf('┃')).toBeLessThan(column - 1);
				expect(column - 1 + text.length).toBeLessThan(columns);
			}
			unmount();
		}
	});

	it.each(['x', '?', 'space', 'down', 'ctrlZ'])('is hidden by %s', async (key) => {
		const { press, stdout, words } = await shown('ceremonyReveal');
		await press('space');
		expect(words()).toContain('Shown, 60 s left');
		await press(key);
		expect(sharesIn(stdout.painted.at(-1) ?? '')).toEqual([]);
		expect(words()).toContain('Hidden again');
	});

	it('is hidden when its time is over', async () => {
		const clock = fixedClock(0);
		const { press, stdout, waitFor } = await shown('ceremonyReveal', { clock });
		await press('space');
		clock.set(59_000);
		await waitFor('1 s left');
		expect(sharesIn(stdout.painted.at(-1) ?? '')).toEqual([2]);
		clock.set(60_000);
		await waitFor('Hidden again');
		expect(sharesIn(stdout.painted.at(-1) ?? '')).toEqual([]);
	});

	it('is hidden by another size', async () => {
		const { press, stdout, resize, words } = await shown('ceremonyReveal');
		await press('space');
		await resize(60, 20);
		expect(sharesIn(stdout.painted.at(-1) ?? '')).toEqual([]);
		expect(words()).toContain('Hidden again');
	});

	it('is to be seen before it is written down', async () => {
		const { press, guide, words } = await shown('ceremonyReveal');
		await press('enter');
		expect(guide.actions).toEqual([]);
		expect(words()).toContain('not shown yet');
		await press('space', 'enter');
		expect(guide.actions).toEqual([{ type: 'agree' }]);
	});

	it('is never there together with another, whatever follows what', async () => {
		const steps = SHARES.map((text, at) =>
			atMoment({ ...moments.reveal, share: secretOf(text) }, { number: at + 1 }),
		);
		const [first = modelNamed('ceremonyReveal')] = steps;
		const guide = fakeGuide(first);
		const rendered = await renderScreen(first, { guide });
		for (const model of steps) {
			guide.show(model);
			await rendered.press('space');
		}
		const last = rendered.stdout.painted.filter((text) => sharesIn(text).length > 0);
		expect(last.map((text) => sharesIn(text))).toEqual([[0], [1], [2]]);
		// Each is blanked before the next one is painted.
		for (const [at, text] of rendered.stdout.painted.entries())
			if (at > 0 && sharesIn(text).length > 0)
				expect(sharesIn(rendered.stdout.painted[at - 1] ?? '')).toEqual([]);
		for (const frame of rendered.frames()) expect(sharesIn(frame)).toEqual([]);
	});
});

describe('a secret that is typed', () => {
	it('is bullets on screen, and bytes for the guide', async () => {
		const { press, paste, frames, guide, words } = await shown('ceremonyGiveShare');
		await press('H3pV y');
		await paste('Ls9\nUb2Q ');
		expect(words()).toContain('12 characters');
		expect(words()).toContain('••••••••••••');
		await press('enter');
		expect(given(guide)).toEqual([['H3pVyLs9Ub2Q', undefined]]);
		expect(frames().join('')).not.toMatch(/H3pV|Ls9/);
	});

	it('is typed anew after ctrl-u, and taken back letter by letter', async () => {
		const { press, guide } = await shown('ceremonyGiveShare');
		await press('wrong', 'ctrlU', 'abcdé', 'backspace', 'enter');
		expect(given(guide)).toEqual([['abcd', undefined]]);
	});

	it('shows the file and the command, and what was wrong', async () => {
		const { words } = await shown('ceremonyGiveShare');
		expect(words()).toContain('ana-ruiz.gpg');
		expect(words()).toContain('gpg --decrypt');
		const again = await shown('ceremonyTypeBack');
		expect(again.words()).toContain('character 17 differs');
		expect(again.words()).toContain('the last attempt');
	});

	it('takes a new passphrase twice', async () => {
		const { press, guide, frames } = await shown('ceremonyPassphrase');
		await press('correct horse battery', 'enter', 'correct horse batterx', 'enter');
		expect(given(guide)).toEqual([['correct horse battery', 'correct horse batterx']]);
		expect(frames().join('')).not.toContain('horse');
	});

	it('takes a passphrase from before once, and begins anew after a refusal', async () => {
		const { press, guide, words } = await shown('ceremonyPassphraseBefore');
		expect(words()).toContain('does not open it');
		await press('hello?', 'enter', 'again', 'enter');
		expect(given(guide)).toEqual([
			['hello?', undefined],
			['again', undefined],
		]);
	});
});

it('goes on when the next person is alone', async () => {
	const { press, guide, words } = await shown('ceremonyNextPerson');
	expect(words()).toContain('Person 3 of 3: on-call');
	await press('enter');
	expect(guide.actions).toEqual([{ type: 'agree' }]);
});

it('decides, beginning at the safe choice', async () => {
	const { press, guide } = await shown('ceremonyDecide');
	await press('enter', 'down', 'enter');
	expect(guide.actions).toEqual([
		{ type: 'decide', value: 'leave' },
		{ type: 'decide', value: 'cancel' },
	]);
});
