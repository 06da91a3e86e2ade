import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { createExactEnvironmentOptions } from '../engine/child-environment.ts';
import type { SecretBytes } from '../engine/secret-bytes.ts';
import { trackWait } from '../engine/wait-registry.ts';
import {
	InstanceError,
	type RemoteArgv,
	type RemoteCommandOptions,
	type RemoteResult,
	type SshTarget,
} from './instance-types.ts';
import {
	encodeStdin,
	frameCommand,
	parseFramedOutput,
	quoteRemoteCommand,
} from './remote-command-framing.ts';
import { createSessionArguments } from './ssh-arguments.ts';
import { getLastSshMessage } from './ssh-failure-messages.ts';
import type { SshMaster } from './ssh-master.ts';

/** Far above the output of any command of this program; a flood ends the session. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const CLOSE_NOTICE_MS = 500;

/**
 * Runs a command over the connection and waits for its end.
 *
 * @throws InstanceError `unreachable` when the connection had already ended, `lost`, `timeout`
 */
export async function runRemoteCommand(
	master: SshMaster,
	target: SshTarget,
	command: RemoteArgv,
	options: RemoteCommandOptions,
): Promise<RemoteResult> {
	assertConnected(master, target, options.signal);
	const input = options.stdin === undefined ? undefined : encodeInput(options.stdin);
	const framed = frameCommand(command, input && input.length - 1);
	const child = execa('ssh', createSessionArguments(target, master.socket, framed.line), {
		...createExactEnvironmentOptions(master.environment),
		reject: false,
		// Ctrl-C in this terminal is handled by this program only.
		...{
			detached: true,
			encoding: 'buffer',
			maxBuffer: MAX_OUTPUT_BYTES,
			stripFinalNewline: false,
		},
		...{ timeout: options.timeoutMs, cancelSignal: options.signal, forceKillAfterDelay: 1_000 },
		stdin: input === undefined ? 'ignore' : 'pipe',
	});
	child.stdin?.on('error', () => {});
	child.stdin?.end(input);
	// Without the words of the command, which may be a whole script.
	const waitName = `a command on ${target.host}`;
	const ended = await trackWait(waitName, options.timeoutMs, () => child);
	input?.fill(0);
	const text = truncateCommand(quoteRemoteCommand(command));
	if (ended.timedOut) throw createTimeoutError(text, options.timeoutMs);
	const stderr = Buffer.from(ended.stderr ?? '').toString('utf8');
	const result = parseFramedOutput(framed, toBuffer(ended.stdout), stderr);
	if (result !== undefined) return result;
	if (ended.isCanceled) throw createLostError(`${text} was cancelled while it was running.`);
	if (ended.isMaxBuffer) throw createLostError(`${text} printed too much output.`);
	// The connection ends shortly after its sessions; from then on nothing more is sent.
	await Promise.race([master.gone, sleep(CLOSE_NOTICE_MS, undefined, { ref: false })]);
	throw createLostError(
		`The connection to ${target.host} was lost while ${text} was running.`,
		getLastSshMessage(stderr),
	);
}

/** @throws InstanceError `unreachable`: nothing was sent */
export function assertConnected(master: SshMaster, target: SshTarget, signal?: AbortSignal): void {
	const end = master.ended();
	if (end === undefined && signal?.aborted !== true) return;
	if (end === undefined) {
		throw new InstanceError('unreachable', 'The command was cancelled before anything was sent.');
	}
	throw new InstanceError(
		'unreachable',
		`The connection to ${target.host} has ended; nothing was sent.`,
		end === '' ? [] : [`ssh reported: ${end}`],
	);
}

function createLostError(message: string, sshMessage = ''): InstanceError {
	return new InstanceError('lost', message, [
		'It may or may not have been executed. Check before you retry.',
		...(sshMessage === '' ? [] : [`ssh reported: ${sshMessage}`]),
	]);
}

export function createTimeoutError(text: string, limitMs: number): InstanceError {
	return new InstanceError('timeout', `${text} did not finish within ${limitMs / 1000} s.`, [
		'It may still be running or have been executed. Check before you retry.',
	]);
}

function truncateCommand(text: string): string {
	const [line = ''] = text.split('\n');
	return line.length > 80 || line !== text ? `${line.slice(0, 79)}…` : line;
}

function encodeInput(stdin: SecretBytes | Buffer): Buffer {
	return Buffer.isBuffer(stdin) ? encodeStdin(stdin) : stdin.use(encodeStdin);
}

function toBuffer(bytes: Uint8Array | undefined): Buffer {
	return bytes === undefined
		? Buffer.alloc(0)
		: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
