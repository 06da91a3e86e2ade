import xterm from '@xterm/headless';
import {
	getTerminalCells,
	getTerminalLines,
	type TerminalCell,
} from '../../helpers/terminal-cells.ts';
import { safetyDeadline } from '../../helpers/wait-for.ts';
import { bytesOf, type KeyName } from './keys.ts';
import { type Exit, type PtyOptions, startInPty } from './pty.ts';
import {
	createReadyMarkReader,
	TEST_IDLE_REPORTS_VARIABLE,
	type TestIdleReport,
} from './ready-marks.ts';

export type { Exit } from './pty.ts';

export interface TerminalOptions extends PtyOptions {
	/** How long a `waitFor` waits unless told otherwise. */
	timeoutMs?: number;
	/**
	 * The program reports when it has handled and drawn everything typed so far. Keys are then
	 * pressed one by one, each when the one before has been handled.
	 */
	marks?: boolean;
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
	/** Keys one after the other; a string that names no key is one key's text. */
	press(...keys: (KeyName | (string & {}))[]): Promise<void>;
	/** Text, as keys. */
	type(text: string): Promise<void>;
	/** Text at once, marked as a paste when the program asked for that. */
	paste(text: string): void;
	/** The visible rows, blanks at the right cut off. */
	screen(): string[];
	/** What has scrolled away, and the screen. */
	history(): string[];
	/** Resolves with the screen on which it was found. Looks after every change of the screen. */
	waitFor(sought: Sought, options?: { timeoutMs?: number; what?: string }): Promise<string[]>;
	/**
	 * Resolves with the screen once the program has handled and drawn all that was typed so far, in the
	 * size the terminal has now, or has ended. Only with `marks`.
	 */
	settled(): Promise<string[]>;
	/** Types text to a shell while the program is suspended. */
	toShell(text: string): void;
	waitForExit(timeoutMs?: number): Promise<Exit>;
	resize(columns: number, rows: number): void;
	signal(name: NodeJS.Signals): void;
	kill9(): void;
	cells(): TerminalCell[][];
	modes(): Modes;
	/** Everything printed so far, as it came. */
	bytes(): string;
	/** Ends what still runs, by hanging up first. */
	close(): Promise<void>;
}

/** How many letters are typed at once; a front end takes many more for a paste. */
const PIECE = 32;
/** Enter, line feed and ctrl-d: a terminal hands on what was typed before. */
const LINE_ENDS = ['\r', '\n', '\x04'];
/** Ctrl-c, ctrl-z and ctrl-\. */
const SIGNAL_KEYS = ['\x03', '\x1a', '\x1c'];
/** How long a program has to end when its terminal is gone. */
const HANG_UP_MS = 2000;

/** Starts a program in a pseudo-terminal of its own. Nothing of the caller's environment but PATH. */
export function openTerminal(options: TerminalOptions): TestTerminal {
	const { columns = 80, rows = 24, timeoutMs: patience = 120_000, marks = false } = options;
	const screenOf = new xterm.Terminal({
		cols: columns,
		rows,
		scrollback: 20_000,
		allowProposedApi: true,
	});
	const env = { ...options.env, ...(marks ? { [TEST_IDLE_REPORTS_VARIABLE]: '1' } : {}) };
	const pty = startInPty({ ...options, env, columns, rows });
	const listeners = new Set<() => void>();
	const tell = () => {
		for (const listener of [...listeners]) listener();
	};
	let printed = '';
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
	screenOf.onData((answer) => write(answer));
	const readMarks = createReadyMarkReader();
	let lastMark: TestIdleReport | undefined;
	/** Whether something was printed behind the last mark: another mark follows it. */
	let unmarked = false;
	/** Bytes typed so far; of those, what a terminal that collects lines has handed on; lone escapes. */
	const typed = { all: 0, lines: 0, keysBefore: 0, escapes: 0 };
	pty.onData((piece) => {
		for (const { text, mark } of readMarks(piece)) {
			printed += text;
			unparsed += 1;
			screenOf.write(text, () => {
				unparsed -= 1;
				if (mark !== undefined) lastMark = mark;
				unmarked = mark === undefined;
				tell();
			});
		}
	});
	const write = (text: string) => {
		typed.all += Buffer.byteLength(text);
		if (LINE_ENDS.includes(text.at(-1) ?? '')) typed.lines = typed.all;
		pty.write(text);
	};
	/** Whether the program has said, after mark number `after`, that it waits for the next key. */
	const isSettled = (after: number) => {
		if (lastMark === undefined) return false;
		const { read, keys, columns: wide, rows: high } = lastMark;
		if (wide !== screenOf.cols || high !== screenOf.rows) return false;
		if (keys < typed.keysBefore + typed.escapes) return false;
		// A line that is not ended yet is still with the terminal, unless that is in raw mode.
		// The terminal shows it by itself.
		if (read < typed.all) return read >= typed.lines && pty.lineMode().rawMode === false;
		return lastMark.seq > after;
	};
	void pty.ended.then((end) => {
		exit = end;
		tell();
	});

	const screen = () => {
		const { baseY } = screenOf.buffer.active;
		return getTerminalLines(screenOf, baseY, baseY + screenOf.rows);
	};
	const waitFor: TestTerminal['waitFor'] = (sought, { timeoutMs = patience, what } = {}) =>
		new Promise((resolve, reject) => {
			const settle = (why?: string) => {
				cancelDeadline();
				listeners.delete(look);
				if (why === undefined) return resolve(screen());
				reject(new Error(`${why} ${what ?? shown(sought)}; the screen:\n${framed(screen())}`));
			};
			const look = () => {
				if (found(sought, screen())) settle();
				else if (exit !== undefined && unparsed === 0)
					settle(`the program ended (${JSON.stringify(exit)}) before`);
			};
			const cancelDeadline = safetyDeadline(() => settle(`waited ${timeoutMs} ms for`), timeoutMs);
			listeners.add(look);
			look();
		});

	const close = async () => {
		if (exit === undefined) {
			pty.signal('SIGHUP');
			const cancelForce = safetyDeadline(() => pty.signal('SIGKILL'), HANG_UP_MS);
			await pty.ended;
			cancelForce();
		}
		screenOf.dispose();
	};

	const settled = async () => {
		if (!marks) throw new Error('This program does not report when it is ready.');
		const after = unmarked || unparsed > 0 ? (lastMark?.seq ?? 0) : -1;
		return waitFor(() => exit !== undefined || isSettled(after), {
			what: `the program to be ready (typed ${JSON.stringify(typed)}, its last report ${JSON.stringify(lastMark)})`,
		}).catch((error: unknown) => {
			if (exit === undefined) throw error;
			return screen();
		});
	};
	const pressOne = async (key: string) => {
		if (marks) await settled();
		const bytes = bytesOf(key);
		if (bytes === '\x1b') {
			// Only what does not follow it tells a lone escape from the start of a sequence: it has been
			// read before it is handled.
			typed.keysBefore = lastMark?.keys ?? 0;
			typed.escapes = 1;
		} else typed.escapes = 0;
		// These are signals where the terminal is not in raw mode: nobody reads them.
		if (SIGNAL_KEYS.includes(bytes) && pty.lineMode().rawMode === false) pty.write(bytes);
		else write(bytes);
	};

	return {
		pid: pty.pid,
		async press(...keys) {
			for (const key of keys) await pressOne(key);
		},
		async type(text) {
			const letters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
			// More at once would be taken for a paste.
			for (let at = 0; at < letters.length; at += PIECE)
				await pressOne(letters.slice(at, at + PIECE).join(''));
		},
		paste: (text) => write(screenOf.modes.bracketedPasteMode ? `\x1b[200~${text}\x1b[201~` : text),
		settled,
		toShell: pty.write,
		screen,
		history: () => {
			const { baseY } = screenOf.buffer.active;
			return getTerminalLines(screenOf, 0, baseY + screenOf.rows);
		},
		waitFor,
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
		cells: () => getTerminalCells(screenOf),
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
