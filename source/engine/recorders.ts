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
		what: 'This terminal is inside tmux, which can log panes and shows them to whoever attaches.',
		advice: 'Run the ceremony outside tmux, or detach all others and turn pipe-pane off.',
	},
	screen: {
		name: 'screen',
		what: 'This terminal is inside screen, which can log and shows windows to whoever attaches.',
		advice:
			'Run the ceremony outside screen, or turn its log off (ctrl-a H) and detach all others.',
	},
	zellij: {
		name: 'zellij',
		what: 'This terminal is inside zellij, which keeps scrollback and shows panes to whoever attaches.',
		advice: 'Run the ceremony outside zellij, or detach all others.',
	},
	asciinema: {
		name: 'asciinema',
		what: 'asciinema records this terminal: every share shown would be in its file.',
		advice: 'End the recording (exit) and begin again in a terminal that is not recorded.',
	},
	script: {
		name: 'script',
		what: 'script records this terminal: every share shown would be in its file.',
		advice: 'End the recording (exit) and begin again in a terminal that is not recorded.',
	},
	ttyrec: {
		name: 'ttyrec',
		what: 'ttyrec records this terminal: every share shown would be in its file.',
		advice: 'End the recording (exit) and begin again in a terminal that is not recorded.',
	},
	ssh: {
		name: 'ssh',
		what: 'This terminal is on another machine, over ssh: that machine, or a bastion, may record it.',
		advice: 'Run it where the custodians sit, or ask who runs that machine whether it records.',
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
