import { readFileSync } from 'node:fs';
import { sep } from 'node:path';

/** Fields of package.json that only development uses. */
const DEVELOPMENT = ['private', 'scripts', 'devDependencies', 'allowScripts'];

/**
 * The package.json of a package: without the dependencies, because dist/ contains them, so that the
 * package installs offline and npm downloads nothing that is never loaded.
 *
 * @param root The directory of package.json.
 */
export function createPackagedManifest(root: string): Record<string, unknown> & {
	name: string;
	version: string;
	files: string[];
} {
	const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
	for (const field of [...DEVELOPMENT, 'dependencies']) delete manifest[field];
	return manifest;
}

/** Whether a path may be packaged: Terraform's working files, such as providers, may not. */
export function isPackaged(path: string): boolean {
	return !path.split(sep).some((part) => part.startsWith('.terraform'));
}
