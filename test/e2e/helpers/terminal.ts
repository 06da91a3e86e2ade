import { setTimeout as sleep } from 'node:timers/promises';
import xterm from '@xterm/headless';
import { type Cell, cellsOf, textOf } from '../../helpers/cells.ts';
import { bytesOf, type KeyName } from './keys.ts';
import { type Exit, type PtyOptions, startInPty } from './pty.ts';

export type { Exit } from './pty.ts';

export interface TerminalOptions extends PtyOptions {
	/** How long a `waitFor` waits unless told otherwise. */
	timeoutMs?: number;
}

export type Sought = string | RegExp | ((screen: readonly string[]) => boolean);

export interface Modes {
	cursorVisible: boolean;
	bracketedPaste: boolean;
	altScreen: boolean;
	/** Of the pty itself; after the end, as the program left it. Undefined where stty cannot tell. */
	rawMode: boolean | undefined;
	echo: boolean | undefined;
}

/** A program in a terminal nobody looks at, driven as a person would drive it. */
export interface TestTerminal extends AsyncDisposable {
	readonly pid: number;
	/** Keys one after the other, apart as fingers are; a string that names no key is one key's text. */
	press(...keys: (KeyName | (string & {}))[]): Promise<void>;
	/** Text letter by letter. */
	type(text: string): Promise<void>;
	/** Text at once, marked as a paste when the program asked for that. */
	paste(text: string): void;
	/** The visible rows, blanks at the right cut off. */
	screen(): string[];
	/** What has scrolled away, and the screen. */
	history(): string[];
	/** Resolves with the screen on which it was found. Looks after every change of the screen. */
	waitFor(sought: Sought, options?: { timeoutMs?: number; what?: string }): Promise<string[]>;
	/** Resolves once nothing was printed for so long. */
	quiet(ms?: number): Promise<void>;
	waitForExit(timeoutMs?: number): Promise<Exit>;
	resize(columns: number, rows: number): void;
	signal(name: NodeJS.Signals): void;
	kill9(): void;
	cells(): Cell[][];
	modes(): Modes;
	/** Everything printed so far, as it came. */
	bytes(): string;
	/** Ends what still runs, by hanging up first. */
	close(): Promise<void>;
}

/** Starts a program in a pseudo-terminal of its own. Nothing of the caller's environment but PATH. */
export function openTerminal(options: TerminalOptions): TestTerminal {
	const { columns = 80, rows = 24, timeoutMs: patience = 15_000 } = options;
	const screenOf = new xterm.Terminal({
		cols: columns,
		rows,
		scrollback: 20_000,
		allowProposedApi: true,
	});
	const pty = startInPty({ ...options, columns, rows });
	const listeners = new Set<() => void>();
	const tell = () => {
		for (const listener of [...listeners]) listener();
	};
	let printed = '';
	let lastPrinted = Date.now();
	let unparsed = 0;
	let exit: Exit | undefined;
	let cursorVisible = true;

	for (const final of ['h', 'l'] as const) {
		screenOf.parser.registerCsiHandler({ prefix: '?', final }, (params) => {
			if (params.includes(25)) cursorVisible = final === 'h';
			return false;
		});
	}
	// Answers to what the program asks of its terminal: where is the cursor, what are you.
	screenOf.onData((answer) => pty.write(answer));
	pty.onData((text) => {
		printed += text;
		lastPrinted = Date.now();
		unparsed += 1;
		screenOf.write(text, () => {
			unparsed -= 1;
			tell();
		});
	});
	void pty.ended.then((end) => {
		exit = end;
		tell();
	});

	const screen = () => {
		const { baseY } = screenOf.buffer.active;
		return textOf(screenOf, baseY, baseY + screenOf.rows);
	};
	const waitFor: TestTerminal['waitFor'] = (sought, { timeoutMs = patience, what } = {}) =>
		new Promise((resolve, reject) => {
			const settle = (why?: string) => {
				clearTimeout(timer);
				listeners.delete(look);
				if (why === undefined) return resolve(screen());
				reject(new Error(`${why} ${what ?? shown(sought)}; the screen:\n${framed(screen())}`));
			};
			const look = () => {
				if (found(sought, screen())) settle();
				else if (exit !== undefined && unparsed === 0)
					settle(`the program ended (${JSON.stringify(exit)}) before`);
			};
			const timer = setTimeout(() => settle(`waited ${timeoutMs} ms for`), timeoutMs);
			listeners.add(look);
			look();
		});

	const close = async () => {
		if (exit === undefined) {
			pty.signal('SIGHUP');
			const forced = setTimeout(() => pty.signal('SIGKILL'), 2000);
			await pty.ended;
			clearTimeout(forced);
		}
		screenOf.dispose();
	};

	return {
		pid: pty.pid,
		async press(...keys) {
			for (const key of keys) {
				pty.write(bytesOf(key));
				// A lone escape is only told from the start of a sequence by what does not follow it.
				await sleep(key === 'escape' ? 60 : 12);
			}
		},
		async type(text) {
			for (const { segment } of new Intl.Segmenter().segment(text)) {
				pty.write(segment);
				await sleep(2);
			}
		},
		paste: (text) =>
			pty.write(screenOf.modes.bracketedPasteMode ? `\x1b[200~${text}\x1b[201~` : text),
		screen,
		history: () => {
			const { baseY } = screenOf.buffer.active;
			return textOf(screenOf, 0, baseY + screenOf.rows);
		},
		waitFor,
		async quiet(ms = 150) {
			const deadline = Date.now() + patience;
			while (unparsed > 0 || Date.now() - lastPrinted < ms) {
				if (Date.now() > deadline) throw new Error(`never quiet; the screen:\n${framed(screen())}`);
				await sleep(10);
			}
		},
		async waitForExit(timeoutMs = patience) {
			await waitFor(() => exit !== undefined, { timeoutMs, what: 'the end of the program' }).catch(
				(error: unknown) => {
					if (exit === undefined) throw error;
				},
			);
			return exit ?? pty.ended;
		},
		resize(newColumns, newRows) {
			screenOf.resize(newColumns, newRows);
			pty.resize(newColumns, newRows);
		},
		signal: pty.signal,
		kill9: () => pty.signal('SIGKILL'),
		cells: () => cellsOf(screenOf),
		modes: () => ({
			cursorVisible,
			bracketedPaste: screenOf.modes.bracketedPasteMode,
			altScreen: screenOf.buffer.active.type === 'alternate',
			...pty.lineMode(),
		}),
		bytes: () => printed,
		close,
		[Symbol.asyncDispose]: close,
	};
}

function found(sought: Sought, screen: readonly string[]): boolean {
	if (typeof sought === 'function') return sought(screen);
	const text = screen.join('\n');
	return typeof sought === 'string' ? text.includes(sought) : sought.test(text);
}

const shown = (sought: Sought) =>
	typeof sought === 'string' ? JSON.stringify(sought) : String(sought);

function framed(screen: readonly string[]): string {
	return screen.map((line) => `| ${line}`).join('\n');
}
