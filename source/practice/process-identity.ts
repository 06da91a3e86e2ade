import { setTimeout as sleep } from 'node:timers/promises';
import { processBirth } from '../engine/process-birth.ts';

/**
 * When a process started, as an opaque text; undefined when there is no such process, or only a
 * zombie of it.
 */
export async function processStartedAt(pid: number): Promise<string | undefined> {
	return processBirth(pid);
}

/** True while exactly the recorded process lives (not another one that was given its pid). */
export async function isSameProcess(pid: number, startedAt: string): Promise<boolean> {
	return (await processStartedAt(pid)) === startedAt;
}

/**
 * Ends the process group that the recorded process leads: SIGTERM, then after `graceMs` SIGKILL.
 * Does nothing when that very process is gone.
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
		if (!(await isSameProcess(pid, startedAt))) return;
		signalGroup(pid, signal);
		const deadline = Date.now() + waitMs;
		while (Date.now() < deadline && (await isSameProcess(pid, startedAt))) await sleep(25);
	}
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(-pid, signal);
	} catch (error) {
		// Gone between the look and the signal: what was wanted.
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
	}
}
