import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Selects the Vault for a test: a real one if available, else the emulated one. */
const CHOOSES = 'source/practice/select-vault-program.ts';
/** Tests without Vault also import commands and scripts, which do not start Vault themselves. */
const WITHOUT = /^(source\/(commands|runs|wizard)|scripts)\//;

/**
 * The test files whose outcome depends on a real Vault: those that import the selection, directly
 * or indirectly. Without a real Vault they are skipped or run on the emulated Vault only.
 *
 * @returns Paths below the root of the project, sorted.
 */
export function listRealVaultTests(): string[] {
	const imports = new Map<string, readonly string[]>();
	const importsOf = (path: string) => {
		const found = imports.get(path) ?? (WITHOUT.test(path) ? [] : valueImports(path));
		imports.set(path, found);
		return found;
	};
	const reached = (from: string): Set<string> => {
		const seen = new Set([from]);
		for (const path of seen) for (const one of importsOf(path)) seen.add(one);
		return seen;
	};
	return listTestFiles().filter((path) => reached(path).has(CHOOSES));
}

/** Every test file of the project, sorted. */
export function listTestFiles(): string[] {
	return readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
		.filter((name) => /\.test\.tsx?$/.test(name))
		.map((name) => join('test', name))
		.sort();
}

/** Project files that are imported at run time, without type imports. */
function valueImports(path: string): string[] {
	const text = readFileSync(join(root, path), 'utf8');
	const statements = text.matchAll(
		/^(?:import|export)\s(?!type\b)[^;]*?from\s*'(\.[^']*)'|\bimport\(\s*'(\.[^']*)'/gm,
	);
	return [...statements]
		.map(([, fixed, dynamic]) => fixed ?? dynamic ?? '')
		.map((target) => relative(root, resolve(root, dirname(path), target)))
		.filter((target) => existsSync(join(root, target)));
}
