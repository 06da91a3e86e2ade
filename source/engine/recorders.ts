import { readFileSync } from 'node:fs';

/** Something that may keep what a terminal shows, and what to do about it. */
export interface Recorder {
	/** "tmux" */
	name: string;
	/** What it may keep, in one sentence. */
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
} as const satisfies Record<string, Recorder>;

/**
 * What around this terminal may keep a share that is shown.
 *
 * @param env TMUX, STY (screen), ZELLIJ, ASCIINEMA_REC (asciinema 2), ASCIINEMA_SESSION (3), SCRIPT
 * (of BSD) and SSH_TTY tell.
 * @param ancestors Names of the programs this one was started from: the `script` of Linux sets nothing,
 * and sudo takes all the others away.
 */
export function recorders(env: Env, ancestors: readonly string[] = []): Recorder[] {
	// tmux and screen call the process that keeps their windows "tmux: server" and "SCREEN".
	const started = (name: string) =>
		ancestors.some(
			(one) => one === name || one === `${name}: server` || one === name.toUpperCase(),
		);
	const there: [Recorder, boolean][] = [
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

/** More than this no terminal is away from its programs. */
const MOST_ANCESTORS = 16;

/** Names of the programs this one was started from, the nearest first; none where there is no /proc. */
export function ancestorsOf(pid: number): string[] {
	const names: string[] = [];
	try {
		for (let at = pid; at > 1 && names.length < MOST_ANCESTORS; ) {
			// pid (name) state parent …: the name may hold blanks and parentheses.
			const text = readFileSync(`/proc/${at}/stat`, 'utf8');
			const end = text.lastIndexOf(')');
			names.push(text.slice(text.indexOf('(') + 1, end));
			at = Number(text.slice(end + 2).split(' ')[1]);
		}
	} catch {
		// Not Linux, or a process of somebody else: what the environment says must do.
	}
	return names;
}
