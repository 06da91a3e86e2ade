import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openTerminal, type TerminalOptions } from '../e2e/helpers/terminal.ts';
import { waitFor } from './wait-for.ts';

const open = (program: string, more: Partial<TerminalOptions> = {}) =>
	openTerminal({ argv: [process.execPath, '-e', program], ...more });

/** Sets raw mode and prints every chunk of input. */
const ECHO = `
	process.stdin.setRawMode(true);
	process.stdin.on('data', (d) => {
		if (d.toString() === 'q') { process.stdin.setRawMode(false); process.exit(7); }
		console.log('got ' + JSON.stringify(d.toString()));
	});
	console.log('ready');
`;

it('sends keys by name or as text', async () => {
	await using terminal = open(ECHO);
	await terminal.waitFor('ready');
	// Keys may arrive in any number of chunks, so the test waits for each.
	for (const [key, got] of [
		['up', '\\u001b[A'],
		['escape', '\\u001b'],
		['enter', '\\r'],
		['j', 'j'],
	] as const) {
		await terminal.press(key);
		expect(await terminal.waitFor(`got "${got}"`)).toContain(`got "${got}"`);
	}
	await terminal.type('hi');
	await terminal.waitFor(/got "(h"[\s\S]*"i|hi)"/);
});

it('reports the terminal modes while a program runs and after it exits', async () => {
	await using terminal = open(ECHO);
	await terminal.waitFor('ready');
	expect(terminal.modes()).toMatchObject({ rawMode: true, cursorVisible: true });
	await terminal.press('q');
	expect(await terminal.waitForExit()).toEqual({ code: 7, signal: undefined });
	expect(terminal.modes().rawMode).toBe(false);
});

it('reports a terminal left in raw mode with a hidden cursor', async () => {
	await using terminal = open(`process.stdout.write('\\x1b[?25l\\x1b[?2004h');${ECHO}`);
	await terminal.waitFor('ready');
	terminal.kill9();
	expect(await terminal.waitForExit()).toMatchObject({ signal: 'SIGKILL' });
	expect(terminal.modes()).toMatchObject({
		rawMode: true,
		cursorVisible: false,
		bracketedPaste: true,
		altScreen: false,
	});
});

it('keeps the scrollback and the raw bytes', async () => {
	await using terminal = open(
		`for (let i = 1; i <= 50; i++) console.log('line ' + i); setInterval(() => {}, 1000)`,
		{ rows: 10 },
	);
	await terminal.waitFor('line 50');
	expect(terminal.screen()).toHaveLength(10);
	expect(terminal.screen()).not.toContain('line 1');
	expect(terminal.history().filter((line) => line !== '')).toHaveLength(50);
	expect(terminal.bytes()).toMatch(/^line 1\r\nline 2\r\n/);
});

it('notifies the program of a new size', async () => {
	await using terminal = open(
		`process.stdout.on('resize', () => console.log(process.stdout.columns + 'x' + process.stdout.rows));
		setInterval(() => {}, 1000); console.log('ready')`,
	);
	await terminal.waitFor('ready');
	terminal.resize(60, 20);
	await terminal.waitFor('60x20');
	expect(terminal.cells()).toHaveLength(20);
	expect(terminal.cells()[0]).toHaveLength(60);
});

it('answers terminal queries of a program', async () => {
	await using terminal = open(`
		process.stdin.setRawMode(true);
		process.stdin.once('data', (d) => console.log('answer ' + JSON.stringify(d.toString())));
		process.stdout.write('\\x1b[6n');
	`);
	await terminal.waitFor('answer "\\u001b[1;1R"');
});

it('starts the child with a minimal environment', async () => {
	process.env.A_STRAY = 'of the caller';
	await using terminal = open(
		`const { CI, TERM, NO_COLOR, A_STRAY } = process.env; console.log(JSON.stringify({ CI, TERM, NO_COLOR, A_STRAY })); setInterval(() => {}, 1e3)`,
		{
			env: { NO_COLOR: '1' },
			columns: 400,
		},
	);
	delete process.env.A_STRAY;
	const [line = ''] = await terminal.waitFor('}');
	expect(JSON.parse(line)).toMatchObject({ CI: 'false', TERM: 'xterm-256color', NO_COLOR: '1' });
	expect(line).not.toContain('A_STRAY');
});

it('reports the screen when a wait times out or the program exits', async () => {
	await using terminal = open(`console.log('something else'); setInterval(() => {}, 1000)`);
	await terminal.waitFor('something else');
	await expect(terminal.waitFor('never', { timeoutMs: 50, what: 'the miracle' })).rejects.toThrow(
		/waited 50 ms for the miracle; the screen:\n\| something else/,
	);
	terminal.signal('SIGTERM');
	await expect(terminal.waitFor('never')).rejects.toThrow(/ended.*SIGTERM.* before "never"/);
});

it('sends a paste in one piece, bracketed when the program enabled it', async () => {
	await using terminal = open(`process.stdout.write('\\x1b[?2004h');${ECHO}`);
	await terminal.waitFor('ready');
	terminal.paste('a\nb');
	await terminal.waitFor('got "\\u001b[200~a\\nb\\u001b[201~"');
});

it('ends a program that does not exit by itself', async () => {
	const terminal = open(
		`process.on('SIGHUP', () => console.log('hung up')); setInterval(() => {}, 1e3); console.log('ready')`,
	);
	await terminal.waitFor('ready');
	await terminal.close();
	expect(() => process.kill(terminal.pid, 0)).toThrow();
});

/** Whether a child of a shell runs in the foreground (proc(5): state, process group, tpgid). */
function isInForeground(shell: number, name: string): boolean {
	const child = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim().split(' ')[0];
	if (child === undefined || child === '') return false;
	const stat = readFileSync(`/proc/${child}/stat`, 'utf8');
	const [state, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return stat.includes(`(${name})`) && state === 'S' && group === foreground;
}

it('runs a shell with job control that can suspend programs', async () => {
	await using terminal = openTerminal({ argv: ['/bin/sh', '-i'], env: { PS1: 'prompt> ' } });
	await terminal.waitFor('prompt>');
	await terminal.type('sleep 600');
	await terminal.press('enter');
	await waitFor('the command to run in the foreground', () =>
		isInForeground(terminal.pid, 'sleep'),
	);
	await terminal.press('ctrlZ');
	await terminal.waitFor('Stopped');
	await terminal.type('fg');
	await terminal.press('enter');
	await waitFor('the command to continue', () => isInForeground(terminal.pid, 'sleep'));
	await terminal.press('ctrlC');
	await terminal.type('exit 3');
	await terminal.press('enter');
	expect(await terminal.waitForExit()).toEqual({ code: 3, signal: undefined });
});
