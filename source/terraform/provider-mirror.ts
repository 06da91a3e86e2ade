import { readdirSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { join, resolve } from 'node:path';
import { buildChildEnvironment } from '../engine/child-environment.ts';
import { WizardError } from '../engine/errors.ts';
import { limits } from '../engine/limits.ts';
import { readRegularFileText } from '../engine/regular-file.ts';
import { runHelper } from '../engine/run-helper.ts';
import { trackWait } from '../engine/wait-registry.ts';
import { compareReleases, satisfiesConstraint } from './version.ts';

/** A local copy of a provider. */
interface ProviderMirror {
	/** For `init -plugin-dir`; undefined if Terraform is configured to find the mirror itself. */
	folder?: string;
	/** The newest matching release in the directory. */
	version?: string;
	how: 'setting' | 'environment' | 'terraform-configuration' | 'implied-folder' | 'found';
	/** The directory, or Terraform's CLI configuration file, to show to the operator. */
	place: string;
}

export interface MirrorSearchOptions {
	/** A directory set by the operator, relative to `baseFolder`. */
	setting?: string;
	/** The directory of the answers file. Default: the current directory. */
	baseFolder?: string;
	environment: NodeJS.ProcessEnv;
	home: string;
	/** Directories to search, with their subdirectories. Default: the usual ones. */
	roots?: readonly string[];
	/** `hashicorp/aws`, optionally with a host before it. */
	provider: string;
	/** A terraform version constraint: `~> 5.100`. */
	versions: string;
	/** `linux_amd64`. Default: the current platform. */
	platform?: string;
	signal?: AbortSignal;
	/** Milliseconds to wait for a directory. Default: `limits.helperMs`. */
	limitMs?: number;
}

/**
 * Finds a local copy of a provider: the directory set by the operator, then what Terraform itself
 * would use, then directories with the layout of a mirror in conventional locations. Used when the
 * registry is not reachable; the caller reports the result to the operator.
 *
 * @returns undefined if there is none
 * @throws WizardError `usage` if a configured directory does not contain the provider, `timeout` if
 *   it does not respond, `cancelled` if the signal is aborted
 */
export async function findProviderMirror(
	search: MirrorSearchOptions,
): Promise<ProviderMirror | undefined> {
	const { setting, environment, home, baseFolder = '' } = search;
	if (setting !== undefined) return named(resolve(baseFolder, setting), 'setting', search);
	// A variable is relative to the current directory of the shell.
	const fromEnvironment = environment.TFE_WIZARD_PROVIDER_MIRROR;
	if (fromEnvironment) return named(resolve(fromEnvironment), 'environment', search);
	const configuration = readCliConfig(environment, home);
	if (configuration?.configuresMirror) {
		return { how: 'terraform-configuration', place: configuration.path };
	}
	const below = sourceFolder(search.provider);
	const implied = impliedFolders(environment, home);
	const roots = search.roots ?? conventionalRoots(home);
	const holding = (folders: readonly string[]) =>
		Promise.all(folders.map((folder) => findDirectoriesContaining(folder, below, search)));
	const [inImplied, inRoots] = await Promise.all([holding(implied), holding(roots)]);
	for (const folder of implied.filter((one) => inImplied.flat().includes(one))) {
		const version = providerVersion(folder, search);
		if (version !== undefined) return { folder, version, how: 'implied-folder', place: folder };
	}
	for (const folder of inRoots.flat()) {
		const version = providerVersion(folder, search);
		if (version !== undefined) return { folder, version, how: 'found', place: folder };
	}
	return undefined;
}

/** The current platform in Terraform's notation: `linux_amd64`, `darwin_arm64`. */
export function getCurrentPlatform(): string {
	const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
	return `${process.platform}_${architectures[process.arch] ?? process.arch}`;
}

async function named(
	place: string,
	how: 'setting' | 'environment',
	search: MirrorSearchOptions,
): Promise<ProviderMirror> {
	await assertDirectoryResponds(place, sourceFolder(search.provider), search);
	const version = providerVersion(place, search);
	if (version !== undefined) return { folder: place, version, how, place };
	const { versions, platform = getCurrentPlatform() } = search;
	const source = sourceFolder(search.provider);
	throw new WizardError('usage', {
		message: `The provider mirror ${place} does not contain ${search.provider} ${versions} for ${platform}.`,
		expected: `${source}/VERSION/${platform}/ or ${source}/terraform-provider-${source.split('/').at(-1)}_VERSION_${platform}.zip in that directory`,
		details: how === 'environment' ? ['It is set by TFE_WIZARD_PROVIDER_MIRROR.'] : [],
		next: [
			`On a computer with access to the registry: terraform providers mirror -platform=${platform} MIRROR_DIR`,
		],
	});
}

/**
 * The directories that Terraform searches by default, except the current one.
 * https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
 */
function impliedFolders(environment: NodeJS.ProcessEnv, home: string): string[] {
	const dataHome = environment.XDG_DATA_HOME || join(home, '.local/share');
	const dataFolders = (environment.XDG_DATA_DIRS || '/usr/local/share:/usr/share').split(':');
	return [
		join(home, '.terraform.d/plugins'),
		join(home, 'Library/Application Support/io.terraform/plugins'),
		...[dataHome, ...dataFolders]
			.filter((folder) => folder !== '')
			.map((folder) => join(folder, 'terraform/plugins')),
	];
}

function conventionalRoots(home: string): string[] {
	return ['/opt', '/srv', '/usr/local/share', '/usr/share', '/var/lib', home];
}

/** The newest matching release of the provider in a mirror, packed or unpacked. */
function providerVersion(
	folder: string,
	{ provider, versions, platform = getCurrentPlatform() }: MirrorSearchOptions,
): string | undefined {
	const source = sourceFolder(provider);
	const base = join(folder, source);
	const packed = new RegExp(
		`^terraform-provider-${source.split('/').at(-1)}_(.+)_${platform}\\.zip$`,
	);
	const found = names(base).flatMap((name) => {
		const zipped = packed.exec(name)?.[1];
		if (zipped !== undefined) return [zipped];
		return names(join(base, name, platform)).some((file) => file.startsWith('terraform-provider-'))
			? [name]
			: [];
	});
	return found
		.filter((version) => satisfiesConstraint(version, versions))
		.sort(compareReleases)
		.at(-1);
}

function sourceFolder(provider: string): string {
	return provider.split('/').length === 3 ? provider : `registry.terraform.io/${provider}`;
}

/** The sorted names in a directory; empty if it cannot be read. */
function names(folder: string): string[] {
	try {
		return readdirSync(folder).sort();
	} catch {
		return [];
	}
}

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
async function assertDirectoryResponds(
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
async function findDirectoriesContaining(
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

const LONGEST_ANSWER = 64 * 1024;

/**
 * Whether a provider registry is reachable, tested by its discovery document. Honors HTTPS_PROXY
 * and NO_PROXY where Node supports it (22.21, 24.5 and later), and SSL_CERT_FILE as Terraform does.
 * The result may be false behind an unusual proxy, so it is a reason to look for a mirror, not to
 * stop.
 *
 * @param timeoutMs for the whole request, in milliseconds
 */
export function isRegistryReachable(
	host = 'registry.terraform.io',
	timeoutMs = 3_000,
	environment: NodeJS.ProcessEnv = process.env,
): Promise<boolean> {
	const options = { proxyEnv: environment, ca: authorities(environment) };
	// The oldest supported Node ignores `proxyEnv`.
	const agent = new Agent(options);
	return new Promise<boolean>((settle) => {
		const signal = AbortSignal.timeout(timeoutMs);
		const request = get(
			`https://${host}/.well-known/terraform.json`,
			{ agent, signal, headers: { accept: 'application/json' } },
			(response) => {
				let body = '';
				response.setEncoding('utf8');
				response.on('data', (part: string) => {
					body += part;
					if (body.length > LONGEST_ANSWER) request.destroy();
				});
				// A captive portal returns 200 too, but with other content.
				response.on('end', () =>
					settle(response.statusCode === 200 && body.includes('providers.v1')),
				);
				response.on('error', () => settle(false));
			},
		);
		request.on('error', () => settle(false));
		request.on('close', () => settle(false));
	}).finally(() => agent.destroy());
}

function authorities(environment: NodeJS.ProcessEnv): string | undefined {
	const path = environment.SSL_CERT_FILE;
	if (!path) return undefined;
	try {
		return readRegularFileText(path, limits.configBytes);
	} catch {
		return undefined;
	}
}

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
function readCliConfig(environment: NodeJS.ProcessEnv, home: string): CliConfig | undefined {
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
