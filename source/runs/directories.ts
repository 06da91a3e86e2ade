import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';
import { WizardError } from '../engine/errors.ts';

export const DEFAULT_SESSION = 'default';
export const DEFAULT_PRACTICE_SESSION = 'practice';

/** Directory of the sessions: --home, else TFE_WIZARD_HOME, else the user's data directory. */
export function getHomeDirectory(flag: string | undefined): string {
	if (flag === '') {
		throw new WizardError('usage', {
			message: 'The home directory (--home) is empty.',
			expected: 'a directory you own, or a path where one can be created',
			next: ['Omit --home to store sessions in your data directory.'],
		});
	}
	const given = flag ?? process.env.TFE_WIZARD_HOME;
	if (given !== undefined && given !== '') return resolve(given);
	return envPaths('tfe-wizard', { suffix: '' }).data;
}

/** Directory for reproducible data, for example a private Python environment. */
export function getCacheDirectory(): string {
	return envPaths('tfe-wizard', { suffix: '' }).cache;
}

/** Finds a directory that ships with the program, from the source tree or from dist/. */
export function findPackageDirectory(name: string): string {
	let folder = dirname(fileURLToPath(import.meta.url));
	for (;;) {
		if (existsSync(join(folder, 'package.json'))) return join(folder, name);
		const parent = dirname(folder);
		if (parent === folder) break;
		folder = parent;
	}
	throw new WizardError('internal', {
		message: `The directory ${name} that ships with tfe-wizard does not exist.`,
		next: ['Reinstall tfe-wizard.'],
	});
}

/** Path of another program of the package: in dist/, or in scripts/ when run from the source tree. */
export function findPackageProgram(name: string): string {
	return import.meta.url.endsWith('.ts')
		? join(findPackageDirectory('scripts'), `${name}.ts`)
		: join(findPackageDirectory('dist'), `${name}.js`);
}
