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
