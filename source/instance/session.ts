import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { onlyWith } from '../engine/child-environment.ts';
import type { SecretBytes } from '../engine/secret-bytes.ts';
import { waitingFor } from '../engine/waits.ts';
import {
	InstanceError,
	type RemoteCommand,
	type RemoteOptions,
	type RemoteResult,
	type SshTarget,
} from './contract.ts';
import { encodeStdin, frame, unframe } from './framing.ts';
import type { Master } from './master.ts';
import { lastWords } from './refusal.ts';
import { commandText } from './shell.ts';
import { sessionArguments } from './ssh-words.ts';

/** Far above the output of any command of this program; a flood ends the session. */
const MOST_OUTPUT = 64 * 1024 * 1024;
const NOTICED_MS = 500;

/**
 * Runs a command over the connection and waits for its end.
 *
 * @throws InstanceError `unreachable` when the connection had already ended, `lost`, `timeout`
 */
export async function runOver(
	master: Master,
	target: SshTarget,
	command: RemoteCommand,
	options: RemoteOptions,
): Promise<RemoteResult> {
	assertOpen(master, target, options.signal);
	const input = options.stdin === undefined ? undefined : encoded(options.stdin);
	const framed = frame(command, input && input.length - 1);
	const child = execa('ssh', sessionArguments(target, master.socket, framed.line), {
		...onlyWith(master.environment),
		reject: false,
		// Ctrl-C in this terminal is handled by this program only.
		...{ detached: true, encoding: 'buffer', maxBuffer: MOST_OUTPUT, stripFinalNewline: false },
		...{ timeout: options.timeoutMs, cancelSignal: options.signal, forceKillAfterDelay: 1_000 },
		stdin: input === undefined ? 'ignore' : 'pipe',
	});
	child.stdin?.on('error', () => {});
	child.stdin?.end(input);
	const ended = await waitingFor(commandOn(target), options.timeoutMs, () => child);
	input?.fill(0);
	const text = shortened(commandText(command));
	if (ended.timedOut) throw timeout(text, options.timeoutMs);
	const stderr = Buffer.from(ended.stderr ?? '').toString('utf8');
	const result = unframe(framed, asBuffer(ended.stdout), stderr);
	if (result !== undefined) return result;
	if (ended.isCanceled) throw lost(`${text} was cancelled while it was running.`);
	if (ended.isMaxBuffer) throw lost(`${text} printed too much output.`);
	// The connection ends shortly after its sessions; from then on nothing more is sent.
	await Promise.race([master.gone, sleep(NOTICED_MS, undefined, { ref: false })]);
	throw lost(
		`The connection to ${target.host} was lost while ${text} was running.`,
		lastWords(stderr),
	);
}

/** @throws InstanceError `unreachable`: nothing was sent */
export function assertOpen(master: Master, target: SshTarget, signal?: AbortSignal): void {
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

/** Names the wait for a command without its words, which may be a whole script. */
export function commandOn({ host }: SshTarget): string {
	return `a command on ${host}`;
}

export function lost(message: string, said = ''): InstanceError {
	return new InstanceError('lost', message, [
		'It may or may not have been executed. Check before you retry.',
		...(said === '' ? [] : [`ssh reported: ${said}`]),
	]);
}

export function timeout(text: string, limitMs: number): InstanceError {
	return new InstanceError('timeout', `${text} did not finish within ${limitMs / 1000} s.`, [
		'It may still be running or have been executed. Check before you retry.',
	]);
}

export function shortened(text: string): string {
	const [line = ''] = text.split('\n');
	return line.length > 80 || line !== text ? `${line.slice(0, 79)}…` : line;
}

function encoded(stdin: SecretBytes | Buffer): Buffer {
	return Buffer.isBuffer(stdin) ? encodeStdin(stdin) : stdin.use(encodeStdin);
}

function asBuffer(bytes: Uint8Array | undefined): Buffer {
	return bytes === undefined
		? Buffer.alloc(0)
		: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
