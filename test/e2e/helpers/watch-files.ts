import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SearchTarget } from './find-secrets.ts';

/** None when it has gone meanwhile. */
function entriesOf(folder: string): Dirent[] {
	try {
		return readdirSync(folder, { withFileTypes: true });
	} catch {
		return [];
	}
}

/**
 * Looks at a folder again and again until stopped, and keeps what it sees of every file, as often as
 * it changes. What lives for less than a look is not seen, but its name may be.
 */
export function watchFiles(folder: string, everyMs = 25) {
	const kept = new Map<string, SearchTarget>();
	const names = new Set<string>();
	const look = (below = folder) => {
		for (const entry of entriesOf(below)) {
			// Compiled scripts, by the thousand.
			if (entry.name === 'node-compile-cache') continue;
			const where = join(below, entry.name);
			names.add(where.slice(folder.length + 1));
			try {
				if (entry.isDirectory()) look(where);
				if (!entry.isFile()) continue;
				const { ino, size, mtimeMs } = statSync(where);
				const id = `${where} ${ino} ${size} ${mtimeMs}`;
				if (kept.has(id)) continue;
				kept.set(id, { where, bytes: readFileSync(where) });
			} catch {
				// It went away while we looked.
			}
		}
	};
	const timer = setInterval(look, everyMs, folder);
	return {
		/** Files as they were, each as often as it was another. */
		seen: (): SearchTarget[] => [...kept.values()],
		/** Of all there was, sockets and folders too. */
		names,
		stop: () => clearInterval(timer),
	};
}
