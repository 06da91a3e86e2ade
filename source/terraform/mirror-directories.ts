import { join } from 'node:path';
import { buildChildEnvironment } from '../engine/child-environment.ts';
import { WizardError } from '../engine/errors.ts';
import { limits } from '../engine/limits.ts';
import { runHelper } from '../engine/run-helper.ts';
import { trackWait } from '../engine/wait-registry.ts';

interface DirectoryProbeOptions {
	environment: NodeJS.ProcessEnv;
	signal?: AbortSignal | undefined;
	/** Milliseconds. Default: `limits.helperMs`. */
	limitMs?: number;
}

/**
 * Reads a directory in a separate process first: on a network file system that hangs, a read in
 * this process could not be interrupted and would keep it from exiting.
 *
 * @param subdirectory The part of the directory that will be read.
 * @throws WizardError `timeout` if it does not respond in time, `cancelled`.
 */
export async function assertDirectoryResponds(
	folder: string,
	subdirectory: string,
	probe: DirectoryProbeOptions,
): Promise<void> {
	const name = `the provider mirror ${folder}`;
	const script = 'ls -R -- "$1" >/dev/null 2>&1; :';
	const { ended } = await inShell(name, script, [join(folder, subdirectory)], probe);
	if (ended) return;
	const { limitMs = limits.helperMs } = probe;
	throw new WizardError('timeout', {
		message: `The provider mirror ${folder} did not respond within ${limitMs / 1000} s.`,
		expected: 'a readable directory',
		next: [`Check its file system: ls ${folder}`, 'Run the same command again.'],
	});
}

/**
 * Returns those of `root` and its subdirectories that contain `below`, sorted by name; without
 * those that do not respond in time.
 *
 * @throws WizardError `cancelled`
 */
export async function findDirectoriesContaining(
	root: string,
	subdirectory: string,
	probe: DirectoryProbeOptions,
): Promise<string[]> {
	const script = `for folder in "$1" "$1"/.[!.]* "$1"/*; do
	if [ -d "$folder/$2" ]; then printf '%s\\n' "$folder"; fi
done`;
	const { stdout } = await inShell(`the directory ${root}`, script, [root, subdirectory], probe);
	return stdout
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => join(line))
		.sort();
}

async function inShell(
	name: string,
	script: string,
	words: readonly string[],
	{ environment, signal, limitMs = limits.helperMs }: DirectoryProbeOptions,
): Promise<{ ended: boolean; stdout: string }> {
	const { exitCode, stdout } = await trackWait(name, limitMs, () =>
		runHelper('/bin/sh', ['-c', script, 'sh', ...words], {
			environment: buildChildEnvironment({ for: 'helper', inherited: environment }),
			...{ reject: false, stdin: 'ignore', timeout: limitMs, signal },
		}),
	);
	if (signal?.aborted === true) {
		throw new WizardError('cancelled', {
			message: `Reading ${name} was interrupted.`,
			next: ['Run the same command again.'],
		});
	}
	return { ended: exitCode !== undefined, stdout };
}
