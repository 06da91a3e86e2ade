import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { WizardError } from '../engine/errors.ts';
import { readCliConfig } from './cli-config.ts';
import { compareReleases, satisfies } from './constraint.ts';
import { assertAnswers, foldersWith } from './mirror-folders.ts';

/** Where a provider can be had without the registry. */
export interface ProviderMirror {
	/** For `init -plugin-dir`; undefined when terraform is configured to find it by itself. */
	folder?: string;
	/** The newest fitting release in the folder. */
	version?: string;
	how: 'setting' | 'environment' | 'terraform-configuration' | 'implied-folder' | 'found';
	/** The folder, or terraform's configuration file, for the operator to see. */
	place: string;
}

export interface MirrorSearch {
	/** A folder the operator named, relative to `baseFolder`. */
	setting?: string;
	/** The folder of the answers. The current folder unless given. */
	baseFolder?: string;
	environment: NodeJS.ProcessEnv;
	home: string;
	/** Where to look by layout, each folder itself and its children. Default: the usual ones. */
	roots?: readonly string[];
	/** `hashicorp/aws`, or with a host before it. */
	provider: string;
	/** A terraform version constraint: `~> 5.100`. */
	versions: string;
	/** `linux_amd64`. Default: this machine's. */
	platform?: string;
	signal?: AbortSignal;
	/** Milliseconds for a folder to answer. Default: `limits.helperMs`. */
	limitMs?: number;
}

/**
 * Looks for a local copy of a provider: what the operator named, then what terraform itself
 * would use, then folders with a mirror's layout in conventional places. For when the registry
 * is out of reach; the caller tells the operator what was found.
 *
 * @returns undefined when there is none
 * @throws WizardError `usage` when a folder was named that does not hold the provider, `timeout`
 *   when it does not answer, `cancelled` when the signal is aborted
 */
export async function findProviderMirror(
	search: MirrorSearch,
): Promise<ProviderMirror | undefined> {
	const { setting, environment, home, baseFolder = '' } = search;
	if (setting !== undefined) return named(resolve(baseFolder, setting), 'setting', search);
	// A variable belongs to the shell, and starts from its folder.
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
		Promise.all(folders.map((folder) => foldersWith(folder, below, search)));
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

/** This machine in terraform's words: `linux_amd64`, `darwin_arm64`. */
export function thisPlatform(): string {
	const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
	return `${process.platform}_${architectures[process.arch] ?? process.arch}`;
}

async function named(
	place: string,
	how: 'setting' | 'environment',
	search: MirrorSearch,
): Promise<ProviderMirror> {
	await assertAnswers(place, sourceFolder(search.provider), search);
	const version = providerVersion(place, search);
	if (version !== undefined) return { folder: place, version, how, place };
	const { versions, platform = thisPlatform() } = search;
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
 * The folders terraform searches unasked, current folder left out.
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

/** The newest release of the provider in a mirror folder that fits, in either layout. */
function providerVersion(
	folder: string,
	{ provider, versions, platform = thisPlatform() }: MirrorSearch,
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
		.filter((version) => satisfies(version, versions))
		.sort(compareReleases)
		.at(-1);
}

function sourceFolder(provider: string): string {
	return provider.split('/').length === 3 ? provider : `registry.terraform.io/${provider}`;
}

/** Sorted names in a folder; none when it cannot be read. */
function names(folder: string): string[] {
	try {
		return readdirSync(folder).sort();
	} catch {
		return [];
	}
}
