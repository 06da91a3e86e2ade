import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findCommand, flagsWithoutCommand } from '../source/commands/command-table.ts';
import { version } from '../source/version.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const manifest = JSON.parse(read('package.json'));
const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'docs/testing.md'];

describe.each(pages)('%s', (page) => {
	const text = read(page);

	it('names only npm scripts that exist', () => {
		const names = [...text.matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(([, name]) => name);
		for (const name of names) expect(Object.keys(manifest.scripts)).toContain(name);
	});

	it('links only to files that exist', () => {
		const links = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link);
		const missing = links.filter(
			(link) => !/^https?:/.test(link) && !existsSync(join(root, dirname(page), link)),
		);
		expect(missing).toEqual([]);
	});
});

describe('README.md', () => {
	it('names the current package', () => {
		expect(read('README.md')).toContain(`dist-packages/tfe-wizard-${version}.tgz`);
	});

	it('names only commands and flags that exist', () => {
		const blocks = [...read('README.md').matchAll(/^```sh\n([\s\S]*?)^```$/gm)];
		const inline = [...read('README.md').matchAll(/`(tfe-wizard [^`]*)`/g)];
		const examples = [...blocks, ...inline]
			.flatMap(([, code = '']) => code.split('\n'))
			.filter((line) => line.startsWith('tfe-wizard '))
			.map((line) =>
				line
					.replace(/[#>].*/, '')
					.trim()
					.split(/\s+/)
					.slice(1),
			)
			.filter((words) => words.length > 0);
		expect(examples.length).toBeGreaterThan(8);
		for (const words of examples) {
			const command = findCommand(words);
			const known = [...(command?.flags ?? []), ...flagsWithoutCommand].map(({ name }) => name);
			const flags = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
			if (!words[0]?.startsWith('-')) expect(command, words.join(' ')).toBeDefined();
			if (command !== undefined) expect(known).toEqual(expect.arrayContaining(flags));
		}
	});
});
