import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { findRuntimePackages, formatThirdPartyNotices } from '../scripts/third-party-notices.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8');
const manifest = JSON.parse(read('package.json'));
const lock = JSON.parse(read('package-lock.json')) as {
	packages: Record<string, { dev?: boolean; devOptional?: boolean; hasInstallScript?: boolean }>;
};
const packages = findRuntimePackages(root);
const page = read('THIRD_PARTY_NOTICES.md');
const nameOf = (folder: string) => folder.slice(folder.lastIndexOf('node_modules/') + 13);

describe('third-party notices', () => {
	it('match the output of `npm run docs` and are published', () => {
		expect(page).toBe(formatThirdPartyNotices(packages));
		expect(manifest.files).toContain('THIRD_PARTY_NOTICES.md');
	});

	it('list every direct and indirect runtime dependency with a license', () => {
		const names = new Set(packages.map(({ name }) => name));
		for (const name of Object.keys(manifest.dependencies)) expect(names).toContain(name);
		// Types of an optional peer are installed for development only.
		for (const [folder, { dev, devOptional }] of Object.entries(lock.packages))
			if (folder !== '' && !dev && !devOptional) expect(names, folder).toContain(nameOf(folder));
		for (const { name, version, licence } of packages) {
			expect(licence, name).toMatch(/^[\w().+ -]+$/);
			expect(page).toContain(`| ${name} | ${version} | ${licence} | https://`);
		}
	});

	it('contain each license text or state that none ships', () => {
		for (const { name, version, texts } of packages) {
			for (const text of texts) expect(page, name).toContain(text);
			if (texts.length === 0) expect(page).toContain(`${name} ${version} ships no license file`);
		}
	});

	it('state that openpgp is bundled under the LGPL and how to replace it', () => {
		expect(packages.find(({ name }) => name === 'openpgp')?.licence).toBe('LGPL-3.0+');
		expect(page).toMatch(/## openpgp \(LGPL-3\.0\+\)[\s\S]*bundled[\s\S]*npm run build/);
		expect(page).toContain('GNU LESSER GENERAL PUBLIC LICENSE');
		expect(read('README.md')).toMatch(/openpgp[\s\S]{0,200}LGPL/);
	});

	it('list every package that the build bundles', async () => {
		const names = new Set(packages.map(({ name }) => name));
		const { metafile } = await build({
			...{ absWorkingDir: root, bundle: true, write: false, metafile: true, outdir: 'unused' },
			entryPoints: [
				...[
					'source/cli.ts',
					'source/main.ts',
					'source/commands/run-command-line.ts',
					'scripts/emulated-vault.ts',
				],
				...['scripts/practice-instance.ts', 'scripts/practice-custodian.ts'],
			],
			...{ platform: 'node', format: 'esm', splitting: true, mainFields: ['module', 'main'] },
			...{ jsx: 'automatic', logLevel: 'silent' },
			external: ['react-devtools-core', '*.node', 'cpu-features'],
		});
		const bundled = Object.keys(metafile.inputs).flatMap(
			(path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
		);
		expect(new Set(bundled).size).toBeGreaterThan(20);
		expect([...new Set(bundled)].filter((name) => !names.has(name))).toEqual([]);
	});

	it('are linked by every bundle with packages', () => {
		const text = read('scripts/build.ts');
		const bundles = text.split('await build(').slice(1);
		const withPackages = bundles.filter((one) => one.includes('splitting: true'));
		expect(withPackages.length).toBeGreaterThan(0);
		for (const one of withPackages) expect(one).toContain("legalComments: 'linked'");
	});
});

describe('install scripts of dependencies', () => {
	it('are each allowed or rejected in package.json, which lists no others', () => {
		const scripted = Object.entries(lock.packages)
			.filter(([, { hasInstallScript }]) => hasInstallScript === true)
			.map(([folder]) => nameOf(folder));
		expect(scripted.length).toBeGreaterThan(0);
		expect(Object.keys(manifest.allowScripts).sort()).toEqual([...new Set(scripted)].sort());
		for (const allowed of Object.values(manifest.allowScripts))
			expect(allowed).toBeTypeOf('boolean');
	});

	it('are not needed by ssh2, which works without native modules', async () => {
		expect(manifest.allowScripts).toMatchObject({ ssh2: false, 'cpu-features': false });
		expect(existsSync(`${root}node_modules/ssh2/lib/index.js`)).toBe(true);
		const { default: ssh2 } = await import('ssh2');
		expect(ssh2.utils.generateKeyPairSync('ed25519').public).toMatch(/^ssh-ed25519 /);
	});
});
