import { setTimeout as sleep } from 'node:timers/promises';
import { getProcessStartTime } from '../engine/process-start-time.ts';

/** Whether the recorded process still runs, and not another one with the same PID. */
export function isSameProcess(pid: number, startedAt: string): boolean {
	return getProcessStartTime(pid) === startedAt;
}

/**
 * Ends the process group of the recorded process: SIGTERM, then SIGKILL after `graceMs`. Does
 * nothing if that process is gone.
 */
export async function endProcessGroup(
	pid: number,
	startedAt: string,
	graceMs = 5_000,
): Promise<void> {
	for (const [signal, waitMs] of [
		['SIGTERM', graceMs],
		['SIGKILL', 2_000],
	] as const) {
		if (!isSameProcess(pid, startedAt)) return;
		signalGroup(pid, signal);
		const deadline = Date.now() + waitMs;
		while (Date.now() < deadline && isSameProcess(pid, startedAt)) await sleep(25);
	}
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(-pid, signal);
	} catch (error) {
		// The process ended between the check and the signal.
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
	}
}
