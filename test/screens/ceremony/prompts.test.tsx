import { afterEach, describe, expect, it } from 'vitest';
import { detectTerminalRecorders } from '../../../source/wizard/detect-terminal-recorders.ts';
import { createFakeWizard } from '../../helpers/fake-wizard.ts';
import { createFixedClock } from '../../helpers/fixed-clock.ts';
import {
	expectToFit,
	type RenderScreenOptions,
	renderScreen,
	unmountAll,
} from '../../helpers/render-screen.tsx';
import {
	createPromptModel,
	createSecretBytes,
	SAMPLE_SHARES,
	samplePrompts,
} from '../models/ceremony.ts';
import { getScreenModel } from '../screen-models.ts';
import { findShares, parsePaintedText } from './find-shares.ts';

afterEach(unmountAll);

const sizes = [
	[80, 24],
	[120, 40],
	[60, 20],
	[40, 20],
] as const;

async function shown(name: string, options: RenderScreenOptions = {}) {
	const model = getScreenModel(name);
	const guide = createFakeWizard(model);
	const rendered = await renderScreen(model, { guide, ...options });
	const words = () => rendered.frame().join(' ').replace(/\s+/g, ' ');
	return { ...rendered, guide, words };
}

const given = (guide: ReturnType<typeof createFakeWizard>) =>
	guide.actions.map((action) =>
		action.type === 'give'
			? [action.secret, action.again].map((secret) => secret?.use((bytes) => bytes.toString()))
			: action,
	);

describe('every prompt', () => {
	const names = ['Agree', 'Passphrase', 'NextPerson', 'Reveal', 'GiveShare', 'Decide'].map(
		(name) => `ceremony${name}`,
	);

	it.each(names)(
		'%s shows the progress and the current unseal keys, and Escape cancels',
		async (name) => {
			const { words, press, guide } = await shown(name);
			expect(words()).toContain('Rekey Vault');
			expect(words()).toContain('Current unseal keys: The current unseal key');
			expect(words()).toContain('security-lead');
			await press('escape');
			expect(guide.actions).toEqual([{ type: 'not-now' }]);
		},
	);

	it.each(names)('%s is interrupted with ctrl-c', async (name) => {
		const { press, guide } = await shown(name);
		await press('ctrlC');
		expect(guide.actions).toEqual([{ type: 'interrupt' }]);
	});

	it.each(sizes)('shows the current unseal keys at %i x %i', async (columns, rows) => {
		for (const name of names) {
			const { words, frame, unmount } = await shown(name, { columns, rows });
			expectToFit(frame(), columns, rows);
			expect(words(), name).toContain('Current unseal keys');
			unmount();
		}
	});
});

describe('the confirmation', () => {
	it('needs the typed word, and no key alone confirms', async () => {
		const { press, guide } = await shown('ceremonyAgree');
		await press('pageDown', 'pageDown', 'pageDown');
		await press('y', 'backspace', 'enter', 'rekey acme-prod', 'enter');
		expect(guide.actions).toEqual([
			{ type: 'agree', typed: '' },
			{ type: 'agree', typed: 'rekey acme-prod' },
		]);
	});

	it('accepts no word before the end was shown', async () => {
		const { press, guide, words } = await shown('ceremonyAgree', { columns: 60, rows: 20 });
		expect(words()).toContain('read to the end');
		await press('rekey acme-prod', 'enter');
		expect(guide.actions).toEqual([]);
		expect(words()).toContain('Read to the end first');
		for (let at = 0; at < 40 && /more to read/.test(words()); at++) await press('down');
		await press('pageUp');
		expect(words()).not.toContain('read to the end');
		await press('enter');
		expect(guide.actions).toEqual([{ type: 'agree', typed: 'rekey acme-prod' }]);
	});

	it('shows all text when scrolled, with fingerprints in groups of four', async () => {
		for (const [columns, rows] of sizes) {
			const { press, frame, unmount } = await shown('ceremonyAgree', { columns, rows });
			const seen = new Set<string>();
			for (let at = 0; at < 30; at++) {
				for (const line of frame()) seen.add(line.trim());
				await press('down');
			}
			const all = [...seen].join(' ');
			for (const { label } of samplePrompts.agree.check) expect(all).toContain(label);
			expect(all).toContain('0c51 9f2e 77ab 4d10');
			expect(all).toContain('cannot be undone'.slice(0, 9));
			unmount();
		}
	});

	it('warns about terminal recorders and says what to do', async () => {
		const { words } = await shown('ceremonyAgree', {
			recorders: detectTerminalRecorders({ TMUX: 'x' }),
			rows: 40,
		});
		expect(words()).toContain('inside tmux');
		expect(words()).toContain('outside tmux');
		const reveal = await shown('ceremonyReveal', {
			recorders: detectTerminalRecorders({ STY: 'x' }),
		});
		expect(reveal.words()).toContain('inside screen');
	});

	it('says why the word was rejected', async () => {
		const { words } = await shown('ceremonyAgreeProblem');
		expect(words()).toContain('The text does not match rekey acme-prod');
	});
});

describe('a key share', () => {
	it('is painted after a key, past Ink, in full and in groups of four', async () => {
		for (const [columns, rows] of sizes) {
			const { press, frames, stdout, unmount } = await shown('ceremonyReveal', {
				columns,
				rows,
			});
			expect(stdout.painted).toEqual([]);
			await press('space');
			const painted = parsePaintedText(stdout.painted.at(-1) ?? '').map(({ text }) => text);
			const groups = painted.flatMap((text) => text.split('  '));
			expect(groups.every((group) => group.length === 4)).toBe(true);
			expect(groups.join('')).toBe(SAMPLE_SHARES[2]);
			expect(findShares(frames().join('\n'))).toEqual([]);
			unmount();
		}
	});

	it('is painted inside the frame, on rows that Ink leaves blank', async () => {
		for (const [columns, rows] of sizes) {
			const { press, frame, stdout, unmount } = await shown('ceremonyReveal', { columns, rows });
			await press('space');
			const places = parsePaintedText(stdout.painted.at(-1) ?? '');
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
		expect(words()).toContain('Visible for 60 s');
		await press(key);
		expect(findShares(stdout.painted.at(-1) ?? '')).toEqual([]);
		expect(words()).toContain('to show it again');
	});

	it('is hidden when its time is up', async () => {
		const clock = createFixedClock(0);
		const { press, stdout, waitFor } = await shown('ceremonyReveal', { clock });
		await press('space');
		clock.set(59_000);
		await waitFor('Visible for 1 s');
		expect(findShares(stdout.painted.at(-1) ?? '')).toEqual([2]);
		clock.set(60_000);
		await waitFor('to show it again');
		expect(findShares(stdout.painted.at(-1) ?? '')).toEqual([]);
	});

	it('is hidden when the terminal is resized', async () => {
		const { press, stdout, resize, words } = await shown('ceremonyReveal');
		await press('space');
		await resize(60, 20);
		expect(findShares(stdout.painted.at(-1) ?? '')).toEqual([]);
		expect(words()).toContain('to show it again');
	});

	it('must be shown before it can be confirmed', async () => {
		const { press, guide, words } = await shown('ceremonyReveal');
		await press('enter');
		expect(guide.actions).toEqual([]);
		expect(words()).toContain('Not shown yet');
		await press('space', 'enter');
		expect(guide.actions).toEqual([{ type: 'agree' }]);
	});

	it('is blanked before the next one is painted', async () => {
		const steps = SAMPLE_SHARES.map((text, at) =>
			createPromptModel(
				{ ...samplePrompts.reveal, share: createSecretBytes(text) },
				{ number: at + 1 },
			),
		);
		const [first = getScreenModel('ceremonyReveal')] = steps;
		const guide = createFakeWizard(first);
		const rendered = await renderScreen(first, { guide });
		for (const model of steps) {
			guide.show(model);
			await rendered.press('space');
		}
		const last = rendered.stdout.painted.filter((text) => findShares(text).length > 0);
		expect(last.map((text) => findShares(text))).toEqual([[0], [1], [2]]);
		for (const [at, text] of rendered.stdout.painted.entries())
			if (at > 0 && findShares(text).length > 0)
				expect(findShares(rendered.stdout.painted[at - 1] ?? '')).toEqual([]);
		for (const frame of rendered.frames()) expect(findShares(frame)).toEqual([]);
	});
});

describe('a typed secret', () => {
	it('is shown as bullets and passed to the guide as bytes', async () => {
		const { press, paste, frames, guide, words } = await shown('ceremonyGiveShare');
		await press('H3pV y');
		await paste('Ls9\nUb2Q ');
		expect(words()).toContain('12 characters');
		expect(words()).toContain('••••••••••••');
		await press('enter');
		expect(given(guide)).toEqual([['H3pVyLs9Ub2Q', undefined]]);
		expect(frames().join('')).not.toMatch(/H3pV|Ls9/);
	});

	it('is cleared by ctrl-u and edited by backspace', async () => {
		const { press, guide } = await shown('ceremonyGiveShare');
		await press('wrong', 'ctrlU', 'abcdé', 'backspace', 'enter');
		expect(given(guide)).toEqual([['abcd', undefined]]);
	});

	it('shows the file, the command and the last problem', async () => {
		const { words } = await shown('ceremonyGiveShare');
		expect(words()).toContain('ana-ruiz.gpg');
		expect(words()).toContain('gpg --decrypt');
		const again = await shown('ceremonyTypeBack');
		expect(again.words()).toContain('character 17 differs');
		expect(again.words()).toContain('last attempt');
	});

	it('asks for a new passphrase twice', async () => {
		const { press, guide, frames } = await shown('ceremonyPassphrase');
		await press('correct horse battery', 'enter', 'correct horse batterx', 'enter');
		expect(given(guide)).toEqual([['correct horse battery', 'correct horse batterx']]);
		expect(frames().join('')).not.toContain('horse');
	});

	it('asks for an existing passphrase once, and again after a rejection', async () => {
		const { press, guide, words } = await shown('ceremonyPassphraseBefore');
		expect(words()).toContain('does not decrypt it');
		await press('hello?', 'enter', 'again', 'enter');
		expect(given(guide)).toEqual([
			['hello?', undefined],
			['again', undefined],
		]);
	});
});

it('continues when the next key holder is alone', async () => {
	const { press, guide, words } = await shown('ceremonyNextPerson');
	expect(words()).toContain('Key holder 3 of 3: on-call');
	await press('enter');
	expect(guide.actions).toEqual([{ type: 'agree' }]);
});

it('starts a decision at the safe choice', async () => {
	const { press, guide } = await shown('ceremonyDecide');
	await press('enter', 'down', 'enter');
	expect(guide.actions).toEqual([
		{ type: 'decide', value: 'leave' },
		{ type: 'decide', value: 'cancel' },
	]);
});
