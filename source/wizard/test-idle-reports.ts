import type { WizardController } from './wizard-view-model.ts';

/**
 * Set to 1 only by tests that run the program in a terminal. The front end then reports when all input
 * so far was handled and drawn, so that tests need not guess how long that takes. Reports contain
 * only screen names and counters, no answers and no secrets.
 */
export const TEST_IDLE_REPORTS_VARIABLE = 'TFE_WIZARD_TEST_READY_MARKS';

/** A report, written to the same stream after the output it refers to. */
export interface TestIdleReport {
	/** Starts at 1. */
	seq: number;
	/** The kind of the screen; for a question followed by `:` and its key. */
	screen: string;
	/** Bytes read from standard input and handled. */
	read: number;
	/** Keys, pastes and lines handled. */
	keys: number;
	columns?: number;
	rows?: number;
}

/** A mark is an OSC escape sequence with this number, which terminals ignore. */
export const TEST_IDLE_REPORT_OSC_CODE = 7377;

/** Longer than Ink delays a frame (17 ms) and a lone escape key (20 ms). */
const QUIET_MS = 25;
/** The polling interval for unhandled input. */
const LOOK_MS = 20;
/** How many unrequested frames may delay a mark. */
const MOST_RESTARTS = 10;
/** Two for the next key of an input chunk, and more for React updates. */
const TURNS = 4;

interface ReadyMarks {
	/** Call when something was drawn or printed. */
	touched(): void;
	/** Call when a key, paste or line was handled. */
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
 * @param quietMs The time without activity before a mark.
 */
export function createTestIdleReporter(
	guide: WizardController,
	{ stdin, stdout, env }: Streams,
	isReady: () => boolean,
	quietMs = QUIET_MS,
): ReadyMarks {
	if (env[TEST_IDLE_REPORTS_VARIABLE] !== '1') return { touched() {}, handled() {}, end() {} };
	let seq = 0;
	let keys = 0;
	let generation = 0;
	let read = 0;
	let restarts = 0;
	/** A frame was drawn that did not delay the mark: it may be written after the mark. */
	let ignored = false;
	let timer: NodeJS.Timeout | undefined;

	const mark = () => {
		seq += 1;
		restarts = 0;
		const { columns, rows } = stdout;
		const screen = screenId(guide);
		const report: TestIdleReport = { seq, screen, read, keys, columns, rows };
		stdout.write(`\x1b]${TEST_IDLE_REPORT_OSC_CODE};${JSON.stringify(report)}\x07`);
		if (ignored) restart();
	};
	// Timers fire in the order in which they are due, however busy the computer is: everything delayed
	// by less than this has happened. Work triggered by it has until the end of a second round.
	const wait = (rounds: number) => {
		const startGeneration = generation;
		timer = setTimeout(async () => {
			for (let turn = 0; turn < TURNS; turn += 1) await new Promise((done) => setImmediate(done));
			if (startGeneration !== generation) return;
			if (rounds > 1) wait(rounds - 1);
			else if (isReady()) mark();
			else wait(1);
		}, quietMs).unref();
	};
	const restart = () => {
		ignored = false;
		generation += 1;
		clearTimeout(timer);
		wait(2);
	};
	const touched = () => {
		// With continuous animation there would otherwise never be a mark.
		ignored = restarts >= MOST_RESTARTS;
		if (ignored) return;
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

function screenId(guide: WizardController): string {
	const { screen, stop } = guide.model();
	if (stop !== undefined) return 'stop';
	return screen.kind === 'question' ? `question:${screen.key}` : screen.kind;
}
