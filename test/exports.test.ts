import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

const filesBelow = (folder: string): { path: string; words: Set<string>; text: string }[] =>
	readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((name) => /\.tsx?$/.test(name))
		.map((name) => {
			const path = join(folder, name);
			const text = readFileSync(join(root, path), 'utf8');
			return { path, text, words: new Set(text.match(/[\w$]+/g)) };
		});

const DECLARED =
	/^export (?:default )?(?:abstract |async |declare )*(?:function\*?|class|const|let|interface|type|enum) ([\w$]+)/gm;

it('no export is used in its own file alone', () => {
	const own = ['source', 'screens'].flatMap(filesBelow);
	const all = [...own, ...['scripts', 'bench', 'test'].flatMap(filesBelow)];
	const unused = own.flatMap(({ path, text }) =>
		[...text.matchAll(DECLARED)]
			.map(([, name = '']) => name)
			.filter((name) => !all.some((other) => other.path !== path && other.words.has(name)))
			.map((name) => `${path}: ${name}`),
	);
	expect(unused).toEqual([]);
});

it('comments quote no identifier that does not exist', () => {
	const own = ['source', 'screens'].flatMap(filesBelow);
	const comment = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
	const existing = new Set(
		own.flatMap(({ text }) => text.replaceAll(comment, '').match(/[\w$]+/g) ?? []),
	);
	const unknown = own.flatMap(({ path, text }) =>
		text.split('\n').flatMap((line, index) => {
			if (!/^\s*(\*|\/\/|\/\*)/.test(line)) return [];
			return [...line.matchAll(/`([a-z]+[A-Z]\w*)`/g)]
				.filter(([, name = '']) => !existing.has(name))
				.map(([, name]) => `${path}:${index + 1}: ${name}`);
		}),
	);
	expect(unknown).toEqual([]);
});
