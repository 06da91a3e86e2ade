import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { LONG_PATIENCE_MS } from '../helpers/wait-for.ts';
import { Custodians, PASSPHRASE, turnOf } from './helpers/custodians.ts';
import { expectHistoryIntact, pressOn, sightOf, takeAll, waitForSight } from './helpers/guided.ts';
import { findSecret } from './helpers/hunt.ts';
import { cloudOf, expectNoKeyAnywhere } from './helpers/no-key.ts';
import { oldKeyBy } from './helpers/rekeyed.ts';
import { type Sittings, sittings } from './helpers/sittings.ts';
import { expectStartedClean } from './helpers/started-clean.ts';
import type { TestTerminal } from './helpers/terminal.ts';
import { freshHome } from './helpers/wizard.ts';

const homes: string[] = [];
afterAll(() => {
	for (const home of homes) rmSync(home, { recursive: true, force: true });
});

// Both at once: each waits for its AWS server more than it works.
it.concurrent.each([
	{ columns: 80, rows: 24, ceremony: straightOn },
	{ columns: 120, rows: 40, ceremony: leftAtEveryTurn },
])(
	'goes from welcome to done at $columns x $rows, and is done still after a kill',
	async ({ ceremony, ...size }) => {
		const home = freshHome();
		homes.push(home);
		const custodians = new Custodians();
		const at = sittings(home, size);
		try {
			await fromWelcomeToCeremony(home, at);
			await ceremony(at, custodians);
			expect(custodians.notes.size).toBe(3);
			expectOpened(home);
			await expectNothingSecret(home, at, custodians);
			await isDoneStill(at, custodians);
		} finally {
			at.end();
		}
		const answers = readFileSync(join(home, 'sessions/practice/answers-given.yaml'), 'utf8');
		expect(answers).toContain('fqdn: tfe.practice.example');
		expect(answers).toContain('db_password: { generate: {} }');
	},
);

async function fromWelcomeToCeremony(home: string, at: Sittings): Promise<void> {
	await using terminal = await at.open({});
	await waitForSight(terminal, 'welcome');
	await pressOn(terminal, 'down');
	await terminal.press('enter');
	await terminal.waitFor((screen) => !['welcome', 'unknown'].includes(sightOf(screen)), {
		what: 'what follows on the welcome',
	});
	const seen: string[] = [];
	await takeAll(terminal, 'review', (sight) => void seen.push(sight));
	expect(seen.filter((sight) => sight === 'question').length).toBeGreaterThan(14);
	expect(seen).toContain('details');
	expect(seen).toContain('checks');
	await terminal.press('y');
	for (const stack of ['network', 'install']) {
		const screen = await waitForSight(terminal, 'plan', LONG_PATIENCE_MS);
		expect(screen.join('\n')).toContain(stack);
		expect(existsSync(join(home, 'sessions/practice/plans', `${stack}.tfplan`))).toBe(true);
		await pressOn(terminal, 'y');
		await waitForSight(terminal, 'progress');
	}
	await waitForSight(terminal, 'ceremony', LONG_PATIENCE_MS);
	terminal.kill9();
	await terminal.waitForExit();
}

const again = ['--session', 'practice'];
const isDone = (screen: readonly string[]) => sightOf(screen) === 'done';

/** From the first word to the last in one sitting, in which Vault is opened again. */
async function straightOn(at: Sittings, people: Custodians): Promise<void> {
	await using terminal = await at.recorded(again);
	await people.play(terminal, (_, screen) => isDone(screen));
	const seen = new Set<string>();
	for (const line of terminal.screen()) seen.add(line);
	for (let page = 0; page < 8; page += 1) {
		await terminal.press('pageDown');
		for (const line of await terminal.settled()) seen.add(line);
	}
	expect([...seen].join('\n')).toContain('Vault is opened by 2 of 3 custodians');
	expect(people.sharesIn(terminal.history().join('\n'))).toEqual([]);
	terminal.kill9();
	await terminal.waitForExit();
}

/** Left at each kind of moment, in each way, and gone on with where it was. */
async function leftAtEveryTurn(at: Sittings, people: Custodians): Promise<void> {
	const sitting = () => at.recorded(again);
	for (const turn of ['agree', 'passphrase', 'shown', 'give'] as const) {
		await using terminal = await sitting();
		await goOn(terminal);
		await people.play(terminal, (now) => now === turn);
		expect(turnOf(terminal.screen())).toBe(turn);
		await terminal.press('ctrlC');
		expect(await terminal.waitForExit()).toMatchObject({ code: 130 });
		expectNothingLeft(terminal, people);
		expect(terminal.history().join('\n')).toContain('next  tfe-wizard --session practice');
	}
	{
		await using terminal = await sitting();
		await goOn(terminal);
		await people.play(terminal, (now) => now === 'shown');
		// While it is shown any key only hides it.
		await pressOn(terminal, 'escape');
		expect(people.sharesIn(terminal.screen().join('\n'))).toEqual([]);
		await terminal.press('escape');
		const failure = await waitForSight(terminal, 'failure', LONG_PATIENCE_MS);
		expect(failure.join(' ')).toContain('The old key on the machine opens Vault');
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

/** What stopped is told; going on leads to the ceremony again. */
async function goOn(terminal: TestTerminal): Promise<void> {
	const screen = await terminal.waitFor((one) => ['ceremony', 'failure'].includes(sightOf(one)), {
		what: 'the ceremony, or why it stopped',
		timeoutMs: LONG_PATIENCE_MS,
	});
	if (sightOf(screen) === 'failure') await pressOn(terminal, 'enter');
}

function expectNothingLeft(terminal: TestTerminal, people: Custodians): void {
	expect(terminal.modes()).toMatchObject({ altScreen: false, rawMode: false, echo: true });
	expectHistoryIntact(terminal);
	expect(people.sharesIn(terminal.history().join('\n'))).toEqual([]);
}

/** Neither the key, nor a share, nor the passphrase is where it should not be: property 9. */
async function expectNothingSecret(home: string, at: Sittings, people: Custodians) {
	const folder = join(home, 'sessions/practice');
	const oldKey = await oldKeyBy(folder, PASSPHRASE);
	const shares = [...people.notes.values()].map((share) => Buffer.from(share, 'base64'));
	await expectNoKeyAnywhere({
		...{ home, folder, oldKey, shares, secrets: [PASSPHRASE] },
		...{ s3: cloudOf(folder), bucket: 'tfe-tfe.practice.example-data', said: at.left() },
	});
	// It is typed unseen; shares were printed, where nothing stays.
	expect(findSecret(PASSPHRASE, at.printed())).toEqual([]);
	expectStartedClean(
		at.executions,
		{ keys: [oldKey, ...shares] },
		{ lasting: [/^ssh .* -l tfe-admin /] },
	);
	// The watch sees what is there for a while.
	expect([...at.temporary.names].join('\n')).toMatch(/^tfe-ssh-\w+\/c$/m);
}

/** Vault was restarted, and the custodians' shares opened it. */
function expectOpened(home: string): void {
	const events = readFileSync(join(home, 'sessions/practice/logs/events.jsonl'), 'utf8');
	const [restarted, opened] = ['Vault restarted', 'Vault opened by security-lead'].map((words) =>
		events.lastIndexOf(words),
	);
	expect(restarted).toBeGreaterThan(0);
	expect(opened).toBeGreaterThan(restarted ?? 0);
}

/** After a kill -9 and after a ctrl-c; and it leaves the terminal as it was. */
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
