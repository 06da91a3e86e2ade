import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { LONG_MAX_WAIT_MS } from '../helpers/wait-for.ts';
import { Custodians, detectCeremonyPrompt } from './helpers/custodians.ts';
import { createSessionS3Client } from './helpers/expect-no-key.ts';
import type { TestTerminal } from './helpers/terminal.ts';
import { createTerminalRecorder, type TerminalRecorder } from './helpers/terminal-recorder.ts';
import {
	completeRekey,
	createInstalledSessionWithoutKeys,
	expectNoSecret,
	expectUnsealed,
	isDone,
	REKEY_ARGUMENTS,
} from './helpers/wizard-rekey.ts';
import {
	acceptSuggestions,
	detectScreenKind,
	expectScrollbackIntact,
	pressAndWait,
	waitForScreen,
} from './helpers/wizard-terminal.ts';

it('installs and rekeys from the welcome screen at 80 x 24 and is still done after a kill', async () => {
	const home = createTemporaryDirectory();
	const custodians = new Custodians();
	const at = createTerminalRecorder(home, { columns: 80, rows: 24 });
	try {
		await fromWelcomeToCeremony(home, at);
		await completeRekey(at, again, custodians, expectRekeySummary);
		expect(custodians.notes.size).toBe(3);
		expectUnsealed(home);
		const s3 = createSessionS3Client(join(home, 'sessions/practice'));
		await expectNoSecret(at, custodians, { home, s3 });
		await isDoneStill(at, custodians);
	} finally {
		at.end();
	}
	const answers = readFileSync(join(home, 'sessions/practice/answers-given.yaml'), 'utf8');
	expect(answers).toContain('fqdn: tfe.practice.example');
	expect(answers).toContain('db_password: { generate: {} }');
});

it('resumes a rekey at 120 x 40 after quitting at every kind of prompt', async () => {
	const { home, cloud, session } = await createInstalledSessionWithoutKeys();
	const custodians = new Custodians();
	const at = createTerminalRecorder(home, { columns: 120, rows: 40 });
	try {
		await leftAtEveryTurn(at, custodians);
		expect(custodians.notes.size).toBe(3);
		expectUnsealed(home);
		await expectNoSecret(at, custodians, { home, s3: cloud.s3 });
	} finally {
		at.end();
		await session.stop();
		await cloud.stop();
	}
});

async function fromWelcomeToCeremony(home: string, at: TerminalRecorder): Promise<void> {
	await using terminal = await at.open({});
	await waitForScreen(terminal, 'welcome');
	await pressAndWait(terminal, 'down');
	await terminal.press('enter');
	await terminal.waitFor((screen) => !['welcome', 'unknown'].includes(detectScreenKind(screen)), {
		what: 'the screen after the welcome screen',
	});
	const seen: string[] = [];
	await acceptSuggestions(terminal, 'review', (sight) => void seen.push(sight));
	expect(seen.filter((sight) => sight === 'question').length).toBeGreaterThan(14);
	expect(seen).toContain('details');
	expect(seen).toContain('checks');
	await terminal.press('y');
	for (const stack of ['network', 'install']) {
		const screen = await waitForScreen(terminal, 'plan', LONG_MAX_WAIT_MS);
		expect(screen.join('\n')).toContain(stack);
		expect(existsSync(join(home, 'sessions/practice/plans', `${stack}.tfplan`))).toBe(true);
		await pressAndWait(terminal, 'y');
		await waitForScreen(terminal, 'progress');
	}
	await waitForScreen(terminal, 'ceremony', LONG_MAX_WAIT_MS);
	terminal.kill9();
	await terminal.waitForExit();
}

const again = ['--session', 'practice'];

async function expectRekeySummary(terminal: TestTerminal): Promise<void> {
	const seen = new Set<string>();
	for (const line of terminal.screen()) seen.add(line);
	for (let page = 0; page < 8; page += 1) {
		await terminal.press('pageDown');
		for (const line of await terminal.settled()) seen.add(line);
	}
	expect([...seen].join('\n')).toContain('Vault is unsealed by 2 of 3 key shares');
}

/** Quits at each kind of prompt in each way, and resumes there. */
async function leftAtEveryTurn(at: TerminalRecorder, people: Custodians): Promise<void> {
	const sitting = () => at.recorded(REKEY_ARGUMENTS);
	for (const turn of ['agree', 'passphrase', 'shown', 'give'] as const) {
		await using terminal = await sitting();
		await people.answerPrompts(terminal, (now) => now === turn);
		expect(detectCeremonyPrompt(terminal.screen())).toBe(turn);
		await terminal.press('ctrlC');
		expect(await terminal.waitForExit()).toMatchObject({ code: 130 });
		expectNothingLeft(terminal, people);
		expect(terminal.history().join('\n')).toMatch(/tfe-wizard .*--session practice/);
	}
	{
		await using terminal = await sitting();
		await people.answerPrompts(terminal, (now) => now === 'shown');
		// While the share is shown, any key only hides it.
		await pressAndWait(terminal, 'escape');
		expect(people.findShares(terminal.screen().join('\n'))).toEqual([]);
		await terminal.press('escape');
		const failure = await waitForScreen(terminal, 'failure', LONG_MAX_WAIT_MS);
		expect(failure.join(' ')).toContain('The unseal key on the instance unseals Vault');
		expect(people.findShares(terminal.history().join('\n'))).toEqual([]);
		await pressAndWait(terminal, 'enter');
		await people.answerPrompts(terminal, (now) => now === 'give');
		terminal.kill9();
		await terminal.waitForExit();
	}
	await using terminal = await sitting();
	await people.answerPrompts(terminal, (_, screen) => isDone(screen));
	terminal.kill9();
	await terminal.waitForExit();
}

function expectNothingLeft(terminal: TestTerminal, people: Custodians): void {
	expect(terminal.modes()).toMatchObject({ altScreen: false, rawMode: false, echo: true });
	expectScrollbackIntact(terminal);
	expect(people.findShares(terminal.history().join('\n'))).toEqual([]);
}

/** After kill -9 and after ctrl-c; quitting restores the terminal. */
async function isDoneStill(at: TerminalRecorder, people: Custodians): Promise<void> {
	const argv = again;
	{
		await using terminal = await at.open({ argv });
		await waitForScreen(terminal, 'done');
		await terminal.press('ctrlC');
		expect(await terminal.waitForExit()).toMatchObject({ code: 130 });
	}
	await using terminal = await at.open({ argv });
	await waitForScreen(terminal, 'done');
	await terminal.press('q');
	expect(await terminal.waitForExit()).toMatchObject({ code: 0 });
	expect(terminal.modes()).toMatchObject({
		cursorVisible: true,
		bracketedPaste: false,
		altScreen: false,
		rawMode: false,
		echo: true,
	});
	expectScrollbackIntact(terminal);
	const left = terminal.history().join('\n');
	expect(people.findShares(left)).toEqual([]);
	expect(left).toContain('install.url');
	expect(left).toContain('Session practice is done.');
}
