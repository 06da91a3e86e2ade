import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
	chmodSync,
	copyFileSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import {
	buildChildEnvironment,
	createExactEnvironmentOptions,
} from '../source/engine/child-environment.ts';
import { createPackagedManifest, isPackaged } from './package-contents.ts';

// Packages the built program and the running Node.js as one executable for Linux, into dist-packages/
// or the directory given as argument
// (https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html).
const root = fileURLToPath(new URL('..', import.meta.url));
const output = resolve(process.argv[2] ?? `${root}dist-packages`);
const draft = `${root}.cache/executable-${process.pid}`;
const target = join(output, `tfe-wizard-${process.platform}-${process.arch}`);

/** Marks the place in the binary of Node.js that tells it to run the packaged program. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** Loads the script in process.argv[1], an ES module, as the node command would. */
const RUN = "import(require('node:url').pathToFileURL(process.argv[1]).href);\n";

if (process.platform !== 'linux') {
	console.error(
		`The executable can be packaged on Linux only; this is ${process.platform}. Run npm run package:npm, which works on every platform.`,
	);
	process.exit(1);
}

mkdirSync(draft, { recursive: true });
mkdirSync(output, { recursive: true });
try {
	await packageExecutable();
} finally {
	rmSync(draft, { recursive: true, force: true });
}
console.log(`${target} (${(statSync(target).size / 1e6).toFixed(0)} MB)`);

async function packageExecutable(): Promise<void> {
	await build({
		entryPoints: [`${root}scripts/executable-entry.ts`],
		outfile: `${draft}/entry.cjs`,
		...{ bundle: true, platform: 'node', format: 'cjs', target: 'node24', logLevel: 'warning' },
	});
	const blob = `${draft}/program.blob`;
	const configuration = {
		main: `${draft}/entry.cjs`,
		output: blob,
		disableExperimentalSEAWarning: true,
		assets: collectAssets(),
	};
	writeFileSync(`${draft}/configuration.json`, JSON.stringify(configuration));
	runNode(['--experimental-sea-config', `${draft}/configuration.json`]);

	// Beside the target, so that it can be renamed into place.
	const executable = `${target}.new-${process.pid}`;
	try {
		copyFileSync(process.execPath, executable);
		chmodSync(executable, 0o755);
		const postject = `${root}node_modules/postject/dist/cli.js`;
		runNode([postject, executable, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', FUSE]);
		renameSync(executable, target);
	} finally {
		rmSync(executable, { force: true });
	}
}

/** Every packaged file by its path in the package, and their list with a digest of all. */
function collectAssets(): Record<string, string> {
	writeFileSync(`${draft}/package.json`, JSON.stringify(createPackagedManifest(root)));
	writeFileSync(`${draft}/run.cjs`, RUN);
	const below = (folder: string) =>
		readdirSync(`${root}${folder}`, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map((entry) => join(entry.parentPath, entry.name).slice(root.length))
			.filter(isPackaged);
	const paths = [...below('dist'), ...below('templates'), 'LICENSE', 'THIRD_PARTY_NOTICES.md'];
	const assets: Record<string, string> = {
		...Object.fromEntries(paths.sort().map((path) => [path, `${root}${path}`])),
		'package.json': `${draft}/package.json`,
		'run.cjs': `${draft}/run.cjs`,
	};
	const hash = createHash('sha256');
	for (const [path, source] of Object.entries(assets))
		hash.update(`${path}\0`).update(readFileSync(source));
	const contents = { digest: hash.digest('hex').slice(0, 16), files: Object.keys(assets) };
	writeFileSync(`${draft}/contents.json`, JSON.stringify(contents));
	return { ...assets, 'contents.json': `${draft}/contents.json` };
}

function runNode(words: readonly string[]): void {
	const { status, stdout, stderr } = spawnSync(process.execPath, words, {
		...createExactEnvironmentOptions(
			buildChildEnvironment({ for: 'helper', inherited: process.env }),
		),
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	if (status !== 0) throw new Error(`node ${words.join(' ')} failed:\n${stdout}${stderr}`);
}
