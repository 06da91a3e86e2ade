import type { Readable } from 'node:stream';
import { limits } from './limits.ts';

/** A child that leads its own process group (`detached`), with its output on pipes. */
interface GroupLeader {
	pid?: number | undefined;
	stdout: Readable | null | undefined;
	stderr: Readable | null | undefined;
	nodeChildProcess: { once(event: 'exit', heard: () => void): unknown };
}

interface ProcessGroupLimits {
	signal?: AbortSignal | undefined;
	limitMs: number;
	/** Milliseconds between SIGINT and SIGKILL; 0 sends SIGKILL at once. */
	graceMs: number;
	/** Milliseconds for descendants to close the output after the child has exited. */
	openOutputMs?: number;
}

/** Why a group was killed: cancelled, timed out, output still open after exit, or too much output. */
export type ProcessGroupKillReason = 'cancelled' | 'late' | 'open-output' | 'too-large';

/**
 * Ends a child and its whole process group on a timeout or when a signal is aborted. Remaining
 * processes are killed with SIGKILL, and the pipes are closed on this side, because a process that
 * left the group could keep them open forever.
 */
export function endProcessGroupOnTimeoutOrAbort(
	child: GroupLeader,
	{ signal, limitMs, graceMs, openOutputMs = limits.openOutputMs }: ProcessGroupLimits,
): { why(): ProcessGroupKillReason | undefined; tooLarge(): void; stop(): void } {
	let why: ProcessGroupKillReason | undefined;
	const timers: NodeJS.Timeout[] = [];
	const kill = (): void => {
		sendToGroup(child.pid, 'SIGKILL');
		child.stdout?.destroy();
		child.stderr?.destroy();
	};
	const end = (reason: ProcessGroupKillReason): void => {
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
			// A process that a successful child left running, such as an agent, is meant to stay.
			if (why !== undefined) sendToGroup(child.pid, 'SIGKILL');
		},
	};
}

function sendToGroup(pid: number | undefined, signal: NodeJS.Signals): void {
	if (pid === undefined) return;
	try {
		process.kill(-pid, signal);
	} catch {
		// The group has already ended.
	}
}
