import { join } from 'node:path';
import { limits } from '../engine/limits.ts';
import { readOwnText } from '../engine/own-file.ts';

export interface CliConfig {
	path: string;
	/** `filesystem_mirror`, `network_mirror` or both are set. */
	configuresMirror: boolean;
}

/**
 * Terraform's own configuration file, where it is: TF_CLI_CONFIG_FILE (or the older
 * TERRAFORM_CONFIG), else `.terraformrc` in the home folder. Undefined when there is none.
 * https://developer.hashicorp.com/terraform/cli/config/config-file
 */
export function readCliConfig(environment: NodeJS.ProcessEnv, home: string): CliConfig | undefined {
	const named = environment.TF_CLI_CONFIG_FILE || environment.TERRAFORM_CONFIG;
	const path = named || join(home, '.terraformrc');
	let text: string;
	try {
		text = readOwnText(path, limits.configBytes) ?? '';
	} catch {
		// Terraform only warns of a named file that is missing, and goes on without.
		return undefined;
	}
	return { path, configuresMirror: configuresMirror(text) };
}

/** A sketch of HCL is enough here: does a `provider_installation` block hold a mirror block? */
function configuresMirror(text: string): boolean {
	const code = text
		.replace(/\/\*[\s\S]*?\*\//g, '')
		.split('\n')
		.map((line) => line.replace(/^\s*(?:#|\/\/).*/, ''))
		.join('\n');
	const installation = code.indexOf('provider_installation');
	if (installation === -1) return false;
	return /\b(?:filesystem|network)_mirror"?\s*:?\s*[[{]/.test(code.slice(installation));
}
