import type { Guide } from './model.ts';

/**
 * Set to 1 by tests that drive the program in a terminal, and by nobody else: the front end then
 * reports whenever everything typed so far has been handled and drawn. Without it a test could only
 * guess how long that takes. Nothing else changes, and no report holds more than names of screens
 * and counters: no answer and no secret.
 */
export const READY_MARKS_SETTING = 'TFE_WIZARD_TEST_READY_MARKS';

/** One report. It follows all output that it speaks of, in the same stream. */
export interface ReadyMark {
	/** Counts from 1. */
	seq: number;
	/** The kind of the screen, for a question followed by `:` and its key. */
	screen: string;
	/** Bytes read from standard input; all of them have been handled. */
	read: number;
	/** Keys, pastes and lines handled. */
	keys: number;
	columns?: number;
	rows?: number;
}

/** A mark is an operating system command of this number, which terminals ignore. */
export const READY_MARK_CODE = 7377;

/** Longer than Ink puts a frame off (17 ms), and a key (20 ms for a lone escape). */
const QUIET_MS = 25;
/** How often unhandled input is looked for. */
const LOOK_MS = 20;
/** How many frames nobody asked for put a mark off. */
const MOST_RESTARTS = 10;
/** Two for the next key of one piece of input, more for what React does after it. */
const TURNS = 4;

export interface ReadyMarks {
	/** Something was drawn, said or asked for. */
	touched(): void;
	/** A key, paste or line was handled. */
	handled(): void;
	end(): void;
}

interface Streams {
	stdin: NodeJS.ReadableStream & { bytesRead?: number };
	stdout: NodeJS.WritableStream & { columns?: number; rows?: number };
	env: Readonly<Record<string, string | undefined>>;
}

/**
 * @param isReady Whether the next key or line would be handled now.
 * @param quietMs How long nothing may be due before a mark: what is put off by less is waited for.
 */
export function readyMarks(
	guide: Guide,
	{ stdin, stdout, env }: Streams,
	isReady: () => boolean,
	quietMs = QUIET_MS,
): ReadyMarks {
	if (env[READY_MARKS_SETTING] !== '1') return { touched() {}, handled() {}, end() {} };
	let seq = 0;
	let keys = 0;
	let generation = 0;
	let read = 0;
	let restarts = 0;
	let timer: NodeJS.Timeout | undefined;

	const mark = () => {
		seq += 1;
		restarts = 0;
		const { columns, rows } = stdout;
		const screen = screenId(guide);
		const report: ReadyMark = { seq, screen, read, keys, columns, rows };
		stdout.write(`\x1b]${READY_MARK_CODE};${JSON.stringify(report)}\x07`);
	};
	// Timers fire in the order in which they are due, however busy the machine is: what was put off
	// by less than this has happened. What that sets in motion has until the end of a second round.
	const wait = (rounds: number) => {
		const begun = generation;
		timer = setTimeout(async () => {
			for (let turn = 0; turn < TURNS; turn += 1) await new Promise((done) => setImmediate(done));
			if (begun !== generation) return;
			if (rounds > 1) wait(rounds - 1);
			else if (isReady()) mark();
			else wait(1);
		}, quietMs).unref();
	};
	const restart = () => {
		generation += 1;
		clearTimeout(timer);
		wait(2);
	};
	const touched = () => {
		// Where something moves all the time there would never be a mark.
		if (restarts >= MOST_RESTARTS) return;
		restarts += 1;
		restart();
	};
	const typed = () => {
		restarts = 0;
		read = stdin.bytesRead ?? 0;
		restart();
	};
	const look = setInterval(() => {
		if ((stdin.bytesRead ?? 0) !== read) typed();
	}, LOOK_MS).unref();
	return {
		touched,
		handled() {
			keys += 1;
			typed();
		},
		end() {
			generation += 1;
			clearTimeout(timer);
			clearInterval(look);
		},
	};
}

function screenId(guide: Guide): string {
	const { screen, stop } = guide.model();
	if (stop !== undefined) return 'stop';
	return screen.kind === 'question' ? `question:${screen.key}` : screen.kind;
}
