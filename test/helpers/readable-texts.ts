import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Texts that repeat what other programs print, word by word. */
const QUOTED = /^source\/practice\/vault\/|^docs\/failure-matrix\.md$|^templates\/.*\/tests\//;

/** Every file with text that operators read: code, docs, templates. Sorted. */
export function userFiles(): string[] {
	const below = (folder: string, ending: RegExp) =>
		readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
			.filter((name) => ending.test(name) && !/\.terraform\b/.test(name))
			.map((name) => join(folder, name));
	return [
		...below('source', /\.ts$/),
		...below('screens', /\.tsx?$/),
		...below('docs', /\.md$/),
		...below('templates', /\.(tf|md)$/),
		...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'],
	]
		.filter((path) => !QUOTED.test(path))
		.sort();
}

interface Node {
	type: string;
	start: number;
	end: number;
	[key: string]: unknown;
}

/**
 * The parts of a file that an operator may read: all of a document; of Terraform its comments and
 * sentences; of code its string literals, templates and JSX texts, but no names of imports, types
 * and comments.
 */
export function readableTexts(path: string, text: string): { start: number; text: string }[] {
	if (path.endsWith('.tf')) {
		const parts = text.matchAll(/"[^"\n]* [^"\n]*"|^\s*#.*$/gm);
		return [...parts].map(({ index, 0: part }) => ({ start: index, text: part }));
	}
	if (!/\.tsx?$/.test(path)) return [{ start: 0, text }];
	const found: { start: number; text: string }[] = [];
	const visit = (value: unknown): void => {
		if (Array.isArray(value)) for (const item of value) visit(item);
		if (typeof value !== 'object' || value === null || !('type' in value)) return;
		const node = value as Node;
		if (/^(Import|TS(?!As|Satisfies|NonNull))|^Export(All|Named)Declaration$/.test(node.type)) {
			if (node.type === 'ExportNamedDeclaration') visit(node.declaration);
			return;
		}
		const literal = node.type === 'Literal' && typeof node.value === 'string';
		if (literal || node.type === 'TemplateElement' || node.type === 'JSXText')
			found.push({ start: node.start, text: text.slice(node.start, node.end) });
		for (const [key, child] of Object.entries(node)) if (key !== 'type') visit(child);
	};
	visit(parseSync(path, text).program);
	return found;
}
