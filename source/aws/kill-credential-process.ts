import { readdirSync, readFileSync } from 'node:fs';

/**
 * Kills a `credential_process` that the SDK waits for. The SDK starts it by `exec` without a time
 * limit and without a way to end it, so this program could not exit before it. Its processes are
 * the children of this one in the same process group: other long-running children have their own
 * group. Does nothing without /proc.
 *
 * Call it repeatedly: it stops the processes and kills them only once all are stopped. A shell that
 * is killed while it starts a program leaves that program behind, with another parent.
 *
 * @param proc Where the proc file system is mounted.
 */
export function killCredentialProcess(proc = '/proc'): void {
	let found = descendantsInGroup(process.pid, proc);
	// A process may have started another one between the listing and the reading of its own state.
	if (found.every(isStopped)) found = descendantsInGroup(process.pid, proc);
	const signal = found.every(isStopped) ? 'SIGKILL' : 'SIGSTOP';
	for (const { pid } of found) {
		try {
			process.kill(pid, signal);
		} catch {
			// It has already ended.
		}
	}
}

interface Process {
	pid: number;
	/** `T` is stopped, `Z` has ended. */
	state: string;
	parent: number;
	group: number;
}

const isStopped = ({ state }: Process): boolean => state === 'T' || state === 'Z';

function descendantsInGroup(of: number, proc: string): Process[] {
	const all = processes(proc);
	const group = all.find(({ pid }) => pid === of)?.group;
	const found: Process[] = [];
	let parents = [of];
	while (parents.length > 0) {
		const children = all.filter((one) => one.group === group && parents.includes(one.parent));
		found.push(...children);
		parents = children.map(({ pid }) => pid);
	}
	return found;
}

/** All processes of the system (proc_pid_stat(5)). */
function processes(proc: string): Process[] {
	let names: string[];
	try {
		names = readdirSync(proc).filter((name) => /^\d+$/.test(name));
	} catch {
		return [];
	}
	return names.flatMap((name) => {
		try {
			const stat = readFileSync(`${proc}/${name}/stat`, 'utf8');
			// The command, field 2, may contain spaces and brackets: count from its closing bracket.
			const [state = '', parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
			return [{ pid: Number(name), state, parent: Number(parent), group: Number(group) }];
		} catch {
			return [];
		}
	});
}
