import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readableTexts, userFiles } from './helpers/readable-texts.ts';
import { forbiddenWords, wordList } from './helpers/word-list.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

it.each(userFiles())('%s uses the terms of its users', (path) => {
	const text = readFileSync(join(root, path), 'utf8');
	const found = readableTexts(path, text).flatMap(({ start, text: part }) =>
		forbiddenWords(part).map(({ at, word, instead }) => {
			const line = text.slice(0, start + at).split('\n').length;
			return `${path}:${line}: "${word}": write "${instead}"`;
		}),
	);
	expect(found).toEqual([]);
});

it('reads string literals, templates and the texts of JSX, and nothing else', () => {
	const code = [
		"import a from './moment.ts';",
		'// nobody reads a comment',
		"const b: 'moment' = 'one moment';",
		'const c = `a mend`;',
		'const d = <Text>go on {c}</Text>;',
	].join('\n');
	const words = readableTexts('screens/x.tsx', code).flatMap(({ text }) =>
		forbiddenWords(text).map(({ word }) => word),
	);
	expect(words.sort()).toEqual(['go on', 'mend', 'moment']);
});

it('has an entry for each row of the style guide', () => {
	expect(wordList.length).toBeGreaterThan(21);
});
