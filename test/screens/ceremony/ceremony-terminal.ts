import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import xterm from '@xterm/headless';
import { build } from 'esbuild';
import { expect } from 'vitest';
import { openTerminal, type TestTerminal } from '../../e2e/helpers/terminal.ts';
import { getTerminalLines } from '../../helpers/terminal-cells.ts';
import { findShares } from './find-shares.ts';

const SHELL_LINES = 40;
const folder = mkdtempSync(join(tmpdir(), 'ceremony-'));
/** The bundle written by `buildRoom`. */
export const ceremonyProgramPath = join(folder, 'program.mjs');

/** Bundles the program of fixture/ for Node. */
export async function buildCeremonyProgram(): Promise<void> {
	await build({
		entryPoints: [fileURLToPath(new URL('./fixture/program.tsx', import.meta.url))],
		outdir: folder,
		outExtension: { '.js': '.mjs' },
		// Keeps Ink's development-only imports in a chunk that is never loaded.
		splitting: true,
		bundle: true,
		platform: 'node',
		format: 'esm',
		jsx: 'automatic',
		mainFields: ['module', 'main'],
		external: ['react-devtools-core'],
		define: { 'process.env.NODE_ENV': '"production"' },
		banner: {
			js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
		},
	});
}

export const removeCeremonyProgram = (): void => rmSync(folder, { recursive: true, force: true });

interface RoomOptions {
	env?: Readonly<Record<string, string>>;
	columns?: number;
	rows?: number;
	/** Started from a shell that ctrl-z returns to. */
	shell?: boolean;
	/** The kind of terminal; the usual one without it. */
	term?: string;
}

/** A ceremony in a terminal with earlier shell output. */
export function openCeremonyTerminal({
	env = {},
	columns = 80,
	rows = 24,
	shell = false,
	term,
}: RoomOptions = {}) {
	const earlier = `i=1; while [ $i -le ${SHELL_LINES} ]; do echo "earlier line $i"; i=$((i+1)); done`;
	const run = shell
		? '"$@"; stty sane; echo "shell again $?"; read x; fg; echo ended'
		: 'exec "$@"';
	return openTerminal({
		argv: [
			shell ? 'bash' : 'sh',
			...(shell ? ['-m'] : []),
			'-c',
			`${earlier}; ${run}`,
			'sh',
			...(term === undefined ? [] : ['env', `TERM=${term}`]),
			process.execPath,
			ceremonyProgramPath,
		],
		columns,
		rows,
		env,
		timeoutMs: 120_000,
		marks: true,
	});
}

/** The program a shell has started. */
export const getChildPid = (shell: number): number =>
	Number(readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim().split(' ')[0]);

/** Continues until the first share is shown. */
export async function revealFirstShare(terminal: TestTerminal): Promise<void> {
	await terminal.waitFor('Key holder 1 of 2');
	// Before raw mode is on, the terminal itself echoes keys.
	await terminal.waitFor(() => terminal.modes().rawMode === true);
	await terminal.press('enter');
	await terminal.waitFor('Hidden. Press Space to show it');
	await terminal.press('space');
	await terminal.waitFor((screen) => findShares(screen.join('\n')).length === 1);
	expect(terminal.modes().altScreen).toBe(true);
}

/** Expects no share on either screen and the main screen as the shell left it. */
export async function expectSharesCleared(
	terminal: TestTerminal,
	{ resized = false } = {},
): Promise<void> {
	expect(terminal.modes().altScreen).toBe(false);
	expect(findShares(terminal.history().join('\n'))).toEqual([]);
	expect(findShares((await alternateScreen(terminal)).join('\n'))).toEqual([]);
	expect(outsideOfAlternate(terminal.bytes())).toEqual([]);
	// At most one frame is left, and no part of another.
	const headers = terminal.history().filter((line) => line.startsWith(' tfe-wizard '));
	if (!resized) expect(headers.length).toBeLessThanOrEqual(1);
	const earlier = terminal.history().filter((line) => line.startsWith('earlier line'));
	expect(earlier).toEqual(
		Array.from({ length: SHELL_LINES }, (_, index) => `earlier line ${index + 1}`),
	);
}

/** The final alternate screen, as if it had never been left. */
async function alternateScreen(terminal: TestTerminal): Promise<string[]> {
	const screen = new xterm.Terminal({ cols: 80, rows: 24, allowProposedApi: true });
	const bytes = terminal.bytes().replaceAll('\u001B[?1049l', '');
	await new Promise<void>((done) => screen.write(bytes, done));
	return getTerminalLines(screen, 0, screen.buffer.active.length);
}

/** Shares printed to the main screen. */
function outsideOfAlternate(bytes: string): number[] {
	const main = bytes
		.split('\u001B[?1049h')
		.map((part, at) => (at === 0 ? part : (part.split('\u001B[?1049l')[1] ?? '')));
	return findShares(main.join('\n'));
}
