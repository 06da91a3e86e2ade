import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * Looks at the command lines of all processes, and once at the environment of each command, again
 * and again until stopped: its variables, each once. What lives for less than a look is not seen.
 */
export function watchProcesses(everyMs = 50) {
	const lines = new Set<string>();
	const environments = new Set<string>();
	const known = new Set<string>();
	const look = () => {
		for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
			try {
				const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
				lines.add(line);
				if (known.has(`${pid} ${line}`)) continue;
				const variables = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
				for (const one of variables) environments.add(one);
				known.add(`${pid} ${line}`);
			} catch {
				// It ended while we looked.
			}
		}
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
export function terraformsBelow(folder: string): RunningTerraform[] {
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
export function cutPower(folder: string): number {
	const found = terraformsBelow(folder);
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
export function environmentOf(pid: number): string[] {
	return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
}
