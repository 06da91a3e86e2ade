import { readdirSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { join, resolve } from 'node:path';
import { buildChildEnvironment } from '../engine/child-environment.ts';
import { WizardError } from '../engine/errors.ts';
import { limits } from '../engine/limits.ts';
import { readRegularFileText } from '../engine/regular-file.ts';
import { runHelperProgram } from '../engine/run-helper-program.ts';
import { trackWait } from '../engine/wait-registry.ts';

/** The provider of all templates, as mirrors and the registry name it. */
const SOURCE = 'registry.terraform.io/hashicorp/aws';
/** The oldest version that the templates support. */
const MIN_VERSION = '5.100';

/** A local copy of the AWS provider. */
interface ProviderMirror {
	/** `terraform-configuration`: Terraform is configured to find a mirror itself. */
	how: 'configured' | 'found' | 'terraform-configuration';
	/** For `init -plugin-dir`; undefined with `terraform-configuration`. */
	folder?: string;
	/** The newest suitable release in the directory. */
	version?: string;
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
	/** `linux_amd64`. Default: the current platform. */
	platform?: string;
	signal?: AbortSignal;
	/** Milliseconds to wait for a directory. Default: `limits.helperMs`. */
	limitMs?: number;
}

/**
 * Finds a local copy of the AWS provider: the directory set by the operator, then what Terraform
 * itself would use, then directories with the layout of a mirror in conventional locations. Used
 * when the registry is not reachable; the caller reports the result to the operator.
 *
 * @returns undefined if there is none
 * @throws WizardError `usage` if a configured directory does not contain the provider, `timeout` if
 *   it does not respond, `cancelled` if the signal is aborted
 */
export async function findProviderMirror(
	search: MirrorSearchOptions,
): Promise<ProviderMirror | undefined> {
	const { setting, environment, home, baseFolder = '' } = search;
	if (setting !== undefined) return readConfiguredMirror(resolve(baseFolder, setting), search);
	// A variable is relative to the current directory of the shell.
	const fromEnvironment = environment.TFE_WIZARD_PROVIDER_MIRROR;
	if (fromEnvironment) {
		const details = ['It is set by TFE_WIZARD_PROVIDER_MIRROR.'];
		return readConfiguredMirror(resolve(fromEnvironment), search, details);
	}
	if (isMirrorInCliConfig(environment, home)) return { how: 'terraform-configuration' };
	const roots = search.roots ?? getConventionalRoots(home);
	const implied = getImpliedDirectories(environment, home);
	const searchAll = (folders: readonly string[]) =>
		Promise.all(folders.map((folder) => findMirrorsIn(folder, search)));
	const [inImplied, inRoots] = await Promise.all([searchAll(implied), searchAll(roots)]);
	// Terraform does not search the subdirectories of implied directories.
	const usable = implied.filter((folder) => inImplied.flat().includes(folder));
	for (const folder of [...usable, ...inRoots.flat()]) {
		const version = findNewestVersion(folder, search);
		if (version !== undefined) return { how: 'found', folder, version };
	}
	return undefined;
}

/** The current platform in Terraform's notation: `linux_amd64`, `darwin_arm64`. */
export function getCurrentPlatform(): string {
	const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
	return `${process.platform}_${architectures[process.arch] ?? process.arch}`;
}

/**
 * For a mirror directory in answers that are only checked.
 *
 * @throws WizardError as `findProviderMirror`
 */
export async function inspectProviderMirror(
	folder: string,
	signal?: AbortSignal,
): Promise<undefined> {
	await readConfiguredMirror(folder, {
		...{ setting: folder, environment: {}, home: '' },
		...(signal && { signal }),
	});
}

async function readConfiguredMirror(
	folder: string,
	search: MirrorSearchOptions,
	details: readonly string[] = [],
): Promise<ProviderMirror> {
	await assertDirectoryResponds(folder, search);
	const version = findNewestVersion(folder, search);
	if (version !== undefined) return { how: 'configured', folder, version };
	const { platform = getCurrentPlatform() } = search;
	throw new WizardError('usage', {
		message: `The provider mirror ${folder} does not contain hashicorp/aws >= ${MIN_VERSION} for ${platform}.`,
		expected: `${SOURCE}/VERSION/${platform}/ or ${SOURCE}/terraform-provider-aws_VERSION_${platform}.zip in that directory`,
		details,
		next: [
			`On a computer with access to the registry: terraform providers mirror -platform=${platform} MIRROR_DIR`,
		],
	});
}

/**
 * The directories that Terraform searches by default, except the current one.
 * https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
 */
function getImpliedDirectories(environment: NodeJS.ProcessEnv, home: string): string[] {
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

function getConventionalRoots(home: string): string[] {
	return ['/opt', '/srv', '/usr/local/share', '/usr/share', '/var/lib', home];
}

/** The newest suitable release of the provider in a mirror, packed or unpacked. */
function findNewestVersion(
	folder: string,
	{ platform = getCurrentPlatform() }: MirrorSearchOptions,
): string | undefined {
	const base = join(folder, SOURCE);
	const packed = new RegExp(`^terraform-provider-aws_(.+)_${platform}\\.zip$`);
	const found = listNames(base).flatMap((name) => {
		const zipped = packed.exec(name)?.[1];
		if (zipped !== undefined) return [zipped];
		const files = listNames(join(base, name, platform));
		return files.some((file) => file.startsWith('terraform-provider-')) ? [name] : [];
	});
	return found
		.filter((version) => isRelease(version) && compareReleases(version, MIN_VERSION) >= 0)
		.sort(compareReleases)
		.at(-1);
}

/** False for pre-releases, which satisfy no version constraint of Terraform. */
function isRelease(version: string): boolean {
	return /^\d+(?:\.\d+){0,2}$/.test(version);
}

/** Compares releases; negative if `a` is older. */
function compareReleases(a: string, b: string): number {
	return a.localeCompare(b, 'en', { numeric: true });
}

/** The sorted names in a directory; empty if it cannot be read. */
function listNames(folder: string): string[] {
	try {
		return readdirSync(folder).sort();
	} catch {
		return [];
	}
}

/**
 * Reads a directory in a separate process first: on a network file system that hangs, a read in
 * this process could not be interrupted and would keep it from exiting.
 *
 * @throws WizardError `timeout` if it does not respond in time, `cancelled`.
 */
async function assertDirectoryResponds(folder: string, search: MirrorSearchOptions): Promise<void> {
	const name = `the provider mirror ${folder}`;
	const script = 'ls -R -- "$1" >/dev/null 2>&1; :';
	const { ended } = await runInShell(name, script, [join(folder, SOURCE)], search);
	if (ended) return;
	const { limitMs = limits.helperMs } = search;
	throw new WizardError('timeout', {
		message: `The provider mirror ${folder} did not respond within ${limitMs / 1000} s.`,
		expected: 'a readable directory',
		next: [`Check its file system: ls ${folder}`, 'Run the same command again.'],
	});
}

/**
 * Those of `root` and its subdirectories that contain the provider, sorted by name; without those
 * that do not respond in time.
 *
 * @throws WizardError `cancelled`
 */
async function findMirrorsIn(root: string, search: MirrorSearchOptions): Promise<string[]> {
	const script = `for folder in "$1" "$1"/.[!.]* "$1"/*; do
	if [ -d "$folder/$2" ]; then printf '%s\\n' "$folder"; fi
done`;
	const { stdout } = await runInShell(`the directory ${root}`, script, [root, SOURCE], search);
	return stdout
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => join(line))
		.sort();
}

async function runInShell(
	name: string,
	script: string,
	words: readonly string[],
	{ environment, signal, limitMs = limits.helperMs }: MirrorSearchOptions,
): Promise<{ ended: boolean; stdout: string }> {
	const { exitCode, stdout } = await trackWait(name, limitMs, () =>
		runHelperProgram('/bin/sh', ['-c', script, 'sh', ...words], {
			environment: buildChildEnvironment({ for: 'helper', inherited: environment }),
			...{ reject: false, timeout: limitMs, signal },
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

/**
 * Whether Terraform's CLI configuration file contains a mirror block: TF_CLI_CONFIG_FILE (or the
 * older TERRAFORM_CONFIG), else `.terraformrc` in the home directory. This needs no full HCL parser.
 * https://developer.hashicorp.com/terraform/cli/config/config-file
 */
function isMirrorInCliConfig(environment: NodeJS.ProcessEnv, home: string): boolean {
	const named = environment.TF_CLI_CONFIG_FILE || environment.TERRAFORM_CONFIG;
	let text: string;
	try {
		text = readRegularFileText(named || join(home, '.terraformrc'), limits.configBytes) ?? '';
	} catch {
		// Terraform only warns about a missing file and continues.
		return false;
	}
	const code = text
		.replace(/\/\*[\s\S]*?\*\//g, '')
		.split('\n')
		.map((line) => line.replace(/^\s*(?:#|\/\/).*/, ''))
		.join('\n');
	const installation = code.indexOf('provider_installation');
	if (installation === -1) return false;
	return /\b(?:filesystem|network)_mirror"?\s*:?\s*[[{]/.test(code.slice(installation));
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
