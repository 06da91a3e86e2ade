import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestTerminal } from '../../e2e/helpers/terminal.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import {
	buildCeremonyProgram,
	expectSharesCleared,
	getChildPid,
	openCeremonyTerminal,
	removeCeremonyProgram,
} from '../../screens/ceremony/ceremony-terminal.ts';
import { findShares } from '../../screens/ceremony/find-shares.ts';
import { SAMPLE_SHARES } from '../../screens/models/ceremony.ts';

beforeAll(buildCeremonyProgram);
afterAll(removeCeremonyProgram);

const LINES = { LINES: '1' };
const shownOn = (screen: readonly string[]) => findShares(screen.join('\n'));

async function say(terminal: TestTerminal, line: string): Promise<void> {
	await terminal.type(line);
	await terminal.press('enter');
}

async function showNext(terminal: TestTerminal, holder: number): Promise<void> {
	await terminal.waitFor(`Key holder ${holder} of 2`);
	await terminal.press('enter');
	await terminal.waitFor('Type show to display it once');
	await say(terminal, 'show');
	await terminal.waitFor('Press Enter once it is written down');
}

async function typeBack(terminal: TestTerminal, share: string): Promise<void> {
	await terminal.waitFor('input is hidden');
	await terminal.type(share);
	await terminal.settled();
	expect(shownOn(terminal.screen())).toEqual([]);
	await terminal.press('enter');
}

/** Waits until the echo is on or off. */
const untilEcho = (terminal: TestTerminal, echo: boolean) =>
	waitFor(`echo ${echo}`, () => terminal.modes().echo === echo);

describe('a rekey in line mode', () => {
	it('shows one key share at a time, hides input and leaves nothing on the terminal', async () => {
		await using terminal = openCeremonyTerminal({ env: LINES });
		for (const person of [1, 2]) {
			await showNext(terminal, person);
			expect(shownOn(terminal.screen())).toEqual([person - 1]);
			expect(terminal.modes().altScreen).toBe(true);
			await terminal.press('enter');
			await typeBack(terminal, SAMPLE_SHARES[person - 1] ?? '');
		}
		await terminal.waitFor('It is done.');
		expect(await terminal.waitForExit()).toMatchObject({ code: 0 });
		await expectSharesCleared(terminal);
		expect(terminal.modes()).toMatchObject({ rawMode: false, echo: true });
	});

	it.each([
		['ctrl-c', (t: TestTerminal) => t.press('ctrlC')],
		['SIGTERM', (t: TestTerminal) => t.signal('SIGTERM')],
		['SIGHUP', (t: TestTerminal) => t.signal('SIGHUP')],
	] as const)('leaves nothing on the terminal after %s', async (_, leave) => {
		await using terminal = openCeremonyTerminal({ env: LINES });
		await showNext(terminal, 1);
		await leave(terminal);
		expect(await terminal.waitForExit()).toMatchObject({ code: 130 });
		await expectSharesCleared(terminal);
	});

	it('leaves nothing on the terminal after ctrl-\\ ends the program', async () => {
		await using terminal = openCeremonyTerminal({ env: LINES });
		await showNext(terminal, 1);
		await terminal.press('\x1c');
		expect(await terminal.waitForExit()).toMatchObject({ signal: 'SIGQUIT' });
		await expectSharesCleared(terminal);
		expect(terminal.modes()).toMatchObject({ rawMode: false, echo: true });
	});

	it.each(['SIGALRM', 'SIGUSR2', 'SIGABRT'] as const)(
		'leaves nothing on the terminal after %s ends the program',
		async (signal) => {
			await using terminal = openCeremonyTerminal({ env: LINES });
			await showNext(terminal, 1);
			terminal.signal(signal);
			expect(await terminal.waitForExit()).toMatchObject({ signal });
			await expectSharesCleared(terminal);
		},
	);

	it('hides the key share on ctrl-z', async () => {
		await using terminal = openCeremonyTerminal({ env: LINES, shell: true });
		await showNext(terminal, 1);
		await terminal.press('ctrlZ');
		await terminal.waitFor('shell again');
		await expectSharesCleared(terminal);
		terminal.toShell('\r');
		await untilEcho(terminal, false);
		await say(terminal, 'not now');
		await terminal.waitFor('ended');
		await terminal.waitForExit();
		await expectSharesCleared(terminal);
	});

	it('hides the key share after its time limit, and accepts commands in place of a secret', async () => {
		await using terminal = openCeremonyTerminal({ env: { ...LINES, SECONDS: '8' } });
		await showNext(terminal, 1);
		await terminal.waitFor('Hidden again');
		expect(terminal.modes().altScreen).toBe(false);
		await terminal.press('enter');
		await terminal.waitFor('input is hidden');
		await say(terminal, 'details');
		await terminal.waitFor('Key of security-lead');
		await say(terminal, 'not now');
		expect(await terminal.waitForExit()).toMatchObject({ code: 6 });
		await expectSharesCleared(terminal);
	});

	it('restores the terminal when stopped during secret input', async () => {
		await using terminal = openCeremonyTerminal({ env: LINES });
		await showNext(terminal, 1);
		await terminal.press('enter');
		await terminal.waitFor('input is hidden');
		await terminal.type('half a sha');
		await terminal.press('ctrlC');
		expect(await terminal.waitForExit()).toMatchObject({ code: 130 });
		expect(terminal.modes()).toMatchObject({ rawMode: false, echo: true });
		expect(terminal.history().join('\n')).not.toContain('half a sha');
	});

	it('restores the terminal when a signal ends the program during secret input', async () => {
		await using terminal = openCeremonyTerminal({ env: LINES });
		await showNext(terminal, 1);
		await terminal.press('enter');
		await terminal.waitFor('input is hidden');
		await untilEcho(terminal, false);
		await terminal.type('half a sha');
		// Waits until the program has read the input; the restored terminal would echo the rest.
		await terminal.settled();
		terminal.signal('SIGQUIT');
		expect(await terminal.waitForExit()).toMatchObject({ signal: 'SIGQUIT' });
		expect(terminal.modes()).toMatchObject({ rawMode: false, echo: true });
		expect(terminal.history().join('\n')).not.toContain('half a sha');
	});

	it('hides and ignores input while a key share is shown', async () => {
		await using terminal = openCeremonyTerminal({ env: LINES });
		await showNext(terminal, 1);
		expect(terminal.modes().echo).toBe(false);
		await terminal.type(SAMPLE_SHARES[0]);
		expect(shownOn(terminal.screen())).toEqual([0]);
		await terminal.press('enter');
		await terminal.waitFor('Do not type the key share');
		expect(terminal.modes()).toMatchObject({ altScreen: false, echo: false });
		await terminal.type(SAMPLE_SHARES[0]);
		await terminal.press('enter');
		await terminal.waitFor((screen) => screen.join(' ').split('Do not type').length === 3);
		await say(terminal, 'show');
		await terminal.waitFor('Press Enter once it is written down');
		await terminal.press('enter');
		await typeBack(terminal, SAMPLE_SHARES[0]);
		await terminal.waitFor('Key holder 2 of 2');
		await untilEcho(terminal, true);
		await terminal.press('ctrlC');
		await terminal.waitForExit();
		await expectSharesCleared(terminal);
	});

	it.each<[string, (terminal: TestTerminal) => unknown]>([
		['ctrl-z', (t) => t.press('ctrlZ')],
		['SIGTSTP', (t) => process.kill(getChildPid(t.pid), 'SIGTSTP')],
	])('restores the terminal for the shell after %s during secret input', async (_, go) => {
		await using terminal = openCeremonyTerminal({ env: LINES, shell: true });
		await showNext(terminal, 1);
		await terminal.press('enter');
		await terminal.waitFor('input is hidden');
		await untilEcho(terminal, false);
		await go(terminal);
		await terminal.waitFor('shell again');
		terminal.toShell('\r');
		await untilEcho(terminal, false);
		await terminal.type(SAMPLE_SHARES[0]);
		await terminal.press('enter');
		await terminal.waitFor('Key holder 2 of 2');
		await terminal.press('ctrlC');
		await terminal.waitFor('ended');
		await expectSharesCleared(terminal);
	});

	it('pauses without showing a key share on a terminal that cannot be cleared', async () => {
		await using terminal = openCeremonyTerminal({ env: LINES, term: 'dumb' });
		await terminal.waitFor('Key holder 1 of 2');
		await terminal.press('enter');
		await terminal.waitFor('Type show to display it once');
		expect(terminal.screen().join(' ')).toContain('Warning: This terminal cannot be cleared');
		await say(terminal, 'show');
		expect(await terminal.waitForExit()).toMatchObject({ code: 6 });
		const said = terminal.history().map((row) => row.trim());
		expect(said.join(' ')).toContain('resume it in another terminal');
		expect(findShares(terminal.bytes())).toEqual([]);
		expect(terminal.bytes()).not.toContain('\u001B');
		expect(terminal.modes()).toMatchObject({ rawMode: false, echo: true });
	});
});
