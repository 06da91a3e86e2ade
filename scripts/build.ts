import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type BuildOptions, build, type Plugin } from 'esbuild';

// Three bundles, each loaded by the previous one: the bin, in syntax that old Node versions can parse;
// help and command line parsing; and the program itself, split into chunks for code that only some
// commands need.
const quiet = process.argv.includes('--quiet');
const root = new URL('..', import.meta.url).pathname;
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string };
const begun = performance.now();
// Renamed into place as a whole, so that a program started during the build finds a complete one.
const draft = `${root}.cache/dist-${process.pid}`;

/**
 * Keeps dynamic imports as imports of separate files in the same directory. The command table is in
 * two bundles, but only that of the program, which contains the commands, runs them.
 */
const apart: Plugin = {
	name: 'apart',
	setup(plugin) {
		plugin.onResolve({ filter: /\.ts$/ }, ({ path, kind }) => {
			const file = path.split('/').at(-1)?.replace('.ts', '.js');
			return kind === 'dynamic-import' ? { path: `./${file}`, external: true } : undefined;
		});
	},
};

/** Bundles only the English messages of zod; the program does not use the other locales. */
const oneLanguage: Plugin = {
	name: 'one-language',
	setup(plugin) {
		plugin.onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({
			contents: "export { default as en } from './en.js';",
			resolveDir: `${root}node_modules/zod/v4/locales`,
		}));
	},
};

// Bundled CommonJS packages load Node's own modules with require(), which ESM does not have.
const requireMaker =
	"import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);\n";

const common: BuildOptions = {
	outdir: draft,
	outbase: `${root}source`,
	entryNames: '[name]',
	bundle: true,
	platform: 'node',
	format: 'esm',
	// Prefers ES modules, from which unused AWS API calls are removed.
	mainFields: ['module', 'main'],
	logLevel: 'warning',
	define: { 'process.env.TFE_WIZARD_VERSION': JSON.stringify(version) },
};

await build({
	...common,
	entryPoints: [`${root}source/cli.ts`, `${root}source/run-on-bundled-node.ts`],
	target: 'node14',
	plugins: [apart],
});

await build({
	...common,
	entryPoints: [`${root}source/main.ts`],
	target: 'node22',
	minifySyntax: true,
	minifyWhitespace: true,
	plugins: [apart],
});

// The emulated Vault, the practice instance and the practice key holder run as separate programs.
await build({
	...common,
	entryPoints: ['emulated-vault', 'practice-instance', 'practice-custodian'].map(
		(name) => `${root}scripts/${name}.ts`,
	),
	splitting: true,
	// Optional native parts of ssh2.
	external: ['*.node', 'cpu-features'],
	// ssh2 reads __dirname, although everything it would load from there is bundled.
	define: { ...common.define, __dirname: 'import.meta.dirname' },
	chunkNames: 'parts/[name]-[hash]',
	banner: { js: requireMaker },
	target: 'node22',
	minifySyntax: true,
	minifyWhitespace: true,
	legalComments: 'linked',
});

const program = await build({
	...common,
	entryPoints: [`${root}source/commands/run-command-line.ts`],
	splitting: true,
	plugins: [oneLanguage],
	chunkNames: 'parts/[name]-[hash]',
	// Ink loads it only if DEV is set, which the bin unsets.
	external: ['react-devtools-core'],
	define: { ...common.define, 'process.env.NODE_ENV': '"production"' },
	jsx: 'automatic',
	target: 'node22',
	minifySyntax: true,
	minifyWhitespace: true,
	legalComments: 'linked',
	metafile: true,
});

for (const path of Object.keys(program.metafile.outputs).filter((name) => name.endsWith('.js'))) {
	const text = readFileSync(path, 'utf8');
	if (text.includes('typeof require')) writeFileSync(path, requireMaker + text);
}

const old = `${draft}-old`;
if (existsSync(`${root}dist`)) renameSync(`${root}dist`, old);
renameSync(draft, `${root}dist`);
rmSync(old, { recursive: true, force: true });

if (!quiet) {
	const bytes = Object.values(program.metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0);
	const seconds = (performance.now() - begun) / 1000;
	console.log(`built dist/ (${(bytes / 1e6).toFixed(1)} MB) in ${seconds.toFixed(1)} s`);
}
