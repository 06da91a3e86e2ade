import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { LONG_MAX_WAIT_MS } from '../helpers/wait-for.ts';
import type { TestTerminal } from './helpers/terminal.ts';
import * as cloud from './helpers/test-cloud.ts';
import {
	acceptSuggestions,
	detectScreenKind,
	expectScrollbackIntact,
	openWizardTerminal,
	pressAndWait,
	waitForScreen,
} from './helpers/wizard-terminal.ts';

// Quits at a screen of each kind up to an apply by ctrl-c and by kill -9, and expects the same screen
// after a restart. All question screens, without a terminal: test/wizard/leave.system.test.ts.

const home = createTemporaryDirectory();
let practiceCloud: Awaited<ReturnType<typeof cloud.startTestCloud>>;

beforeAll(async () => {
	practiceCloud = await cloud.startTestCloud();
});
afterAll(async () => {
	await practiceCloud?.stop();
});

const open = (...more: string[]) =>
	openWizardTerminal(home, { argv: ['--practice', '--cloud', practiceCloud.endpoint, ...more] });

/** The part of a screen that must not differ after a restart. */
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
	expectScrollbackIntact(terminal);
}

function isAtRest(screen: readonly string[]): boolean {
	const moves = screen.some((line) => /looking up |\d+ running/i.test(line));
	// The progress screen keeps changing; the screen after it does not.
	return !['unknown', 'progress'].includes(detectScreenKind(screen)) && !moves;
}

async function ready(terminal: TestTerminal): Promise<string[]> {
	for (;;) {
		await terminal.waitFor(isAtRest, { what: 'a screen at rest', timeoutMs: LONG_MAX_WAIT_MS });
		const screen = await terminal.settled();
		if (isAtRest(screen)) return screen;
	}
}

describe('before a session', () => {
	it('exits with status 130 on ctrl-c at the welcome screen and at the session name', async () => {
		for (const keys of [[], ['enter']]) {
			await using terminal = await openWizardTerminal(home);
			await waitForScreen(terminal, 'welcome');
			for (const key of keys) await pressAndWait(terminal, key);
			await terminal.press('ctrlC');
			expect(await terminal.waitForExit()).toEqual({ code: 130, signal: undefined });
			expectTerminalAsFound(terminal);
		}
	});
});

const session = '--session=leaving';

/** Quits with ctrl-c and returns the last screen. */
async function leaveAt(terminal: TestTerminal): Promise<string[]> {
	const screen = await ready(terminal);
	await terminal.press('ctrlC');
	expect(await terminal.waitForExit(LONG_MAX_WAIT_MS)).toEqual({ code: 130, signal: undefined });
	expectTerminalAsFound(terminal);
	return screen;
}

/** Expects the same screen after a restart, then kills the program. */
async function expectFoundAgain(screen: readonly string[]): Promise<void> {
	await using terminal = await open(session);
	expect(gist(await ready(terminal))).toBe(gist(screen));
	terminal.kill9();
	await terminal.waitForExit();
}

// One session; the tests depend on their order.
describe('a session interrupted by ctrl-c and kill -9', () => {
	it('resumes at the same question, checks and plan', async () => {
		let screen: string[];
		{
			await using terminal = await open(session);
			screen = await leaveAt(terminal);
			expect(detectScreenKind(screen)).toBe('question');
		}
		await expectFoundAgain(screen);
		{
			await using terminal = await open(session);
			expect(gist(await ready(terminal))).toBe(gist(screen));
			await acceptSuggestions(terminal, 'checks');
			screen = await leaveAt(terminal);
			expect(detectScreenKind(screen)).toBe('checks');
		}
		await expectFoundAgain(screen);
		await using terminal = await open(session);
		expect(gist(await ready(terminal))).toBe(gist(screen));
		await acceptSuggestions(terminal, 'review');
		await terminal.press('y');
		await waitForScreen(terminal, 'plan', LONG_MAX_WAIT_MS);
		expect(detectScreenKind(await leaveAt(terminal))).toBe('plan');
	});

	it('confirms before it stops an apply, stops after the operations in progress, and resumes', async () => {
		{
			await using terminal = await open(session);
			// It was quit at the plan: the failure screen is shown, and Retry leads to the plan again.
			if (detectScreenKind(await ready(terminal)) === 'failure')
				await pressAndWait(terminal, 'enter');
			await waitForScreen(terminal, 'plan', LONG_MAX_WAIT_MS);
			await terminal.press('y');
			await waitForScreen(terminal, 'progress', LONG_MAX_WAIT_MS);
			await terminal.press('ctrlC');
			await terminal.waitFor(/Stop after the operations in progress\?/);
			// Escape continues the run.
			await terminal.press('escape');
			await waitForScreen(terminal, 'progress');
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
			expect(detectScreenKind(screen)).toBe('failure');
			terminal.kill9();
			await terminal.waitForExit();
		}
		await using terminal = await open(session);
		expect(gist(await ready(terminal))).toBe(gist(screen));
		await pressAndWait(terminal, 'enter');
		await waitForScreen(terminal, 'plan', LONG_MAX_WAIT_MS);
		await terminal.press('ctrlC');
		expect(await terminal.waitForExit(LONG_MAX_WAIT_MS)).toMatchObject({ code: 130 });
	});
});

it('reports an invalid session name on the screen where it was typed', async () => {
	await using terminal = await openWizardTerminal(home);
	await waitForScreen(terminal, 'welcome');
	const pointed = (screen: readonly string[]) => screen.find((line) => line.includes('❯')) ?? '';
	for (let row = 0; row < 6 && !/❯ Install/.test(pointed(terminal.screen())); row += 1) {
		// The screen may be redrawn in the meantime without a response to the key.
		const before = pointed(terminal.screen());
		await terminal.press('down');
		await terminal.waitFor((screen) => ![before, ''].includes(pointed(screen)));
	}
	expect(pointed(terminal.screen())).toContain('Install into an AWS');
	await pressAndWait(terminal, 'enter');
	await terminal.type('../bad');
	await terminal.press('enter');
	await terminal.waitFor(/Invalid session name/);
	await terminal.press('ctrlC');
	expect(await terminal.waitForExit()).toMatchObject({ code: 130 });
});
