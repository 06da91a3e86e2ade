import { beforeDeadlySignals } from '../../engine/deadly-signals.ts';
import { shareRows } from '../../engine/guide/share-text.ts';
import type { RevealMoment } from '../../engine/moment.ts';

const ENTER = '\u001B[?1049h\u001B[2J\u001B[H';
const LEAVE = '\u001B[2J\u001B[H\u001B[?1049l';
const ROWS = 60;

export interface ShownShare {
	readonly shown: boolean;
	/**
	 * Shows a share until it is hidden, or its time is over.
	 *
	 * @param over Called when it is to be hidden: its time is over, or ctrl-z leads to the shell.
	 * @returns Why it cannot be shown; undefined when it is.
	 */
	show(moment: RevealMoment, over: () => void): string | undefined;
	/** What is to be said of how it went away. */
	hide(): readonly string[];
}

type Stdout = NodeJS.WritableStream & { isTTY?: boolean; rows?: number };

/**
 * Shows one share in lines, on the alternate screen where there is one: nothing stays of it then. A
 * terminal that can only print keeps it; it is pushed out of sight, and that is said.
 */
export function shownShareOn(stdout: Stdout, env: NodeJS.ProcessEnv): ShownShare {
	const clears = env.TERM !== 'dumb' && Boolean(env.TERM);
	let timer: NodeJS.Timeout | undefined;
	let shown = false;
	let suspend = () => {};
	let endSignals = () => {};

	const hide = (): readonly string[] => {
		if (!shown) return [];
		shown = false;
		clearTimeout(timer);
		process.removeListener('exit', hide);
		endSignals();
		process.removeListener('SIGTSTP', suspend);
		if (clears) {
			stdout.write(LEAVE);
			return [];
		}
		stdout.write('\n'.repeat(stdout.rows ?? ROWS));
		return ['This terminal cannot be cleared: the share is still above. Clear its scrollback now.'];
	};
	return {
		get shown() {
			return shown;
		},
		show(moment, over) {
			if (stdout.isTTY !== true)
				return 'A share is shown on a terminal alone, and this goes elsewhere. Type not now, and come back in a terminal.';
			const { custodian, share, checkDigits, seconds } = moment;
			const rows = shareRows(share, 1, 0);
			if (clears) stdout.write(ENTER);
			else stdout.write('This terminal cannot be cleared: what follows stays in it.\n');
			shown = true;
			process.once('exit', hide);
			endSignals = beforeDeadlySignals(hide);
			suspend = () => {
				over();
				// What ctrl-z asked for; the shell goes on as after any other.
				process.kill(process.pid, 'SIGSTOP');
			};
			process.once('SIGTSTP', suspend);
			stdout.write(`The share of ${custodian}, ${rows.length} groups of four:\n`);
			for (const [at, bytes] of rows.entries()) {
				stdout.write(`${String(at + 1).padStart(2)}: `);
				stdout.write(Buffer.concat([bytes, Buffer.from('\n')]));
				bytes.fill(0);
			}
			stdout.write(`Check digits: ${checkDigits}\nPress Enter when it is written down.\n`);
			timer = setTimeout(over, seconds * 1000);
			timer.unref();
			return undefined;
		},
		hide,
	};
}
