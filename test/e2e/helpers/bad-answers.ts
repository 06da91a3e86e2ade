import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const folder = fileURLToPath(new URL('../../fixtures/answers/', import.meta.url));

/** An answers file with one thing wrong. Secrets in it are called hunter2 or 8675309. */
export interface BadAnswers {
	name: string;
	text: string;
	/** `line:column` of the one problem. */
	place: string;
	key: string;
	/** What is wrong, and the rule it breaks. */
	words: readonly string[];
}

/** As it stands in `bad-*.yaml`: a change to a good file, and what is to be said of it. */
interface Case {
	name: string;
	/** The good file; `usual` unless given. */
	file?: string;
	replace?: string;
	by?: string;
	/** Further settings, in place of `replace` and `by`. */
	add?: readonly string[];
	/** `line:column key`. */
	at: string;
	says: readonly string[];
}

/** The text of a good file: `usual` (a new network) or `existing` (subnets that exist). */
export function goodAnswers(name = 'usual'): string {
	return readFileSync(`${folder}${name}.yaml`, 'utf8');
}

/** Every way to get an answer of the real catalogue wrong that we know of. */
export function badAnswers(): BadAnswers[] {
	return readdirSync(folder)
		.filter((name) => name.startsWith('bad-'))
		.flatMap((name) => parse(readFileSync(`${folder}${name}`, 'utf8')) as Case[])
		.map(({ name, at, says, ...change }) => {
			const [place = '', ...key] = at.split(' ');
			return { name, text: changed(change), place, key: key.join(' '), words: says };
		});
}

function changed({ file, replace = '', by = '', add }: Omit<Case, 'name' | 'at' | 'says'>): string {
	const good = goodAnswers(file);
	if (add !== undefined) return `${good}${add.map((line) => `  ${line}\n`).join('')}`;
	if (!good.includes(replace)) throw new Error(`not in the good file: ${replace}`);
	return good.replace(replace, () => by);
}
