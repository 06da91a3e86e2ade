import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process whose words have not changed for so many looks is looked at rarely from then on. */
const SETTLED = 20;
/** Of so many looks one is at all processes. */
const ROUND = 25;

/**
 * Looks at the command lines of all processes, and at the environment of each command, again and
 * again until stopped: its variables, each once. What lives for less than a look is not seen; what
 * misses nothing is `recordExecutions`.
 */
export function watchProcesses(everyMs = 10) {
	const lines = new Set<string>();
	const environments = new Set<string>();
	let known = new Map<string, { line: string; looks: number }>();
	let round = 0;
	const look = () => {
		round += 1;
		const there = new Map<string, { line: string; looks: number }>();
		for (const pid of readdirSync('/proc')) {
			if (!/^\d+$/.test(pid)) continue;
			const before = known.get(pid);
			if (before !== undefined && before.looks > SETTLED && round % ROUND > 0) {
				there.set(pid, before);
				continue;
			}
			try {
				const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
				const same = before?.line === line;
				there.set(pid, { line, looks: same ? before.looks + 1 : 0 });
				if (same) continue;
				lines.add(line);
				const variables = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
				for (const one of variables) environments.add(one);
			} catch {
				// It ended while we looked.
			}
		}
		known = there;
	};
	const timer = setInterval(look, everyMs);
	return { lines, environments, stop: () => clearInterval(timer) };
}

export interface RunningTerraform {
	pid: number;
	folder: string;
	command: string;
}

/** Terraform and its providers at work in or below a folder; a machine may have others. */
export function listTerraformProcesses(folder: string): RunningTerraform[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.flatMap((name) => {
			try {
				const at = readlinkSync(`/proc/${name}/cwd`);
				const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
				const ours = at.startsWith(folder) && /terraform/.test(command.split(' ')[0] ?? '');
				return ours ? [{ pid: Number(name), folder: at, command }] : [];
			} catch {
				// It ended while we looked.
				return [];
			}
		});
}

/** Ends every terraform below a folder at once, providers included, as a power cut would. */
export function killTerraformProcesses(folder: string): number {
	const found = listTerraformProcesses(folder);
	for (const { pid } of found) {
		try {
			process.kill(pid, 'SIGKILL');
		} catch {
			// Gone already: the group of its parent.
		}
	}
	return found.length;
}

/** The environment a running process was started with. */
export function readProcessEnvironment(pid: number): string[] {
	return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
}
