import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { LONG_MAX_WAIT_MS } from '../helpers/wait-for.ts';
import { Custodians, turnOf } from './helpers/custodians.ts';
import { expectHistoryIntact, pressOn, sightOf, takeAll, waitForSight } from './helpers/guided.ts';
import {
	expectNothingSecret,
	expectOpened,
	installedForCustodians,
	isDone,
	REKEY,
	rekeyInOneSitting,
} from './helpers/guided-rekey.ts';
import { cloudOf } from './helpers/no-key.ts';
import { type Sittings, sittings } from './helpers/sittings.ts';
import type { TestTerminal } from './helpers/terminal.ts';

it('installs and rekeys from the welcome screen at 80 x 24 and is still done after a kill', async () => {
	const home = createTemporaryDirectory();
	const custodians = new Custodians();
	const at = sittings(home, { columns: 80, rows: 24 });
	try {
		await fromWelcomeToCeremony(home, at);
		await rekeyInOneSitting(at, again, custodians, expectRekeySummary);
		expect(custodians.notes.size).toBe(3);
		expectOpened(home);
		const s3 = cloudOf(join(home, 'sessions/practice'));
		await expectNothingSecret(at, custodians, { home, s3 });
		await isDoneStill(at, custodians);
	} finally {
		at.end();
	}
	const answers = readFileSync(join(home, 'sessions/practice/answers-given.yaml'), 'utf8');
	expect(answers).toContain('fqdn: tfe.practice.example');
	expect(answers).toContain('db_password: { generate: {} }');
});

it('resumes a rekey at 120 x 40 after quitting at every kind of prompt', async () => {
	const { home, cloud, session } = await installedForCustodians();
	const custodians = new Custodians();
	const at = sittings(home, { columns: 120, rows: 40 });
	try {
		await leftAtEveryTurn(at, custodians);
		expect(custodians.notes.size).toBe(3);
		expectOpened(home);
		await expectNothingSecret(at, custodians, { home, s3: cloud.s3 });
	} finally {
		at.end();
		await session.stop();
		await cloud.stop();
	}
});

async function fromWelcomeToCeremony(home: string, at: Sittings): Promise<void> {
	await using terminal = await at.open({});
	await waitForSight(terminal, 'welcome');
	await pressOn(terminal, 'down');
	await terminal.press('enter');
	await terminal.waitFor((screen) => !['welcome', 'unknown'].includes(sightOf(screen)), {
		what: 'the screen after the welcome screen',
	});
	const seen: string[] = [];
	await takeAll(terminal, 'review', (sight) => void seen.push(sight));
	expect(seen.filter((sight) => sight === 'question').length).toBeGreaterThan(14);
	expect(seen).toContain('details');
	expect(seen).toContain('checks');
	await terminal.press('y');
	for (const stack of ['network', 'install']) {
		const screen = await waitForSight(terminal, 'plan', LONG_MAX_WAIT_MS);
		expect(screen.join('\n')).toContain(stack);
		expect(existsSync(join(home, 'sessions/practice/plans', `${stack}.tfplan`))).toBe(true);
		await pressOn(terminal, 'y');
		await waitForSight(terminal, 'progress');
	}
	await waitForSight(terminal, 'ceremony', LONG_MAX_WAIT_MS);
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
async function leftAtEveryTurn(at: Sittings, people: Custodians): Promise<void> {
	const sitting = () => at.recorded(REKEY);
	for (const turn of ['agree', 'passphrase', 'shown', 'give'] as const) {
		await using terminal = await sitting();
		await people.play(terminal, (now) => now === turn);
		expect(turnOf(terminal.screen())).toBe(turn);
		await terminal.press('ctrlC');
		expect(await terminal.waitForExit()).toMatchObject({ code: 130 });
		expectNothingLeft(terminal, people);
		expect(terminal.history().join('\n')).toMatch(/tfe-wizard .*--session practice/);
	}
	{
		await using terminal = await sitting();
		await people.play(terminal, (now) => now === 'shown');
		// While the share is shown, any key only hides it.
		await pressOn(terminal, 'escape');
		expect(people.sharesIn(terminal.screen().join('\n'))).toEqual([]);
		await terminal.press('escape');
		const failure = await waitForSight(terminal, 'failure', LONG_MAX_WAIT_MS);
		expect(failure.join(' ')).toContain('The unseal key on the instance unseals Vault');
		expect(people.sharesIn(terminal.history().join('\n'))).toEqual([]);
		await pressOn(terminal, 'enter');
		await people.play(terminal, (now) => now === 'give');
		terminal.kill9();
		await terminal.waitForExit();
	}
	await using terminal = await sitting();
	await people.play(terminal, (_, screen) => isDone(screen));
	terminal.kill9();
	await terminal.waitForExit();
}

function expectNothingLeft(terminal: TestTerminal, people: Custodians): void {
	expect(terminal.modes()).toMatchObject({ altScreen: false, rawMode: false, echo: true });
	expectHistoryIntact(terminal);
	expect(people.sharesIn(terminal.history().join('\n'))).toEqual([]);
}

/** After kill -9 and after ctrl-c; quitting restores the terminal. */
async function isDoneStill(at: Sittings, people: Custodians): Promise<void> {
	const argv = again;
	{
		await using terminal = await at.open({ argv });
		await waitForSight(terminal, 'done');
		await terminal.press('ctrlC');
		expect(await terminal.waitForExit()).toMatchObject({ code: 130 });
	}
	await using terminal = await at.open({ argv });
	await waitForSight(terminal, 'done');
	await terminal.press('q');
	expect(await terminal.waitForExit()).toMatchObject({ code: 0 });
	expect(terminal.modes()).toMatchObject({
		cursorVisible: true,
		bracketedPaste: false,
		altScreen: false,
		rawMode: false,
		echo: true,
	});
	expectHistoryIntact(terminal);
	const left = terminal.history().join('\n');
	expect(people.sharesIn(left)).toEqual([]);
	expect(left).toContain('install.url');
	expect(left).toContain('Session practice is done.');
}
