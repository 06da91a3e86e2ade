import type { Readable } from 'node:stream';
import { limits } from './limits.ts';

/** A child that leads a process group of its own (`detached`), with its output on pipes. */
interface GroupLeader {
	pid?: number | undefined;
	stdout: Readable | null | undefined;
	stderr: Readable | null | undefined;
	nodeChildProcess: { once(event: 'exit', heard: () => void): unknown };
}

export interface EndGroupOptions {
	signal?: AbortSignal | undefined;
	limitMs: number;
	/** Milliseconds between SIGINT and SIGKILL; 0 sends SIGKILL at once. */
	graceMs: number;
	/** Milliseconds for what the child started to close its output, once the child has exited. */
	openOutputMs?: number;
}

/** Why a group was ended: interrupted, too late, exited with its output still open, too much output. */
export type EndReason = 'cancelled' | 'late' | 'open-output' | 'too-large';

/**
 * Ends a child and all of its process group when a limit has passed or a signal is aborted. What is
 * left of it then is ended by SIGKILL, and its pipes are closed on this side: a process that has left
 * the group could hold them open for ever.
 */
export function endGroupWhen(
	child: GroupLeader,
	{ signal, limitMs, graceMs, openOutputMs = limits.openOutputMs }: EndGroupOptions,
): { why(): EndReason | undefined; tooLarge(): void; stop(): void } {
	let why: EndReason | undefined;
	const timers: NodeJS.Timeout[] = [];
	const kill = (): void => {
		sendToGroup(child.pid, 'SIGKILL');
		child.stdout?.destroy();
		child.stderr?.destroy();
	};
	const end = (reason: EndReason): void => {
		if (why !== undefined) return;
		why = reason;
		if (graceMs === 0 || reason === 'open-output' || reason === 'too-large') {
			kill();
		} else {
			sendToGroup(child.pid, 'SIGINT');
			timers.push(setTimeout(kill, graceMs));
		}
	};
	const abort = (): void => end('cancelled');
	timers.push(setTimeout(end, limitMs, 'late'));
	child.nodeChildProcess.once('exit', () =>
		timers.push(setTimeout(end, openOutputMs, 'open-output')),
	);
	if (signal?.aborted) abort();
	signal?.addEventListener('abort', abort, { once: true });
	return {
		why: () => why,
		tooLarge: () => end('too-large'),
		stop: () => {
			for (const timer of timers) clearTimeout(timer);
			signal?.removeEventListener('abort', abort);
			// What a child that ended well left running (an agent, say) is meant to stay.
			if (why !== undefined) sendToGroup(child.pid, 'SIGKILL');
		},
	};
}

function sendToGroup(pid: number | undefined, signal: NodeJS.Signals): void {
	if (pid === undefined) return;
	try {
		process.kill(-pid, signal);
	} catch {
		// It has ended by itself.
	}
}
