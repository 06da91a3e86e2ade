// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are program code
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The index of the character that closes an opening quote, slash or bracket. */
function skip(text: string, start: number): number {
	const opening = text[start] ?? '';
	if ('\'"`'.includes(opening) || opening === '/') {
		let at = start + 1;
		let set = false;
		for (; at < text.length; at++) {
			const here = text[at];
			if (here === '\\') at++;
			else if (opening === '/' && here === '[') set = true;
			else if (here === ']') set = false;
			else if (here === opening && !set) break;
		}
		return at;
	}
	let at = start + 1;
	while (at < text.length && !')]}'.includes(text[at] ?? '')) {
		at = '([{\'"`'.includes(text[at] ?? '') ? skip(text, at) + 1 : at + 1;
	}
	return at;
}

/** The second argument of each two-argument call of `replace` and `replaceAll`. */
function replacements(text: string): string[] {
	return [...text.matchAll(/\.replace(?:All)?\(\s*/g)].flatMap(({ index, 0: call }) => {
		let at = index + call.length;
		while (at < text.length && text[at] !== ',' && text[at] !== ')') {
			at = '([{\'"`/'.includes(text[at] ?? '') ? skip(text, at) + 1 : at + 1;
		}
		if (text[at] !== ',') return [];
		const rest = text.slice(at + 1).trimStart();
		return [
			/^['"`]/.test(rest) ? rest.slice(0, skip(rest, 0) + 1) : (/^[^,)]*/.exec(rest)?.[0] ?? ''),
		];
	});
}

/** Whether a replacement string has a `$` that is, or may become, an unintended pattern. */
function isHazard(replacement: string): boolean {
	if (replacement.startsWith('`')) return replacement.includes('$');
	return /^['"]/.test(replacement) && /\$(?![1-9&<])/.test(replacement);
}

const files = ['source', 'screens', 'scripts', 'bench', 'test'].flatMap((folder) =>
	readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((name) => /\.(tsx?|mjs)$/.test(name) && !name.includes('replacements.test'))
		.map((name) => join(folder, name)),
);

describe('replacement strings', () => {
	it.each([
		["x.replaceAll('${', '$${')", true],
		['x.replace(/a[/)]b/g, `$1${y}`)', true],
		['x.replace(new RegExp(`^${a}(b, c)`), `${y}`)', true],
		["x.replace(/(a)/, '<$1>')", false],
		['x.replace(/a/, () => `${y}`)', false],
	])('classifies %s as a hazard: %s', (code, hazard) => {
		expect(replacements(code).some(isHazard)).toBe(hazard);
	});

	it('contain no unintended $ patterns', () => {
		const hazards = files.flatMap((file) =>
			replacements(readFileSync(join(root, file), 'utf8'))
				.filter(isHazard)
				.map((replacement) => `${file}: ${replacement}`),
		);
		expect(hazards).toEqual([]);
	});
});
