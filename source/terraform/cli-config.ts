import { join } from 'node:path';
import { limits } from '../engine/limits.ts';
import { readRegularFileText } from '../engine/regular-file.ts';

interface CliConfig {
	path: string;
	/** `filesystem_mirror`, `network_mirror` or both are set. */
	configuresMirror: boolean;
}

/**
 * Reads Terraform's CLI configuration file: TF_CLI_CONFIG_FILE (or the older TERRAFORM_CONFIG),
 * else `.terraformrc` in the home directory. Undefined if there is none.
 * https://developer.hashicorp.com/terraform/cli/config/config-file
 */
export function readCliConfig(environment: NodeJS.ProcessEnv, home: string): CliConfig | undefined {
	const named = environment.TF_CLI_CONFIG_FILE || environment.TERRAFORM_CONFIG;
	const path = named || join(home, '.terraformrc');
	let text: string;
	try {
		text = readRegularFileText(path, limits.configBytes) ?? '';
	} catch {
		// Terraform only warns about a missing file and continues.
		return undefined;
	}
	return { path, configuresMirror: configuresMirror(text) };
}

/**
 * Whether a `provider_installation` block contains a mirror block. This needs no full HCL parser.
 */
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
