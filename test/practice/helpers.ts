import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';

const LAYOUT = 'registry.terraform.io/hashicorp/aws';

/** Writes an executable shell script in place of a command that may be missing. */
export async function writeFakeCommand(
	folder: string,
	name: string,
	body: string,
): Promise<string> {
	await mkdir(folder, { recursive: true });
	const path = join(folder, name);
	await writeFile(path, `#!/bin/sh\n${body}\n`);
	await chmod(path, 0o755);
	return path;
}

/**
 * A PATH with the given directories and the system commands that shell scripts need, without
 * Python.
 */
export function formatPath(...folders: string[]): string {
	return [...folders, '/usr/bin', '/bin'].join(delimiter);
}

/** Finds a directory with hashicorp/aws in the layout of a provider mirror. */
export async function findTestProviderMirror(): Promise<string> {
	const given = process.env.TFE_WIZARD_PROVIDER_MIRROR;
	const roots = ['/opt', '/srv', '/usr/local/share', '/usr/share/terraform', '/var/lib', homedir()];
	const candidates = [given ?? [], join(homedir(), '.terraform.d/plugins')].flat();
	for (const root of roots.filter((one) => existsSync(one))) {
		candidates.push(root, ...(await readdir(root)).map((name) => join(root, name)));
	}
	const found = candidates.find((folder) => existsSync(join(folder, LAYOUT)));
	if (found === undefined)
		throw new Error(`no provider mirror; looked in ${candidates.join(', ')}`);
	return found;
}

/** Runs terraform in a directory with exactly this environment. */
export async function runTerraform(
	folder: string,
	environment: NodeJS.ProcessEnv,
	...args: string[]
): Promise<{ exitCode: number | undefined; stdout: string; stderr: string }> {
	const ran = await execa('terraform', args, {
		...{ cwd: folder, env: environment, extendEnv: false, reject: false, stdin: 'ignore' },
	});
	return { exitCode: ran.exitCode, stdout: ran.stdout, stderr: ran.stderr };
}

/** The minimal environment for terraform. */
export function getMinimalEnvironment(): NodeJS.ProcessEnv {
	return { PATH: process.env.PATH, HOME: process.env.HOME, CHECKPOINT_DISABLE: '1' };
}
