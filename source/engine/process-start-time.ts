import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { buildChildEnvironment, createExactEnvironmentOptions } from './child-environment.ts';
import { limits } from './limits.ts';

/**
 * The start time of a process as an opaque string. Together with the pid it identifies a process
 * uniquely, because a pid alone can be reused. Undefined when the process does not exist or is a
 * zombie, which in a container may never be reaped.
 *
 * Linux: boot id and field 22 of /proc/PID/stat (proc_pid_stat(5)). Where /proc is not available, as on
 * macOS: `ps -o lstart=`.
 *
 * @param proc Where the proc file system is mounted.
 */
export function getProcessStartTime(pid: number, proc = '/proc'): string | undefined {
	return existsSync(`${proc}/self/stat`) ? fromProc(pid, proc) : fromPs(pid);
}

function fromProc(pid: number, proc: string): string | undefined {
	try {
		const stat = readFileSync(`${proc}/${pid}/stat`, 'utf8');
		// The command (field 2) can contain spaces and brackets, so fields are counted from the last bracket.
		const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		const ticks = fields[18];
		if (ticks === undefined || state === 'Z' || state === 'X') return undefined;
		return `${readFileSync(`${proc}/sys/kernel/random/boot_id`, 'utf8').trim()}/${ticks}`;
	} catch {
		return undefined;
	}
}

const psEnvironment = () =>
	buildChildEnvironment({
		for: 'helper',
		inherited: process.env,
		add: { LC_ALL: 'C', TZ: 'UTC' },
	});

function fromPs(pid: number): string | undefined {
	try {
		const printed = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
			...createExactEnvironmentOptions(psEnvironment()),
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'ignore'],
			timeout: limits.helperMs,
			killSignal: 'SIGKILL',
		});
		const [, state, began] = /^(\S+)\s+(.+)$/.exec(printed.trim()) ?? [];
		return state === undefined || state.startsWith('Z') ? undefined : began;
	} catch {
		return undefined;
	}
}
