import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Builds the program when a source is newer than the build, so that no test drives an old one. */
export async function build(): Promise<void> {
	const built = join(root, 'dist/main.js');
	const age = existsSync(built) ? statSync(built).mtimeMs : 0;
	const sources = ['source', 'screens', 'scripts'].map((folder) => newest(join(root, folder)));
	if (Math.max(...sources) <= age) return;
	execFileSync(process.execPath, ['scripts/build.ts', '--quiet'], { cwd: root, stdio: 'inherit' });
}

function newest(folder: string): number {
	return Math.max(
		...readdirSync(folder, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
	);
}
