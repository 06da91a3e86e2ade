import { lstat, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createDirectory } from '../engine/directories.ts';
import { limits } from '../engine/limits.ts';
import { resolvePrivateDirectory } from '../engine/private-directory.ts';
import { runHelper } from '../engine/run-helper.ts';
import { trackWait } from '../engine/wait-registry.ts';
import type { MotoSourceContext } from './moto-source-context.ts';

const folderIn = (cacheDir: string) => join(cacheDir, 'moto-venv');

const DRAFT = 'moto-venv.new-';
/** No pip takes that long, so the process that created the draft is gone. */
const OLD_DRAFT_MS = 6 * 3_600_000;

/** The interpreter of the private virtual environment. */
export function getVenvPython(cacheDir: string): string {
	return join(folderIn(cacheDir), 'bin', 'python');
}

/**
 * Creates the private virtual environment once, under a temporary name that is renamed when it is
 * complete. A broken one (Python upgraded, another moto version) is recreated.
 *
 * @throws execa's error of python3 or pip.
 */
export async function ensureMotoVenv(
	context: MotoSourceContext,
	requirement: string,
): Promise<void> {
	const { cacheDir, progress } = context;
	createDirectory(cacheDir);
	if (resolvePrivateDirectory(cacheDir) === undefined) {
		throw new Error(`${cacheDir} is writable by other users, and its programs would be run`);
	}
	if (await works(context, requirement)) return;
	await removeOldDrafts(cacheDir);
	const draft = await mkdtemp(join(cacheDir, DRAFT));
	try {
		progress('Creating a private Python environment for the practice cloud (once).');
		await runInstallCommand(context, 'python3', ['-m', 'venv', draft]);
		progress(`Installing ${requirement}; this takes a minute or two.`);
		const python = join(draft, 'bin', 'python');
		await runInstallCommand(context, python, ['-m', 'pip', 'install', '--quiet', requirement]);
		await putInPlace(context, draft, requirement);
	} finally {
		await rm(draft, { recursive: true, force: true });
	}
}

async function removeOldDrafts(cacheDir: string): Promise<void> {
	for (const name of await readdir(cacheDir)) {
		if (!name.startsWith(DRAFT)) continue;
		const draft = join(cacheDir, name);
		const { mtimeMs } = await lstat(draft);
		if (Date.now() - mtimeMs > OLD_DRAFT_MS) await rm(draft, { recursive: true, force: true });
	}
}

async function putInPlace(
	context: MotoSourceContext,
	draft: string,
	requirement: string,
): Promise<void> {
	const folder = folderIn(context.cacheDir);
	// Another process may have finished its own: keep a working one.
	if (await works(context, requirement)) return;
	const broken = `${draft}.replaced`;
	await rename(folder, broken).catch(ignoreMissing);
	await rename(draft, folder);
	await rm(broken, { recursive: true, force: true });
}

async function works(context: MotoSourceContext, requirement: string): Promise<boolean> {
	const wanted = /==([\d.]+)\*/.exec(requirement)?.[1] ?? '';
	const code = 'import moto, moto.server; print(moto.__version__)';
	const ran = await runHelper(getVenvPython(context.cacheDir), ['-c', code], {
		...{ environment: context.environment, stdin: 'ignore', reject: false },
		...{ timeout: 60_000, signal: context.signal },
	});
	return ran.exitCode === 0 && `${ran.stdout}.`.startsWith(wanted);
}

/**
 * Runs a command that may download something. It is stopped with its children when the signal is
 * aborted or after `limits.fetchMs`.
 *
 * @throws execa's error.
 */
export async function runInstallCommand(
	{ environment, signal }: MotoSourceContext,
	command: string,
	args: readonly string[],
): Promise<void> {
	const timeout = limits.fetchMs;
	await trackWait([command, ...args].join(' '), timeout, () =>
		runHelper(command, args, { environment, stdin: 'ignore', timeout, signal }),
	);
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
	if (error.code !== 'ENOENT') throw error;
}
