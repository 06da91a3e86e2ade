import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * When a process started, as an opaque text: together with the pid it names one process for good,
 * while a pid alone may be given to another. Undefined when there is no such process, or only a
 * zombie of it.
 *
 * Linux: boot id and field 22 of /proc/PID/stat (proc_pid_stat(5)); elsewhere `ps -o lstart=`.
 */
export async function processStartedAt(pid: number): Promise<string | undefined> {
	if (process.platform !== 'linux') return startedAtFromPs(pid);
	try {
		const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
		// The command, field 2, may itself hold spaces and brackets: count from its closing one.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		const [state] = fields;
		const ticks = fields[19];
		if (ticks === undefined || state === 'Z' || state === 'X') return undefined;
		const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
		return `${boot.trim()}:${ticks}`;
	} catch {
		return undefined;
	}
}

async function startedAtFromPs(pid: number): Promise<string | undefined> {
	try {
		const { stdout } = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
			env: { ...process.env, LC_ALL: 'C' },
		});
		const [, state, started] = /^\s*(\S+)\s+(.+?)\s*$/.exec(stdout) ?? [];
		return state?.startsWith('Z') ? undefined : started;
	} catch {
		return undefined;
	}
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
