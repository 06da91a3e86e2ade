import { execa } from 'execa';
import { exactEnvironment } from '../engine/child-environment.ts';
import type { SecretBytes } from '../engine/secret-bytes.ts';
import { trackWait } from '../engine/wait-registry.ts';
import { frameCommand, parseFramedOutput } from './command-framing.ts';
import type { Instance, RemoteOptions, RemoteResult, SshTarget } from './instance-types.ts';
import { formatRemoteCommand } from './remote-command.ts';
import {
	assertConnected,
	createLostError,
	createTimeoutError,
	describeRemoteCommand,
	truncateCommand,
} from './run-command.ts';
import { createSessionArguments } from './ssh-arguments.ts';
import { getLastSshMessage } from './ssh-errors.ts';
import type { SshMaster } from './ssh-master.ts';

/** A prompt of a command on a terminal, and the reply to it. */
interface TerminalReply {
	/** The end of the prompt as the command prints it: "will be hidden): ". */
	prompt: string;
	/** Without the line end. */
	reply: SecretBytes;
}

export interface TerminalOptions extends Omit<RemoteOptions, 'stdin'> {
	/** In the order of the prompts; each is written once, and only after its prompt. */
	replies: readonly TerminalReply[];
}

/** An instance that can also run commands on a terminal. */
export interface TerminalInstance extends Instance {
	/**
	 * For commands that read secrets only from a terminal. Echo is off before the command starts, since
	 * some commands prompt before they turn it off themselves.
	 *
	 * @returns All output as `stdout`, since a terminal has one stream; `stderr` is ''.
	 * @throws InstanceError as `run` does
	 */
	runInTerminal(command: readonly string[], options: TerminalOptions): Promise<RemoteResult>;
}

const MAX_TERMINAL_OUTPUT_BYTES = 1024 * 1024;

export async function runRemoteCommandInTerminal(
	master: SshMaster,
	target: SshTarget,
	command: readonly string[],
	options: TerminalOptions,
): Promise<RemoteResult> {
	assertConnected(master, target, options.signal);
	const framed = frameCommand(command);
	// Without line-end translation; a hang-up of the terminal ends the command.
	const line = `stty -echo -onlcr || exit 96; ${framed.line}`;
	const child = execa('ssh', createSessionArguments(target, master.socket, line, true), {
		...exactEnvironment(master.environment),
		reject: false,
		...{ detached: true, buffer: false, stdin: 'pipe', stdout: 'pipe', stderr: 'pipe' },
		...{ timeout: options.timeoutMs, cancelSignal: options.signal, forceKillAfterDelay: 1_000 },
	});
	const chunks: Buffer[] = [];
	const errorChunks: Buffer[] = [];
	const pendingReplies = [...options.replies];
	let from = 0;
	let size = 0;
	child.stdin.on('error', () => {});
	child.nodeChildProcess.once('exit', (_, signal) => {
		// The master process may hold the other ends of these for as long as the command runs.
		if (signal !== null) for (const stream of [child.stdout, child.stderr]) stream.destroy();
	});
	child.stderr.on('data', (chunk: Buffer) => errorChunks.push(chunk));
	child.stdout.on('data', (chunk: Buffer) => {
		size += chunk.length;
		if (size > MAX_TERMINAL_OUTPUT_BYTES) child.kill();
		chunks.push(chunk);
		const [next] = pendingReplies;
		if (next === undefined) return;
		const printed = Buffer.concat(chunks);
		const at = printed.indexOf(next.prompt, from);
		if (at === -1) return;
		from = at + next.prompt.length;
		pendingReplies.shift();
		const typed = next.reply.use((bytes) => Buffer.concat([bytes, Buffer.from('\n')]));
		child.stdin.write(typed, () => typed.fill(0));
	});
	const ended = await trackWait(describeRemoteCommand(target), options.timeoutMs, () => child);
	const text = truncateCommand(formatRemoteCommand(command));
	if (ended.timedOut) throw createTimeoutError(text, options.timeoutMs);
	const printed = Buffer.concat(chunks);
	// A terminal has one stream: the markers of standard error are part of its output.
	const whole = parseFramedOutput(framed, printed, printed.toString('latin1'));
	if (whole !== undefined) {
		const stdout = Buffer.from(whole.stderr.replace(framed.mark, ''), 'latin1');
		return { exitCode: whole.exitCode, stdout, stderr: '' };
	}
	if (ended.isCanceled) throw createLostError(`${text} was cancelled while it was running.`);
	const words = getLastSshMessage(Buffer.concat(errorChunks).toString('utf8'));
	throw createLostError(
		`The connection to ${target.host} was lost while ${text} was running.`,
		words,
	);
}
