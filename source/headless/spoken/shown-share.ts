import { beforeDeadlySignals } from '../../engine/deadly-signals.ts';
import { shareRows } from '../../engine/guide/share-text.ts';
import type { RevealMoment } from '../../engine/moment.ts';
import type { Recorder } from '../../engine/recorders.ts';
import { escapeLine } from '../../engine/terminal-text.ts';

const ENTER = '\u001B[?1049h\u001B[2J\u001B[H';
const LEAVE = '\u001B[2J\u001B[H\u001B[?1049l';
/** Takes away what has scrolled off (xterm's control sequences, ED 3). */
const FORGET = '\u001B[3J';
/** Terminals of which nothing is known, so nothing can be taken off them again. */
const UNKNOWN = ['', 'dumb', 'unknown'];
const WIDTH = 80;

/** What is to be known of a terminal no share is shown on. */
const keepsAll: Recorder = {
	name: 'terminal',
	what: 'This terminal cannot be cleared, so no key share is shown on it.',
	advice:
		'Run the rekey in another terminal (TERM sets its type), or use an OpenPGP key for each key holder.',
};

export interface NotShown {
	words: string;
	/** It never will be, here. */
	forGood: boolean;
}

export interface ShownShare {
	readonly shown: boolean;
	/** What is to be said of this terminal before. */
	readonly warnings: readonly Recorder[];
	/**
	 * Shows a share until it is hidden, or its time is over.
	 *
	 * @param over Called when it is to be hidden: its time is over, or the terminal changes its size.
	 * @returns Why it cannot be shown; undefined when it is.
	 */
	show(moment: RevealMoment, over: () => void): NotShown | undefined;
	hide(): void;
}

type Stdout = NodeJS.WritableStream & { isTTY?: boolean; rows?: number; columns?: number };

/**
 * Shows one share in lines, on the alternate screen. Not every terminal has one, or may use it
 * (tmux: alternate-screen off), and clearing the main one moves what is on it to the scrollback. So
 * each row is made empty before, and none may scroll.
 */
export function shownShareOn(stdout: Stdout, env: NodeJS.ProcessEnv): ShownShare {
	const clears = !UNKNOWN.includes(env.TERM ?? '');
	let timer: NodeJS.Timeout | undefined;
	let shown = false;
	let height = 0;
	let scrolled = false;
	let resized = () => {};
	let endSignals = () => {};

	const hide = () => {
		if (!shown) return;
		shown = false;
		clearTimeout(timer);
		process.removeListener('exit', hide);
		stdout.removeListener('resize', resized);
		endSignals();
		const rows = Math.max(height, stdout.rows ?? 0);
		const empty = Array.from({ length: rows }, (_, at) => `\u001B[${at + 1};1H\u001B[2K`);
		stdout.write(`${empty.join('')}${scrolled ? FORGET : ''}${LEAVE}`);
	};
	return {
		get shown() {
			return shown;
		},
		warnings: clears ? [] : [keepsAll],
		show({ custodian, share, checkDigits, seconds }, over) {
			if (stdout.isTTY !== true)
				return notShown(
					'A key share is shown only on a terminal, and the output is not a terminal.',
				);
			if (!clears) return notShown(keepsAll.what, keepsAll.advice);
			const rows = shareRows(share, 1, 0);
			const title = `Key share of ${escapeLine(custodian)}, ${rows.length} groups of four:`;
			// The title, the groups, the check digits, what to press, and a prompt.
			height = Math.ceil(title.length / (stdout.columns || WIDTH)) + rows.length + 3;
			// Some terminals do not tell their size: then it is 0.
			if (stdout.rows && stdout.rows < height) {
				for (const bytes of rows) bytes.fill(0);
				return {
					words: `A key share needs ${height} rows, and this terminal has ${stdout.rows}: enlarge it, then type show.`,
					forGood: false,
				};
			}
			shown = true;
			scrolled = !stdout.rows;
			process.once('exit', hide);
			endSignals = beforeDeadlySignals(hide);
			// What a smaller terminal has no room for is in its scrollback by now.
			resized = () => {
				scrolled = true;
				over();
			};
			stdout.once('resize', resized);
			stdout.write(`${ENTER}${title}\n`);
			for (const [at, bytes] of rows.entries()) {
				stdout.write(`${String(at + 1).padStart(2)}: `);
				stdout.write(bytes, () => bytes.fill(0));
				stdout.write('\n');
			}
			stdout.write(`Checksum: ${checkDigits}\nPress Enter once it is written down.\n`);
			timer = setTimeout(over, seconds * 1000);
			timer.unref();
			return undefined;
		},
		hide,
	};
}

/** Nothing is lost by that: whoever comes back goes on here. */
const notShown = (...words: string[]): NotShown => ({
	words: [...words, 'The rekey is paused; resume it in another terminal.'].join(' '),
	forGood: true,
});
