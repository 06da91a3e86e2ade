import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';
import { WizardError } from '../engine/errors.ts';

/** Where sessions lie: --home, else TFE_WIZARD_HOME, else the user's data folder. */
export function homeFolder(flag: string | boolean | undefined): string {
	if (flag === '') {
		throw new WizardError('usage', {
			message: 'The home directory (--home) is empty.',
			expected: 'a directory you own, or a path where one can be created',
			next: ['Omit --home to store sessions in your data directory.'],
		});
	}
	const given = typeof flag === 'string' ? flag : process.env.TFE_WIZARD_HOME;
	if (given !== undefined && given !== '') return resolve(given);
	return envPaths('tfe-wizard', { suffix: '' }).data;
}

/** Where things that can be made again are kept: a private Python environment, for example. */
export function cacheFolder(): string {
	return envPaths('tfe-wizard', { suffix: '' }).cache;
}

/** A folder that ships with the program, found from the source tree and from dist/ alike. */
export function shippedFolder(name: string): string {
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

/** A program of its own that ships beside this one; run from the source tree there is only that. */
export function shippedProgram(name: string): string {
	return import.meta.url.endsWith('.ts')
		? join(shippedFolder('scripts'), `${name}.ts`)
		: join(shippedFolder('dist'), `${name}.js`);
}
