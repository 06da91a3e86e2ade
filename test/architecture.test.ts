import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

interface SourceFile {
	/** Path below the project's root. */
	path: string;
	text: string;
	/** Project files it imports, including types, relative to the root. */
	own: string[];
	/** Packages and Node modules it imports. */
	packages: string[];
	/** Targets of dynamic imports. */
	dynamic: string[];
}

const IMPORT = /(?:\bfrom\s*|\bimport\s*|\bimport\s*\(\s*)'([^']+)'/g;

function filesBelow(folder: string): SourceFile[] {
	if (!existsSync(join(root, folder))) return [];
	return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((name) => /\.tsx?$/.test(name))
		.map((name) => {
			const path = join(folder, name);
			// Comments may mention an import.
			const text = readFileSync(join(root, path), 'utf8').replace(
				/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm,
				'',
			);
			const named = [...text.matchAll(IMPORT)].map(([statement, target = '']) => {
				const below = relative(root, resolve(root, dirname(path), target));
				return {
					target: target.startsWith('.') ? below : target,
					own: target.startsWith('.'),
					statement,
				};
			});
			return {
				path,
				text,
				own: named.filter(({ own }) => own).map(({ target }) => target),
				packages: named.filter(({ own }) => !own).map(({ target }) => target),
				dynamic: named.filter(({ statement }) => /\(/.test(statement)).map(({ target }) => target),
			};
		});
}

const source = filesBelow('source');
const screens = filesBelow('screens');
const all = [...source, ...screens];

/** Imports go from a lower number to a higher one only; parts with the same number are separate. */
const layers: Readonly<Record<string, number>> = {
	'source/cli.ts': 0,
	'source/run-on-bundled-node.ts': 1,
	'source/main.ts': 1,
	'source/exit-process.ts': 2,
	'source/commands': 2,
	screens: 3,
	'source/reporters/line-mode': 3,
	'source/wizard': 4,
	'source/runs': 5,
	'source/reporters': 6,
	'source/targets': 6,
	'source/steps': 7,
	'source/practice': 8,
	'source/terraform': 9,
	'source/vault': 9,
	'source/instance': 9,
	'source/aws': 9,
	'source/engine': 10,
	'source/version.ts': 11,
};
const drivers = ['source/terraform', 'source/vault', 'source/instance', 'source/aws'];

/** The longest prefix of a path that has a layer. */
function partOf(path: string): string {
	const segments = path.split('/');
	const prefixes = segments.map((_, at) => segments.slice(0, at + 1).join('/')).reverse();
	return prefixes.find((prefix) => prefix in layers) ?? path;
}

const importing = (files: readonly SourceFile[]) =>
	files.flatMap((file) => file.own.map((target) => ({ from: file.path, target })));
const shown = ({ from, target }: { from: string; target: string }) => `${from} -> ${target}`;

it('finds the imports of the project', () => {
	expect(source.length).toBeGreaterThan(100);
	expect(importing(source).length).toBeGreaterThan(200);
	expect(importing(source).map(shown)).toContain('source/cli.ts -> source/main.ts');
	for (const { target } of importing(all))
		expect(existsSync(join(root, target)), target).toBe(true);
});

describe('imports', () => {
	it('have a layer for every part of the project', () => {
		expect(all.map(({ path }) => path).filter((path) => !(partOf(path) in layers))).toEqual([]);
	});

	it('go to a lower layer or stay within one part', () => {
		const upward = importing(all).filter(({ from, target }) => {
			const [a, b] = [partOf(from), partOf(target)];
			return a !== b && (layers[a] ?? 0) >= (layers[b] ?? 0);
		});
		expect(upward.map(shown)).toEqual([]);
	});

	it('of the engine include no Ink, React or AWS SDK', () => {
		const engine = source.filter(({ path }) => partOf(path) === 'source/engine');
		for (const { path, packages } of engine) {
			const foreign = packages.filter((name) => /^@aws-sdk|^react|^ink/.test(name));
			expect(foreign, path).toEqual([]);
		}
	});

	it('have no cycles', () => {
		const byPath = new Map(all.map((file) => [file.path, file]));
		const done = new Set<string>();
		const circles: string[] = [];
		const visit = (path: string, trail: readonly string[]): void => {
			if (trail.includes(path))
				circles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
			if (trail.includes(path) || done.has(path)) return;
			for (const target of byPath.get(path)?.own ?? []) visit(target, [...trail, path]);
			done.add(path);
		};
		for (const { path } of all) visit(path, []);
		expect(circles).toEqual([]);
	});
});

it('names nothing of a rekey in the engine', () => {
	const words = /custodian|key.?share|unseal|ceremony/i;
	const named = source.filter(
		({ path, text }) => path.startsWith('source/engine/') && words.test(text),
	);
	expect(named.map(({ path, text }) => `${path}: ${words.exec(text)?.[0]}`)).toEqual([]);
});

describe('drivers', () => {
	const ofDrivers = source.filter(({ path }) => drivers.includes(partOf(path)));

	it('import neither each other nor the runner nor sessions', () => {
		const known = importing(ofDrivers).filter(
			({ from, target }) =>
				(drivers.includes(partOf(target)) && partOf(target) !== partOf(from)) ||
				/^source\/engine\/(runner|step|session|answers|question|catalogue)\b/.test(target),
		);
		expect(known.map(shown)).toEqual([]);
	});

	it('are combined only in steps, targets, runs and practice', () => {
		const joined = all.filter(({ path, own }) => {
			const met = new Set(own.map(partOf).filter((part) => drivers.includes(part)));
			return met.size > 1 && !/^source\/(steps|targets|runs|practice|commands)\//.test(path);
		});
		expect(joined.map(({ path }) => path)).toEqual([]);
	});

	it('are the only importers of the AWS SDK besides steps, targets and practice', () => {
		const outside = source.filter(
			({ path, packages }) =>
				packages.some((name) => name.startsWith('@aws-sdk')) &&
				!/^source\/(aws|steps|targets|practice)\//.test(path),
		);
		expect(outside.map(({ path }) => path)).toEqual([]);
	});
});

/** Files outside of targets that name what only one target has, with the reason. */
const targetWords: Readonly<Record<string, string>> = {
	'source/commands/command-table.ts': 'help is printed before any target is loaded',
	'source/engine/answers/answers-reference-markdown.ts': 'an example of a key path',
	'source/steps/step-context.ts': 'the keys that targets share',
	'source/practice/instance/ami-commands.ts': 'imitates the instance of the 2018 AMI',
	'source/practice/instance/command-scripts.ts': 'imitates the instance of the 2018 AMI',
	'source/practice/instance/instance-layout.ts': 'imitates the instance of the 2018 AMI',
};

describe('front ends', () => {
	it('in source import no React and no Ink', () => {
		const found = source.filter(({ packages }) =>
			packages.some((name) => /^(react|ink|@inkjs|ink-)(\/|$|-)/.test(name)),
		);
		expect(found.map(({ path }) => path)).toEqual([]);
	});

	it('import the screens dynamically in one place', () => {
		const users = source.filter(({ own }) => own.some((target) => partOf(target) === 'screens'));
		expect(users.length).toBeLessThanOrEqual(1);
		for (const { own, dynamic } of users) {
			const targets = own.filter((target) => partOf(target) === 'screens');
			expect(targets).toHaveLength(1);
			expect(dynamic.some((target) => target.endsWith(targets[0] ?? '?'))).toBe(true);
		}
	});

	it('imports practice mode only from runs, commands and the practice part of a target', () => {
		const users = importing(source).filter(
			({ from, target }) =>
				partOf(target) === 'source/practice' &&
				!['source/practice', 'source/runs', 'source/commands'].includes(partOf(from)) &&
				!/^source\/targets\/[^/]+\/practice\//.test(from),
		);
		expect(users.map(shown)).toEqual([]);
	});

	it('imports a target only from its own directory and from the list of targets', () => {
		const users = importing(all).filter(({ from, target }) => {
			const [, name] = /^source\/targets\/([^/]+)\//.exec(target) ?? [];
			if (name === undefined) return false;
			return (
				!from.startsWith(`source/targets/${name}/`) &&
				from !== 'source/targets/target-definitions.ts'
			);
		});
		expect(users.map(shown)).toEqual([]);
	});

	it('names what only one target has nowhere outside of its directory', () => {
		const words = /ptfe|atlas-backup|tfe-setup-data|['"`]settings\.|['"`]rekey\./;
		const named = all.filter(
			({ path, text }) =>
				!path.startsWith('source/targets/') && !(path in targetWords) && words.test(text),
		);
		expect(named.map(({ path, text }) => `${path}: ${words.exec(text)?.[0]}`)).toEqual([]);
	});
});

describe('the process', () => {
	it('sets its exit code in cli.ts and end-process.ts and exits in end-process.ts only', () => {
		const setting = all.filter(({ text }) => /process\.exitCode\b/.test(text));
		expect(setting.map(({ path }) => path)).toEqual(['source/cli.ts', 'source/exit-process.ts']);
		const ending = all.filter(({ text }) =>
			/process\s*\.\s*(exit|abort|reallyExit)\s*\(/.test(text),
		);
		expect(ending.map(({ path }) => path)).toEqual(['source/exit-process.ts']);
	});

	it('has no module with side effects on import', () => {
		// A top-level call whose result is not used.
		const atOnce = all
			.filter(({ path }) => path !== 'source/cli.ts')
			.filter(({ text }) =>
				/^(await |void )?[a-zA-Z_.]+\(/m.test(
					text.replace(/^(export )?(async )?function.*$/gm, ''),
				),
			);
		expect(atOnce.map(({ path }) => path)).toEqual([]);
	});

	it('does not use console', () => {
		expect(all.filter(({ text }) => /\bconsole\./.test(text)).map(({ path }) => path)).toEqual([]);
	});
});

it('has no file longer than 400 lines', () => {
	const long = all.map(({ path }) => [
		path,
		readFileSync(join(root, path), 'utf8').split('\n').length,
	]);
	expect(long.filter(([, lines]) => Number(lines) > 400)).toEqual([]);
});
