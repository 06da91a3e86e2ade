import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

// Two bundles: the bin, in syntax that old Nodes read, and the program itself. What only some
// commands need (the engine, AWS clients; later the screens) is split off and loaded when used.
const quiet = process.argv.includes('--quiet');
const root = new URL('..', import.meta.url).pathname;
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string };
const begun = performance.now();

rmSync(`${root}dist`, { recursive: true, force: true });

await build({
	entryPoints: [`${root}source/cli.ts`],
	outfile: `${root}dist/cli.js`,
	bundle: true,
	platform: 'node',
	format: 'esm',
	target: 'node14',
	logLevel: 'warning',
	plugins: [
		{
			name: 'main-apart',
			setup(plugin) {
				plugin.onResolve({ filter: /^\.\/main\.ts$/ }, () => ({
					path: './main.js',
					external: true,
				}));
			},
		},
	],
});

const result = await build({
	entryPoints: [`${root}source/main.ts`],
	outdir: `${root}dist`,
	bundle: true,
	splitting: true,
	chunkNames: 'parts/[name]-[hash]',
	platform: 'node',
	format: 'esm',
	target: 'node22',
	minifySyntax: true,
	minifyWhitespace: true,
	legalComments: 'linked',
	metafile: true,
	logLevel: 'warning',
	define: { 'process.env.TFE_WIZARD_VERSION': JSON.stringify(version) },
	// Bundled CommonJS packages ask for Node's own modules by require().
	banner: {
		js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
	},
});

if (!quiet) {
	const bytes = Object.values(result.metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0);
	const seconds = (performance.now() - begun) / 1000;
	console.log(`built dist/ (${(bytes / 1e6).toFixed(1)} MB) in ${seconds.toFixed(1)} s`);
}
