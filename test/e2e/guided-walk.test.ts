import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import {
	expectHistoryIntact,
	openGuided,
	pressOn,
	sightOf,
	takeAll,
	waitForSight,
} from './helpers/guided.ts';
import { freshHome } from './helpers/wizard.ts';

const LONG_MS = 240_000;

const homes: string[] = [];
afterAll(() => {
	for (const home of homes) rmSync(home, { recursive: true, force: true });
});

// Both at once: each waits for its AWS server more than it works.
it.concurrent.each([
	{ columns: 80, rows: 24 },
	{ columns: 120, rows: 40 },
])(
	'goes from welcome to done at $columns x $rows, and is done still after a kill',
	async (size) => {
		const home = freshHome();
		homes.push(home);
		await fromWelcomeToDone(home, size);
		await isDoneStill(home, { ...size, argv: ['--session', 'practice'] });
		const answers = readFileSync(join(home, 'sessions/practice/answers-given.yaml'), 'utf8');
		expect(answers).toContain('fqdn: tfe.practice.example');
		expect(answers).toContain('db_password: { generate: {} }');
	},
	900_000,
);

type Options = NonNullable<Parameters<typeof openGuided>[1]>;

async function fromWelcomeToDone(home: string, options: Options): Promise<void> {
	await using terminal = await openGuided(home, options);
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
		const screen = await waitForSight(terminal, 'plan', LONG_MS);
		expect(screen.join('\n')).toContain(stack);
		expect(existsSync(join(home, 'sessions/practice/plans', `${stack}.tfplan`))).toBe(true);
		await pressOn(terminal, 'y');
		await waitForSight(terminal, 'progress');
	}
	await waitForSight(terminal, 'done', LONG_MS);
	terminal.kill9();
	await terminal.waitForExit();
}

/** After a kill -9 and after a ctrl-c; and it leaves the terminal as it was. */
async function isDoneStill(home: string, options: Options): Promise<void> {
	{
		await using terminal = await openGuided(home, options);
		await waitForSight(terminal, 'done');
		await terminal.press('ctrlC');
		expect(await terminal.waitForExit()).toMatchObject({ code: 130 });
	}
	await using terminal = await openGuided(home, options);
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
	expect(left).toContain('install.url');
	expect(left).toContain('Session practice is done.');
}
