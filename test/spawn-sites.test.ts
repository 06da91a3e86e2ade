import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Calls that start a process. Other functions of Node (`exec`, `fork`) are not used. */
const STARTING = ['execa', 'execaSync', 'spawn', 'spawnSync', 'execFileSync'];
/** These pass on the whole environment of this program. */
const EXEMPT = [
	// Runs this program again on a newer Node.js.
	'source/run-on-bundled-node.ts',
	// Runs the tests, which clear their own environment.
	'scripts/test-long.ts',
];

interface Site {
	/** `FILE:LINE`. */
	where: string;
	call: string;
}

const files = ['source', 'screens', 'scripts'].flatMap((folder) =>
	readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((name) => /\.tsx?$/.test(name))
		.map((name) => join(folder, name)),
);
/** The file without comments, which may mention calls. */
const textOf = (path: string) =>
	readFileSync(join(root, path), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, (comment) =>
		comment.replace(/[^\n]/g, ' '),
	);

function sitesIn(path: string): Site[] {
	const text = textOf(path);
	if (!/from '(execa|node:child_process)'/.test(text)) return [];
	const names = new RegExp(`(?<![\\w.])(?:${STARTING.join('|')})\\(`, 'g');
	return [...text.matchAll(names)].map((match) => {
		const begin = match.index + match[0].length;
		let depth = 1;
		let end = begin;
		for (; depth > 0 && end < text.length; end += 1) {
			if (text[end] === '(') depth += 1;
			if (text[end] === ')') depth -= 1;
		}
		const line = text.slice(0, match.index).split('\n').length;
		return { where: `${path}:${line}`, call: text.slice(match.index, end) };
	});
}

describe('code that starts a process', () => {
	const sites = files.filter((path) => !EXEMPT.includes(path)).flatMap(sitesIn);

	it('is found by this test', () => {
		expect(sites.length).toBeGreaterThan(10);
		expect(sites.some(({ where }) => where.startsWith('source/instance/ssh-master.ts:'))).toBe(
			true,
		);
	});

	it('passes only an environment built by childEnvironment', () => {
		const bare = sites.filter(({ call }) => !/\.\.\.createExactEnvironmentOptions\(/.test(call));
		expect(bare.map(({ where }) => where)).toEqual([]);
		const second = sites.filter(({ call }) => /\b(env|extendEnv):/.test(call));
		expect(second.map(({ where }) => where)).toEqual([]);
	});

	it('uses one of the known calls without renaming it', () => {
		const imported = files.flatMap((path) =>
			[...textOf(path).matchAll(/import \{([^}]*)\} from '(?:execa|node:child_process)'/g)]
				.flatMap(([, names = '']) => names.split(','))
				.map((name) => name.trim())
				.filter((name) => name !== '' && !name.startsWith('type '))
				.filter((name) => !STARTING.includes(name))
				.map((name) => `${path}: ${name}`),
		);
		expect(imported).toEqual([]);
		const others = files.filter((path) =>
			/import \*[^;]*'(execa|node:child_process)'|(require|import|getBuiltinModule)\('(execa|node:child_process)'\)/.test(
				textOf(path),
			),
		);
		expect(others).toEqual([]);
	});

	it('does not cast other values to ChildEnvironment', () => {
		const cast = files.filter((path) => /\bas (unknown as )?ChildEnvironment\b/.test(textOf(path)));
		expect(cast).toEqual(['source/engine/child-environment.ts']);
	});
});

it('uses the temporary directory for SSH sockets only', () => {
	const using = files.filter((path) => /\btmpdir\(\)|['"`]\/tmp\b/.test(textOf(path)));
	expect(using).toEqual(['source/instance/socket-directory.ts']);
});
