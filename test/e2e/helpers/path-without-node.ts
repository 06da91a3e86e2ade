import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const PROGRAMS = ['node', 'nodejs', 'npm', 'npx'];

/**
 * PATH without Node.js and npm: of each directory that contains one of them, a directory in `parent`
 * with links to everything else takes its place.
 */
export function createPathWithoutNode(parent: string, path = process.env.PATH ?? ''): string {
	const folders = path.split(delimiter).filter((folder) => existsSync(folder));
	return folders
		.map((folder, index) => {
			if (!PROGRAMS.some((name) => existsSync(join(folder, name)))) return folder;
			const copy = join(parent, `path-${index}`);
			mkdirSync(copy);
			for (const name of readdirSync(folder))
				if (!PROGRAMS.includes(name)) symlinkSync(join(folder, name), join(copy, name));
			return copy;
		})
		.join(delimiter);
}
