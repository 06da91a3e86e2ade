import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
	expectHistoryIntact,
	openGuided,
	pressOn,
	takeAll,
	waitForSight,
} from './helpers/guided.ts';
import { freshHome } from './helpers/wizard.ts';

const LONG_MS = 240_000;

describe.each([
	{ columns: 80, rows: 24 },
	{ columns: 120, rows: 40 },
])('the guided practice installation at $columns x $rows', ({ columns, rows }) => {
	const home = freshHome();
	const session = join(home, 'sessions/practice');
	const argv = ['--session', 'practice'];
	afterAll(() => rmSync(home, { recursive: true, force: true }));

	it('goes from welcome to done', async () => {
		await using terminal = await openGuided(home, { columns, rows });
		await waitForSight(terminal, 'welcome');
		await terminal.press('down');
		await pressOn(terminal, 'enter');
		const seen: string[] = [];
		await takeAll(terminal, 'review', (sight) => void seen.push(sight));
		expect(seen.filter((sight) => sight === 'question').length).toBeGreaterThan(14);
		expect(seen).toContain('details');
		expect(seen).toContain('checks');
		await terminal.press('y');
		for (const stack of ['network', 'install']) {
			const screen = await waitForSight(terminal, 'plan', LONG_MS);
			expect(screen.join('\n')).toContain(stack);
			expect(existsSync(join(session, 'plans', `${stack}.tfplan`))).toBe(true);
			await pressOn(terminal, 'y');
			await waitForSight(terminal, 'progress');
		}
		await waitForSight(terminal, 'done', LONG_MS);
		terminal.kill9();
		await terminal.waitForExit();
	});

	it('is done still after a kill -9 and a ctrl-c, and leaves the terminal as it was', async () => {
		{
			await using terminal = await openGuided(home, { columns, rows, argv });
			await waitForSight(terminal, 'done');
			await terminal.press('ctrlC');
			expect(await terminal.waitForExit()).toMatchObject({ code: 130 });
		}
		await using terminal = await openGuided(home, { columns, rows, argv });
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
	});

	it('leaves an answers file that asks nothing', () => {
		const answers = readFileSync(join(session, 'answers-given.yaml'), 'utf8');
		expect(answers).toContain('fqdn: tfe.practice.example');
		expect(answers).toContain('db_password: { generate: {} }');
	});
});
