import { readdirSync, readFileSync } from 'node:fs';

/**
 * Kills a `credential_process` that the SDK waits for. The SDK starts it by `exec` without a time
 * limit and without a way to end it, so this program could not exit before it. Its processes are
 * the children of this one in the same process group: other long-running children have their own
 * group. Does nothing without /proc.
 */
export function killCredentialProcess(): void {
	for (const pid of descendantsInGroup(process.pid)) {
		try {
			process.kill(pid, 'SIGKILL');
		} catch {
			// It has already ended.
		}
	}
}

interface Process {
	pid: number;
	parent: number;
	group: number;
}

function descendantsInGroup(of: number): number[] {
	const all = processes();
	const group = all.find(({ pid }) => pid === of)?.group;
	const found: number[] = [];
	let parents = [of];
	while (parents.length > 0) {
		const children = all
			.filter((one) => one.group === group && parents.includes(one.parent))
			.map(({ pid }) => pid);
		found.push(...children);
		parents = children;
	}
	return found;
}

/** All processes of the system (proc_pid_stat(5)). */
function processes(): Process[] {
	let names: string[];
	try {
		names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
	} catch {
		return [];
	}
	return names.flatMap((name) => {
		try {
			const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
			// The command, field 2, may contain spaces and brackets: count from its closing bracket.
			const [, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
			return [{ pid: Number(name), parent: Number(parent), group: Number(group) }];
		} catch {
			return [];
		}
	});
}
