import { cp } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { findProviderMirror } from '../../source/terraform/provider-mirror.ts';

export const templatesFolder = fileURLToPath(new URL('../../templates', import.meta.url));

export const templateNames = ['base-vpc', 'minimum-viable-iam', 'aws-standard'] as const;

export interface Outcome {
	exitCode: number;
	stdout: string;
	stderr: string;
}

/** Copies a template without what an earlier `init` in it may have left. */
export async function copyTemplate(name: (typeof templateNames)[number], to: string) {
	await cp(join(templatesFolder, name), to, {
		recursive: true,
		filter: (path) => !basename(path).startsWith('.terraform'),
	});
}

/** Runs terraform in `folder`; a failure is an outcome like any other. */
export async function terraform(
	folder: string,
	args: readonly string[],
	environment: NodeJS.ProcessEnv = process.env,
): Promise<Outcome> {
	const { exitCode, stdout, stderr } = await execa('terraform', args, {
		cwd: folder,
		env: { ...environment, TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' },
		extendEnv: false,
		reject: false,
		stdin: 'ignore',
	});
	return { exitCode: exitCode ?? -1, stdout, stderr };
}

/** `terraform init` with the providers this machine has, or from the registry. */
export async function init(folder: string, environment: NodeJS.ProcessEnv = process.env) {
	const mirror = await findProviderMirror({
		environment: process.env,
		home: homedir(),
	});
	const from = mirror?.folder === undefined ? [] : [`-plugin-dir=${mirror.folder}`];
	return terraform(folder, ['init', '-no-color', '-backend=false', ...from], environment);
}

/** What a failed command said, to be the message of a failed expectation. */
export function said({ stdout, stderr }: Outcome): string {
	return `${stdout}\n${stderr}`.trim().split('\n').slice(-60).join('\n');
}
