import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LONG_MAX_WAIT_MS } from '../helpers/wait-for.ts';
import * as cloud from './helpers/cloud.ts';
import {
	expectHistoryIntact,
	openGuided,
	pressOn,
	sightOf,
	takeAll,
	waitForSight,
} from './helpers/guided.ts';
import type { TestTerminal } from './helpers/terminal.ts';
import { freshHome } from './helpers/wizard.ts';

// A screen of each kind up to an apply, left by ctrl-c and by kill -9, and found again as it was. All
// screens of the questions, without a terminal: test/wizard/leave.system.test.ts.

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
		await terminal.waitFor(isAtRest, { what: 'a screen at rest', timeoutMs: LONG_MAX_WAIT_MS });
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

const session = '--session=leaving';

/** Leaves with ctrl-c, and resolves with what was shown. */
async function leaveAt(terminal: TestTerminal): Promise<string[]> {
	const screen = await ready(terminal);
	await terminal.press('ctrlC');
	expect(await terminal.waitForExit(LONG_MAX_WAIT_MS)).toEqual({ code: 130, signal: undefined });
	expectTerminalAsFound(terminal);
	return screen;
}

/** The next start shows the same; it is killed. */
async function expectFoundAgain(screen: readonly string[]): Promise<void> {
	await using terminal = await open(session);
	expect(gist(await ready(terminal))).toBe(gist(screen));
	terminal.kill9();
	await terminal.waitForExit();
}

// One session, told in order.
describe('ctrl-c ends 130 and kill -9 loses nothing', () => {
	it('at a question, at checks and at a plan', async () => {
		let screen: string[];
		{
			await using terminal = await open(session);
			screen = await leaveAt(terminal);
			expect(sightOf(screen)).toBe('question');
		}
		await expectFoundAgain(screen);
		{
			await using terminal = await open(session);
			expect(gist(await ready(terminal))).toBe(gist(screen));
			await takeAll(terminal, 'checks');
			screen = await leaveAt(terminal);
			expect(sightOf(screen)).toBe('checks');
		}
		await expectFoundAgain(screen);
		await using terminal = await open(session);
		expect(gist(await ready(terminal))).toBe(gist(screen));
		await takeAll(terminal, 'review');
		await terminal.press('y');
		await waitForSight(terminal, 'plan', LONG_MAX_WAIT_MS);
		expect(sightOf(await leaveAt(terminal))).toBe('plan');
	});

	it('while terraform applies: it asks, stops gently, and resumes later', async () => {
		{
			await using terminal = await open(session);
			// It was left at the plan: what stopped is shown, and retrying leads to the plan again.
			if (sightOf(await ready(terminal)) === 'failure') await pressOn(terminal, 'enter');
			await waitForSight(terminal, 'plan', LONG_MAX_WAIT_MS);
			await terminal.press('y');
			await terminal.waitFor(/aws_vpc\.main +\d+ s/, { timeoutMs: LONG_MAX_WAIT_MS });
			await terminal.press('ctrlC');
			await terminal.waitFor(/Stop after the operations in progress\?/);
			// The safe way: it goes on as if nothing had been pressed.
			await terminal.press('escape');
			await waitForSight(terminal, 'progress');
			await terminal.press('ctrlC');
			await terminal.waitFor(/Stop after the operations in progress/);
			await terminal.press('ctrlC');
			expect(await terminal.waitForExit(LONG_MAX_WAIT_MS)).toMatchObject({ code: 130 });
			expectTerminalAsFound(terminal);
			expect(terminal.history().join('\n')).toContain('next  tfe-wizard --session leaving');
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
		await waitForSight(terminal, 'plan', LONG_MAX_WAIT_MS);
		await terminal.press('ctrlC');
		expect(await terminal.waitForExit(LONG_MAX_WAIT_MS)).toMatchObject({ code: 130 });
	});
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
	await terminal.waitFor(/Invalid session name/);
	await terminal.press('ctrlC');
	expect(await terminal.waitForExit()).toMatchObject({ code: 130 });
});
