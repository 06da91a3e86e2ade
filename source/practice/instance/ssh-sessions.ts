import { type ChildProcess, spawn } from 'node:child_process';
import type { ServerChannel, Session } from 'ssh2';
import {
	buildChildEnvironment,
	type ChildEnvironment,
	exactEnvironment,
} from '../../engine/child-environment.ts';
import { type InstanceLayout, PRACTICE_USER } from './instance-layout.ts';

/** The environment of a command over SSH, as after a login. */
function createSshCommandEnvironment(layout: InstanceLayout): ChildEnvironment {
	const add = {
		PATH: `${layout.bin}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`,
		HOME: layout.home,
		// Where an interactive bash stores its history.
		HISTFILE: layout.history,
		USER: PRACTICE_USER,
		LOGNAME: PRACTICE_USER,
		SHELL: '/bin/sh',
		LANG: 'C.UTF-8',
		TERM: 'dumb',
	};
	return buildChildEnvironment({ for: 'helper', inherited: {}, add });
}

/**
 * Serves one session: commands in a real shell, with or without a terminal. As with sshd, a command
 * without a terminal outlives its connection; one with a terminal receives SIGHUP.
 */
export function handleSshSession(
	session: Session,
	layout: InstanceLayout,
	children: Set<ChildProcess>,
): void {
	let terminal = false;
	const begin = (channel: ServerChannel, command: string) => {
		const [program, words] = terminal ? inTerminal(command) : ['/bin/sh', ['-c', command]];
		const child = spawn(program, words, {
			...exactEnvironment(createSshCommandEnvironment(layout)),
			...{ cwd: layout.home, stdio: 'pipe' },
		});
		children.add(child);
		join(child, channel, terminal);
		child.once('close', () => children.delete(child));
	};
	session.on('pty', (accept) => {
		terminal = true;
		accept?.();
	});
	session.on('window-change', (accept) => accept?.());
	session.on('env', (accept) => accept?.());
	session.on('exec', (accept, _, { command }) => begin(accept(), command));
	session.on('shell', (accept) => begin(accept(), terminal ? 'exec sh -i' : 'exec sh'));
}

/** script(1) provides a pseudo-terminal, which Node does not; -e keeps the exit code. */
function inTerminal(command: string): [string, string[]] {
	return process.platform === 'linux'
		? ['script', ['-qfe', '-E', 'never', '-c', command, '/dev/null']]
		: ['script', ['-q', '/dev/null', '/bin/sh', '-c', command]];
}

function join(child: ChildProcess, channel: ServerChannel, terminal: boolean): void {
	const { stdin, stdout, stderr } = child;
	for (const stream of [stdin, stdout, stderr, channel, channel.stderr]) {
		// Either side may close first; the other then sees the end of the stream.
		stream?.on('error', () => {});
	}
	if (stdin !== null) channel.pipe(stdin);
	stdout?.pipe(channel, { end: false });
	stderr?.pipe(channel.stderr, { end: false });
	channel.once('close', () => {
		stdin?.destroy();
		if (terminal) child.kill('SIGHUP');
		// Close the pipes, so that a command that continues to print gets an error.
		stdout?.destroy();
		stderr?.destroy();
	});
	child.once('error', (error) => {
		channel.stderr.write(`${error.message}\n`);
		channel.exit(127);
		channel.end();
	});
	child.once('close', (code, signal) => {
		if (code !== null) channel.exit(code);
		else channel.exit((signal ?? 'SIGKILL').replace('SIG', ''), false);
		channel.end();
	});
}
