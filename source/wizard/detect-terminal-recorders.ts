import { readFileSync } from 'node:fs';

/** A program that may record the terminal, with advice. */
export interface DetectedRecorder {
	/** "tmux" */
	name: string;
	/** What it may record, in one sentence. */
	what: string;
	/** What to do, in one sentence. */
	advice: string;
}

type Env = Readonly<Record<string, string | undefined>>;

const kept = {
	tmux: {
		name: 'tmux',
		what: 'This terminal runs inside tmux, which can log panes and shows them to attached clients.',
		advice: 'Run the rekey outside tmux, or detach other clients and turn off pipe-pane.',
	},
	screen: {
		name: 'screen',
		what: 'This terminal runs inside screen, which can log and shows windows to attached clients.',
		advice:
			'Run the rekey outside screen, or turn off its log (ctrl-a H) and detach other clients.',
	},
	zellij: {
		name: 'zellij',
		what: 'This terminal runs inside zellij, which saves scrollback and shows panes to attached clients.',
		advice: 'Run the rekey outside zellij, or detach other clients.',
	},
	asciinema: {
		name: 'asciinema',
		what: 'asciinema is recording this terminal; its file would contain every share shown.',
		advice: 'Stop the recording (exit), then start again in a terminal that is not recorded.',
	},
	script: {
		name: 'script',
		what: 'script is recording this terminal; its file would contain every share shown.',
		advice: 'Stop the recording (exit), then start again in a terminal that is not recorded.',
	},
	ttyrec: {
		name: 'ttyrec',
		what: 'ttyrec is recording this terminal; its file would contain every share shown.',
		advice: 'Stop the recording (exit), then start again in a terminal that is not recorded.',
	},
	ssh: {
		name: 'ssh',
		what: 'This terminal is a remote SSH session; the remote host or a bastion may record it.',
		advice: 'Run the rekey locally, or ask the host administrator whether sessions are recorded.',
	},
} as const satisfies Record<string, DetectedRecorder>;

/**
 * Programs that may record a share shown on this terminal.
 *
 * @param env TMUX, STY (screen), ZELLIJ, ASCIINEMA_REC (asciinema 2), ASCIINEMA_SESSION (3), SCRIPT
 * (BSD) and SSH_TTY identify recorders.
 * @param ancestors Names of the parent processes: `script` on Linux sets no variable, and sudo removes
 * all the others.
 */
export function detectTerminalRecorders(
	env: Env,
	ancestors: readonly string[] = [],
): DetectedRecorder[] {
	// The server processes of tmux and screen are named "tmux: server" and "SCREEN".
	const started = (name: string) =>
		ancestors.some(
			(one) => one === name || one === `${name}: server` || one === name.toUpperCase(),
		);
	const there: [DetectedRecorder, boolean][] = [
		[kept.tmux, Boolean(env.TMUX) || started('tmux')],
		[kept.screen, Boolean(env.STY) || started('screen')],
		[kept.zellij, Boolean(env.ZELLIJ) || started('zellij')],
		[kept.asciinema, Boolean(env.ASCIINEMA_REC || env.ASCIINEMA_SESSION) || started('asciinema')],
		[kept.script, Boolean(env.SCRIPT) || started('script')],
		[kept.ttyrec, started('ttyrec')],
		[kept.ssh, Boolean(env.SSH_TTY)],
	];
	return there.filter(([, is]) => is).map(([recorder]) => recorder);
}

/** The maximum number of parent processes to check. */
const MOST_ANCESTORS = 16;

/**
 * Names of the parent processes, nearest first; empty without /proc.
 *
 * @param proc Where the proc file system is mounted.
 */
export function readAncestorProcessNames(pid: number, proc = '/proc'): string[] {
	const names: string[] = [];
	try {
		for (let at = pid; at > 1 && names.length < MOST_ANCESTORS; ) {
			// pid (name) state parent …: the name can contain blanks and parentheses.
			const text = readFileSync(`${proc}/${at}/stat`, 'utf8');
			const end = text.lastIndexOf(')');
			names.push(text.slice(text.indexOf('(') + 1, end));
			at = Number(text.slice(end + 2).split(' ')[1]);
		}
	} catch {
		// Not Linux, or a process of another user: only the environment is available.
	}
	return names;
}
