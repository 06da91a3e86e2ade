import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { WizardError } from '../engine/errors.ts';
import { readCliConfig } from './cli-config.ts';
import { assertDirectoryResponds, findDirectoriesContaining } from './mirror-directories.ts';
import { compareReleases, satisfiesConstraint } from './version-constraint.ts';

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
