import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
	buildChildEnvironment,
	createExactEnvironmentOptions,
} from '../source/engine/child-environment.ts';
import { createPackagedManifest, isPackaged } from './package-contents.ts';

// Packs the built program for npm, into dist-packages/ or the directory given as argument. `npm pack`
// in the source tree would name the dependencies, which npm would download at every install.
const root = fileURLToPath(new URL('..', import.meta.url));
const output = resolve(process.argv[2] ?? `${root}dist-packages`);
const draft = `${root}.cache/package-${process.pid}`;
const manifest = createPackagedManifest(root);

mkdirSync(draft, { recursive: true });
mkdirSync(output, { recursive: true });
try {
	const paths = ['README.md', 'LICENSE', ...manifest.files.filter((path) => !path.startsWith('!'))];
	for (const path of paths) {
		const options = { recursive: true, filter: isPackaged };
		if (existsSync(`${root}${path}`)) cpSync(`${root}${path}`, `${draft}/${path}`, options);
	}
	writeFileSync(`${draft}/package.json`, `${JSON.stringify(manifest, undefined, '\t')}\n`);
	const { status } = spawnSync('npm', ['pack', '--silent', '--pack-destination', output], {
		...createExactEnvironmentOptions(
			// `npm run` passes the source tree as the package to npm commands that it starts.
			buildChildEnvironment({ for: 'operator', inherited: process.env, drop: /^npm_/ }),
		),
		cwd: draft,
		stdio: ['ignore', 'ignore', 'inherit'],
	});
	if (status !== 0) throw new Error(`npm pack in ${draft} exited with status ${status}`);
	const target = join(output, `${manifest.name}-${manifest.version}.tgz`);
	console.log(`${target} (${(statSync(target).size / 1e6).toFixed(1)} MB)`);
} finally {
	rmSync(draft, { recursive: true, force: true });
}
