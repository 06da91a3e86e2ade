import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import {
	findProviderMirror,
	getCurrentPlatform,
	type MirrorSearchOptions,
} from '../../source/terraform/provider-mirror.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';

const SOURCE = 'registry.terraform.io/hashicorp/aws';

function file(path: string, content = ''): void {
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, content);
}

const unpacked = (folder: string, version: string, platform = 'linux_amd64') =>
	file(join(folder, SOURCE, version, platform, `terraform-provider-aws_v${version}_x5`));
const packed = (folder: string, version: string, platform = 'linux_amd64') =>
	file(join(folder, SOURCE, `terraform-provider-aws_${version}_${platform}.zip`));

function search(base: string, more: Partial<MirrorSearchOptions> = {}) {
	return findProviderMirror({
		environment: {},
		home: join(base, 'home'),
		roots: [join(base, 'opt'), join(base, 'srv')],
		platform: 'linux_amd64',
		...more,
	});
}

test('finds both layouts and selects the newest matching release', async () => {
	const base = createTemporaryDirectory();
	expect(await search(base)).toBeUndefined();
	const folder = join(base, 'opt/mirror');
	unpacked(folder, '4.67.0');
	unpacked(folder, '5.99.1');
	unpacked(folder, '6.2.0-beta1');
	unpacked(folder, '5.101.0', 'darwin_arm64');
	mkdirSync(join(folder, SOURCE, '5.102.0/linux_amd64'), { recursive: true });
	expect(await search(base)).toBeUndefined();
	unpacked(folder, '5.100.0');
	packed(folder, '5.100.1');
	expect(await search(base)).toEqual({ folder, version: '5.100.1', how: 'found' });
	packed(folder, '6.10.0');
	unpacked(folder, '6.9.0');
	expect((await search(base))?.version).toBe('6.10.0');
});

test('prefers a root that is itself a mirror', async () => {
	const base = createTemporaryDirectory();
	unpacked(join(base, 'opt/a'), '5.100.0');
	unpacked(join(base, 'opt'), '5.100.0');
	expect((await search(base))?.folder).toBe(join(base, 'opt'));
});

test('searches setting, environment, CLI configuration, implied directory and search roots in order', async () => {
	const base = createTemporaryDirectory();
	const home = join(base, 'home');
	const [setting, named] = [join(base, 'setting'), join(base, 'named')];
	for (const folder of [setting, named, join(base, 'opt/x')]) unpacked(folder, '5.100.0');
	expect(await search(base)).toMatchObject({ how: 'found', folder: join(base, 'opt/x') });
	const implied = join(home, '.local/share/terraform/plugins');
	unpacked(implied, '5.100.0');
	expect(await search(base)).toMatchObject({ how: 'found', folder: implied });
	file(
		join(home, '.terraformrc'),
		'provider_installation {\n  network_mirror {\n    url = "https://m/"\n  }\n}\n',
	);
	expect(await search(base)).toEqual({ how: 'terraform-configuration' });
	const environment = { TFE_WIZARD_PROVIDER_MIRROR: named };
	expect(await search(base, { environment })).toMatchObject({ how: 'configured', folder: named });
	expect(await search(base, { environment, setting })).toMatchObject({
		how: 'configured',
		folder: setting,
	});
});

test.each([
	['provider_installation {\n  filesystem_mirror {\n    path = "/x"\n  }\n}', true],
	['{"provider_installation":{"filesystem_mirror":{"path":"/x"}}}', true],
	['{"provider_installation":[{"network_mirror":[{"url":"x"}]}]}', true],
	['# provider_installation {\n#  filesystem_mirror {}\n# }\nplugin_cache_dir = "/c"', false],
	['/* provider_installation { filesystem_mirror { } } */', false],
	['provider_installation {\n  direct {}\n}', false],
	['credentials "app" {\n  token = "x"\n}', false],
])('recognizes a mirror in the CLI configuration %j: %s', async (text, counts) => {
	const base = createTemporaryDirectory();
	const path = join(base, 'own.tfrc');
	file(path, text);
	const found = await search(base, { environment: { TF_CLI_CONFIG_FILE: path } });
	expect(found?.how).toBe(counts ? 'terraform-configuration' : undefined);
});

test('ignores ~/.terraformrc if TF_CLI_CONFIG_FILE is missing, as terraform does', async () => {
	const base = createTemporaryDirectory();
	file(
		join(base, 'home/.terraformrc'),
		'provider_installation { filesystem_mirror { path = "/x" } }',
	);
	expect(
		await search(base, { environment: { TF_CLI_CONFIG_FILE: join(base, 'missing') } }),
	).toBeUndefined();
});

test('refuses a configured directory without the provider and names the expected layout', async () => {
	const base = createTemporaryDirectory();
	const folder = join(base, 'wrong');
	file(join(folder, 'terraform-provider-aws'));
	await expect(search(base, { setting: folder })).rejects.toThrow(
		`The provider mirror ${folder} does not contain hashicorp/aws >= 5.100 for linux_amd64.`,
	);
	await expect(
		search(base, { environment: { TFE_WIZARD_PROVIDER_MIRROR: folder } }),
	).rejects.toThrow('does not contain');
});

test('resolves a setting from the answers directory and a variable from the current directory', async () => {
	const base = createTemporaryDirectory();
	unpacked(join(base, 'answers/providers'), '5.100.0');
	const baseFolder = join(base, 'answers');
	const found = await search(base, { setting: 'providers', baseFolder });
	expect(found?.folder).toBe(join(baseFolder, 'providers'));
	const environment = { TFE_WIZARD_PROVIDER_MIRROR: relative(process.cwd(), found?.folder ?? '') };
	expect((await search(base, { environment, baseFolder: '/' }))?.folder).toBe(found?.folder);
});

test('skips unreadable directories and broken links', async () => {
	const base = createTemporaryDirectory();
	unpacked(join(base, 'srv/mirror'), '5.100.0');
	mkdirSync(join(base, 'opt/locked'), { recursive: true });
	chmodSync(join(base, 'opt/locked'), 0);
	expect((await search(base))?.folder).toBe(join(base, 'srv/mirror'));
	chmodSync(join(base, 'opt/locked'), 0o700);
});

test('names the current platform as terraform does', () => {
	expect(getCurrentPlatform()).toMatch(/^(linux|darwin|win32|freebsd)_(amd64|arm64|arm|386)$/);
});
