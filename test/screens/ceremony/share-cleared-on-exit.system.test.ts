import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestTerminal } from '../../e2e/helpers/terminal.ts';
import { createTemporaryDirectory } from '../../helpers/temporary-directory.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import { SAMPLE_SHARES } from '../models/ceremony.ts';
import {
	buildCeremonyProgram,
	expectSharesCleared,
	getChildPid,
	openCeremonyTerminal,
	removeCeremonyProgram,
	revealFirstShare,
} from './ceremony-terminal.ts';
import { findShares } from './find-shares.ts';

beforeAll(buildCeremonyProgram);
afterAll(removeCeremonyProgram);

const hidden = (screen: readonly string[]) => findShares(screen.join('\n')).length === 0;

async function goOn(terminal: TestTerminal, share: string): Promise<void> {
	await terminal.press('enter');
	await terminal.waitFor('Type the share back');
	expect(findShares(terminal.screen().join('\n'))).toEqual([]);
	await terminal.type(share);
	await terminal.waitFor(`${share.length} characters`);
	expect(findShares(terminal.screen().join('\n'))).toEqual([]);
	await terminal.press('enter');
}

describe('a key share on the screen', () => {
	it('is shown alone, is hidden by keys and by time, and leaves no trace', async () => {
		await using terminal = openCeremonyTerminal({ env: { SECONDS: '8' } });
		await revealFirstShare(terminal);
		await terminal.press('x');
		await terminal.waitFor(hidden);
		await terminal.waitFor('to show it again');
		await terminal.press('space');
		await terminal.waitFor((screen) => !hidden(screen));
		await terminal.waitFor(hidden, { what: 'time to hide it' });
		expect(terminal.modes().altScreen).toBe(true);
		await goOn(terminal, 'wrongwrongwrong');
		await terminal.waitFor('does not match the share that was shown');
		await terminal.type(SAMPLE_SHARES[0].replace(/(.{4})/g, '$1 '));
		await terminal.press('enter');
		await terminal.waitFor('Key holder 2 of 2');
		expect(terminal.modes().altScreen).toBe(false);
		await terminal.press('enter');
		await terminal.waitFor('Hidden. Press Space');
		await terminal.press('space');
		await terminal.waitFor((screen) => !hidden(screen));
		expect(findShares(terminal.screen().join('\n'))).toEqual([1]);
		await goOn(terminal, SAMPLE_SHARES[1]);
		await terminal.waitFor('It is done.');
		expect(await terminal.waitForExit()).toEqual({ code: 0, signal: undefined });
		await expectSharesCleared(terminal);
		expect(terminal.modes()).toMatchObject({ cursorVisible: true, rawMode: false, echo: true });
		expect(terminal.bytes()).not.toContain('\u001B]52');
		expect(terminal.bytes()).not.toContain('\u001B[3J');
	});

	it.each([
		['ctrl-c', (t: TestTerminal) => t.press('ctrlC'), 130],
		['SIGTERM', (t: TestTerminal) => t.signal('SIGTERM'), 130],
		['SIGHUP', (t: TestTerminal) => t.signal('SIGHUP'), 130],
	] as const)(
		'is gone after %s, and the current unseal keys are reported',
		async (_, leave, code) => {
			await using terminal = openCeremonyTerminal();
			await revealFirstShare(terminal);
			await leave(terminal);
			expect(await terminal.waitForExit()).toMatchObject({ code });
			await expectSharesCleared(terminal);
			expect(terminal.history().join(' ').replace(/\s+/g, ' ')).toContain('The current unseal key');
			expect(terminal.modes()).toMatchObject({ cursorVisible: true, rawMode: false });
		},
	);

	it.each([
		['a screen that throws', 'screen'],
		['a timer that throws', 'timer'],
		['process.exit', 'exit'],
	])('is gone after %s', async (_, fault) => {
		await using terminal = openCeremonyTerminal({ env: { FAULT: fault } });
		await revealFirstShare(terminal);
		terminal.signal('SIGURG');
		expect((await terminal.waitForExit()).code).not.toBe(0);
		await expectSharesCleared(terminal);
		expect(terminal.modes()).toMatchObject({ cursorVisible: true, rawMode: false });
	});

	it('is gone when an unhandled signal ends the program', async () => {
		await using terminal = openCeremonyTerminal({ env: { HANDLERS: 'off' } });
		await revealFirstShare(terminal);
		terminal.signal('SIGTERM');
		expect(await terminal.waitForExit()).toMatchObject({ signal: 'SIGTERM' });
		await expectSharesCleared(terminal);
	});

	it.each(['SIGQUIT', 'SIGALRM'] as const)('is gone when %s ends the program', async (signal) => {
		await using terminal = openCeremonyTerminal();
		await revealFirstShare(terminal);
		terminal.signal(signal);
		expect(await terminal.waitForExit()).toMatchObject({ signal });
		await expectSharesCleared(terminal);
		expect(terminal.modes()).toMatchObject({ cursorVisible: true, rawMode: false, echo: true });
	});

	it('stays as it was when a child is killed', async () => {
		const done = join(createTemporaryDirectory(), 'done');
		await using terminal = openCeremonyTerminal({ env: { FAULT: 'child', DONE: done } });
		await revealFirstShare(terminal);
		terminal.signal('SIGURG');
		await waitFor('the end of the child', () => existsSync(done));
		expect(findShares(terminal.screen().join('\n'))).toEqual([0]);
		await terminal.press('ctrlC');
		await terminal.waitForExit();
		await expectSharesCleared(terminal);
	});

	it.each<[string, (terminal: TestTerminal) => unknown]>([
		['ctrl-z', (t) => t.press('ctrlZ')],
		['SIGTSTP', (t) => process.kill(getChildPid(t.pid), 'SIGTSTP')],
	])('is gone in the shell after %s, and hidden on return', async (_, go) => {
		await using terminal = openCeremonyTerminal({ shell: true });
		await revealFirstShare(terminal);
		await go(terminal);
		await terminal.waitFor('shell again');
		await expectSharesCleared(terminal);
		terminal.toShell('\r');
		await terminal.waitFor('to show it again');
		expect(terminal.modes().altScreen).toBe(true);
		expect(findShares(terminal.screen().join('\n'))).toEqual([]);
		await terminal.press('space');
		await terminal.waitFor((screen) => !hidden(screen));
		await terminal.press('ctrlC');
		await terminal.waitFor('ended');
		await terminal.waitForExit();
		await expectSharesCleared(terminal);
	});

	it('is hidden by every resize of the terminal', async () => {
		await using terminal = openCeremonyTerminal();
		await revealFirstShare(terminal);
		for (const [columns, rows] of [
			[60, 20],
			[120, 40],
			[30, 10],
			[80, 24],
		] as const) {
			terminal.resize(columns, rows);
			const screen = await terminal.settled();
			expect(findShares(screen.join('\n')), `${columns} x ${rows}`).toEqual([]);
			if (columns < 40) continue;
			await terminal.waitFor('to show it again');
			expect(terminal.screen()[0]).toContain('tfe-wizard');
			await terminal.press('space');
			await terminal.waitFor((screen) => !hidden(screen));
		}
		await terminal.press('ctrlC');
		await terminal.waitForExit();
		await expectSharesCleared(terminal, { resized: true });
	});
});
