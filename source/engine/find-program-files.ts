import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WizardError } from './errors.ts';

/** Finds a directory that ships with the program, from the source tree or from dist/. */
export function getPackageSubdirectory(name: string): string {
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
export function getPackageProgramPath(name: string): string {
	return import.meta.url.endsWith('.ts')
		? join(getPackageSubdirectory('scripts'), `${name}.ts`)
		: join(getPackageSubdirectory('dist'), `${name}.js`);
}

/** The executables of this name in the directories of PATH, in their order. */
export function findAllOnPath(name: string, { PATH = '' }: NodeJS.ProcessEnv): string[] {
	const folders = PATH.split(delimiter).filter((folder) => folder !== '');
	return folders.map((folder) => join(folder, name)).filter(isExecutable);
}

/** Whether this user can run the file at `path`. */
export function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
}
