import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Looks at the command lines of all processes, again and again, until stopped. */
export function watchProcessList(everyMs = 250): { lines: Set<string>; stop(): Promise<void> } {
	const lines = new Set<string>();
	let over = false;
	const watching = (async () => {
		while (!over) {
			const { stdout } = await run('ps', ['-eo', 'args'], { maxBuffer: 50_000_000 });
			for (const line of stdout.split('\n')) lines.add(line);
			await new Promise((resolve) => setTimeout(resolve, everyMs));
		}
	})();
	return {
		lines,
		async stop() {
			over = true;
			await watching;
		},
	};
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
