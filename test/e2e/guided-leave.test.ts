import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LONG_PATIENCE_MS } from '../helpers/wait-for.ts';
import * as cloud from './helpers/cloud.ts';
import {
	expectHistoryIntact,
	openGuided,
	pressOn,
	type Sight,
	sightOf,
	takeAll,
	takeIt,
	titleOf,
	waitForSight,
} from './helpers/guided.ts';
import type { TestTerminal } from './helpers/terminal.ts';
import { freshHome } from './helpers/wizard.ts';

// Every screen up to the first plan, left by ctrl-c and by kill -9, and found again as it was.

const home = freshHome();
let practiceCloud: Awaited<ReturnType<typeof cloud.startCloud>>;

beforeAll(async () => {
	practiceCloud = await cloud.startCloud();
});
afterAll(async () => {
	await practiceCloud?.stop();
	rmSync(home, { recursive: true, force: true });
});

const open = (...more: string[]) =>
	openGuided(home, { argv: ['--practice', '--cloud', practiceCloud.endpoint, ...more] });

/** What a screen shows of itself: what may not differ after a restart. */
function gist(screen: readonly string[]): string {
	return screen
		.filter((line) => !/\d+(\.\d+)? s\b/.test(line))
		.join('\n')
		.trim();
}

function expectTerminalAsFound(terminal: TestTerminal): void {
	expect(terminal.modes()).toMatchObject({
		cursorVisible: true,
		bracketedPaste: false,
		altScreen: false,
		rawMode: false,
		echo: true,
	});
	expectHistoryIntact(terminal);
}

function isAtRest(screen: readonly string[]): boolean {
	const moves = screen.some((line) => /looking up |\d+ running/i.test(line));
	// Progress never rests; what follows on it does.
	return !['unknown', 'progress'].includes(sightOf(screen)) && !moves;
}

async function ready(terminal: TestTerminal): Promise<string[]> {
	for (;;) {
		await terminal.waitFor(isAtRest, { what: 'a screen at rest', timeoutMs: LONG_PATIENCE_MS });
		const screen = await terminal.settled();
		if (isAtRest(screen)) return screen;
	}
}

describe('before a session', () => {
	it('ctrl-c at the welcome and at the name ends 130', async () => {
		for (const keys of [[], ['enter']]) {
			await using terminal = await openGuided(home);
			await waitForSight(terminal, 'welcome');
			for (const key of keys) await pressOn(terminal, key);
			await terminal.press('ctrlC');
			expect(await terminal.waitForExit()).toEqual({ code: 130, signal: undefined });
			expectTerminalAsFound(terminal);
		}
	});
});

describe('at every screen of the questions, the checks, the review and the plan', () => {
	const seen: { sight: Sight; title: string | undefined }[] = [];

	it('ctrl-c ends 130, kill -9 loses nothing: the next start shows the same', async () => {
		const session = '--session=leaving';
		let last = 'welcome' as Sight;
		while (last !== 'plan') {
			let screen: string[];
			{
				await using terminal = await open(session);
				screen = await ready(terminal);
				last = sightOf(screen);
				seen.push({ sight: last, title: titleOf(screen) });
				await terminal.press('ctrlC');
				expect(await terminal.waitForExit(LONG_PATIENCE_MS)).toEqual({
					code: 130,
					signal: undefined,
				});
				expectTerminalAsFound(terminal);
			}
			if (last === 'plan') break;
			{
				await using terminal = await open(session);
				expect(gist(await ready(terminal))).toBe(gist(screen));
				terminal.kill9();
				await terminal.waitForExit();
			}
			await using terminal = await open(session);
			expect(gist(await ready(terminal))).toBe(gist(screen));
			if (last === 'question') await takeIt(terminal);
			else await terminal.press(last === 'review' ? 'y' : 'n');
			await terminal.waitFor((one) => gist(one) !== gist(screen), { what: 'the next screen' });
			if (last === 'review') await waitForSight(terminal, 'plan', LONG_PATIENCE_MS);
			terminal.kill9();
			await terminal.waitForExit();
		}
		expect(seen.length).toBeGreaterThan(18);
		const kinds = new Set(seen.map(({ sight }) => sight));
		for (const kind of ['question', 'details', 'checks', 'review'] as const)
			expect(kinds).toContain(kind);
	});

	it('from the plan back to the first question, only what hangs on it is asked again', async () => {
		await using terminal = await open('--session=leaving');
		// It was left at the plan: what stopped is told, and going on leads to the plan again.
		if (sightOf(await ready(terminal)) === 'failure') await pressOn(terminal, 'enter');
		await waitForSight(terminal, 'plan', LONG_PATIENCE_MS);
		await terminal.press('escape');
		await waitForSight(terminal, 'review');
		await terminal.press('g');
		await terminal.waitFor(/AWS region/);
		await terminal.press('home', 'enter');
		const first = await waitForSight(terminal, 'question');
		expect(titleOf(first)).toContain('What is to be installed');
		await pressOn(terminal, 'enter');
		await waitForSight(terminal, 'review');
		// The region: what was looked up in it is asked again, and nothing else.
		await terminal.press('g');
		await terminal.waitFor(/AWS region/);
		await terminal.press('home', 'down', 'down', 'enter');
		await terminal.waitFor((screen) => titleOf(screen) === 'AWS region');
		await ready(terminal);
		await terminal.press('down');
		await pressOn(terminal, 'enter');
		const again: string[] = [];
		for (let count = 0; count < 12; count += 1) {
			const screen = await ready(terminal);
			if (sightOf(screen) !== 'question') {
				again.push(sightOf(screen));
				if (sightOf(screen) === 'review') break;
				await pressOn(terminal, 'n');
				continue;
			}
			again.push(titleOf(screen) ?? '');
			await pressOn(terminal, 'escape');
			break;
		}
		expect(again.length).toBeGreaterThan(0);
		expect(again).not.toContain('What is to be installed');
	});
});

it('ctrl-c while terraform applies asks, stops gently, and goes on later', async () => {
	const session = '--session=stopping';
	{
		await using terminal = await open(session);
		await takeAll(terminal, 'review');
		await terminal.press('y');
		await waitForSight(terminal, 'plan', LONG_PATIENCE_MS);
		await terminal.press('y');
		await terminal.waitFor(/aws_vpc\.main +\d+ s/, { timeoutMs: LONG_PATIENCE_MS });
		await terminal.press('ctrlC');
		await terminal.waitFor(/Stop as soon as nothing is lost by it\?/);
		// The safe way: it goes on as if nothing had been pressed.
		await terminal.press('escape');
		await waitForSight(terminal, 'progress');
		await terminal.press('ctrlC');
		await terminal.waitFor(/Stop as soon as nothing is lost by it/);
		await terminal.press('ctrlC');
		expect(await terminal.waitForExit(LONG_PATIENCE_MS)).toMatchObject({ code: 130 });
		expectTerminalAsFound(terminal);
		expect(terminal.history().join('\n')).toContain('next  tfe-wizard --session stopping');
	}
	let screen: string[];
	{
		await using terminal = await open(session);
		screen = await ready(terminal);
		expect(sightOf(screen)).toBe('failure');
		terminal.kill9();
		await terminal.waitForExit();
	}
	await using terminal = await open(session);
	expect(gist(await ready(terminal))).toBe(gist(screen));
	await pressOn(terminal, 'enter');
	await waitForSight(terminal, 'plan', LONG_PATIENCE_MS);
	await terminal.press('ctrlC');
	expect(await terminal.waitForExit(LONG_PATIENCE_MS)).toMatchObject({ code: 130 });
});

it('a refused name is told where it was typed', async () => {
	await using terminal = await openGuided(home);
	await waitForSight(terminal, 'welcome');
	const pointed = (screen: readonly string[]) => screen.find((line) => line.includes('❯')) ?? '';
	for (let row = 0; row < 6 && !/❯ Install/.test(pointed(terminal.screen())); row += 1) {
		// The screen may be drawn anew meanwhile, which is no answer to the key.
		const before = pointed(terminal.screen());
		await terminal.press('down');
		await terminal.waitFor((screen) => ![before, ''].includes(pointed(screen)));
	}
	expect(pointed(terminal.screen())).toContain('Install into an AWS');
	await pressOn(terminal, 'enter');
	await terminal.type('../bad');
	await terminal.press('enter');
	await terminal.waitFor(/cannot name a session/);
	await terminal.press('ctrlC');
	expect(await terminal.waitForExit()).toMatchObject({ code: 130 });
});

it('takeAll meets every kind of screen on the way', async () => {
	await using terminal = await open('--session=straight');
	const kinds = new Set<Sight>();
	await takeAll(terminal, 'review', (sight) => void kinds.add(sight));
	expect([...kinds].sort()).toEqual(['checks', 'details', 'question', 'review']);
});

it('an answers file leaves to a person only the steps it names', async () => {
	const file = join(home, 'ask.yaml');
	const bundled = readFileSync(join(home, 'sessions/straight/answers.yaml'), 'utf8');
	// A name of its own: an earlier installation in this cloud has the suggested one.
	const own = bundled.replace('name: practice,', 'name: asked,');
	expect(own).not.toBe(bundled);
	writeFileSync(file, `${own}ask: [settings]\n`);
	await using terminal = await open('--session=asked', '--answers', file);
	const titles: string[] = [];
	await takeAll(terminal, 'review', (sight, screen) => {
		if (sight === 'question') titles.push(titleOf(screen) ?? '');
	});
	expect(titles[0]).toContain('Name people will type to reach it');
	expect(titles).toHaveLength(7);
	await terminal.press('ctrlC');
	expect(await terminal.waitForExit()).toMatchObject({ code: 130 });
});
