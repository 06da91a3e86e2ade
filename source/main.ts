import { findCommand } from './commands/command-table.ts';
import { type FirstFrame, formatFirstFrameLines, opensScreens } from './commands/first-frame.ts';
import { formatHelp } from './commands/help.ts';
import { normalizeDirectoryVariables } from './engine/normalize-directory-variables.ts';
import { resolvePrivateDirectory } from './engine/private-directory.ts';
import { version } from './version.ts';

export { exitProcess } from './exit-process.ts';

const WIDEST_HELP = 100;

/**
 * The program after the Node.js version check. Help is printed from here at once; everything else
 * is loaded when needed.
 *
 * @param argv Arguments after the program name.
 * @returns the exit code.
 */
export async function main(argv: readonly string[]): Promise<number> {
	const options = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : argv.length);
	const asked = argv[0] === 'help' ? argv.slice(1) : argv;
	const alone = argv.length === 0 && !atTerminal();
	if (asked !== argv || alone || options.includes('--help') || options.includes('-h')) {
		say((columns) => formatHelp(findCommand(asked), columns, asked[0]));
		return alone ? 2 : 0;
	}
	if (['--version', '-v', '-V', 'version'].includes(argv[0] ?? '')) {
		say(() => `tfe-wizard ${version}\n`);
		return 0;
	}
	normalizeDirectoryVariables(process.env);
	const screens = atTerminal() && opensScreens(argv, process.env);
	const opening = screens ? open(argv) : undefined;
	keepCompiledCode();
	const { runCommandLine } = await import('./commands/run-command-line.ts');
	return runCommandLine(argv, opening);
}

/** Whether the program is interactive: without arguments it starts the wizard, else it prints help. */
function atTerminal(): boolean {
	const { isatty } = process.getBuiltinModule('node:tty');
	return isatty(0) && isatty(1);
}

/**
 * Prints a first frame while the rest is loaded. Keys pressed in the meantime, including Ctrl-C, are
 * not echoed and stay queued for the screens.
 */
function open(argv: readonly string[]): FirstFrame {
	const { columns = 80, rows = 24 } = process.stdout;
	const lines = formatFirstFrameLines(argv.length === 0 || argv[0] === 'wizard', { columns, rows });
	process.getBuiltinModule('node:fs').writeSync(1, `${lines.join('\n')}\n`);
	process.stdin.setRawMode(true);
	return { rows: lines.length, abandon: () => void process.stdin.setRawMode(false) };
}

/** Writes to the file descriptor, because setting up a Node.js stream takes longer than the help. */
function say(text: (columns: number) => string): void {
	const { fstatSync, writeSync } = process.getBuiltinModule('node:fs');
	const terminal = fstatSync(1).isCharacterDevice();
	const columns = terminal ? (process.stdout.columns ?? WIDEST_HELP) : WIDEST_HELP;
	writeSync(1, text(Math.min(columns, WIDEST_HELP)));
}

/**
 * Enables the Node.js compile cache, which halves the startup time. Uses the cache directory of the
 * user, because the default directory under /tmp is writable by everyone.
 */
function keepCompiledCode(): void {
	const { XDG_CACHE_HOME, HOME } = process.env;
	const cache = XDG_CACHE_HOME || (HOME ? `${HOME}/.cache` : undefined);
	if (cache === undefined) return;
	const folder = `${cache}/tfe-wizard/compiled`;
	// Node.js would retry forever to create it where that is impossible, as below /proc.
	const { existsSync, mkdirSync } = process.getBuiltinModule('node:fs');
	try {
		for (const part of [cache, `${cache}/tfe-wizard`, folder])
			if (!existsSync(part)) mkdirSync(part, { mode: 0o700 });
	} catch {
		// Startup without the cache is only slower.
		return;
	}
	// Node.js executes code from this directory.
	if (resolvePrivateDirectory(folder) === undefined) return;
	process.getBuiltinModule('node:module').enableCompileCache(folder);
}
