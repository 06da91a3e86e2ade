import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const folder = fileURLToPath(new URL('../../fixtures/answers/', import.meta.url));

/** An answers file with one problem. Secrets in it are hunter2 or 8675309. */
export interface InvalidAnswers {
	name: string;
	text: string;
	/** `line:column` of the one problem. */
	position: string;
	key: string;
	/** Parts of the message: what is wrong, and the rule. */
	messageParts: readonly string[];
}

/** An entry of `bad-*.yaml`: a change to a valid file, and the expected message. */
interface Case {
	name: string;
	/** The valid file; `usual` by default. */
	file?: string;
	replace?: string;
	by?: string;
	/** Additional settings, instead of `replace` and `by`. */
	add?: readonly string[];
	/** `line:column key`. */
	at: string;
	message: readonly string[];
}

/** The text of a valid file: `usual` (a new network) or `existing` (existing subnets). */
export function readValidAnswers(name = 'usual'): string {
	return readFileSync(`${folder}${name}.yaml`, 'utf8');
}

/** An example of every known kind of invalid answer in the real catalogue. */
export function listInvalidAnswers(): InvalidAnswers[] {
	return readdirSync(folder)
		.filter((name) => name.startsWith('bad-'))
		.flatMap((name) => parse(readFileSync(`${folder}${name}`, 'utf8')) as Case[])
		.map(({ name, at, message, ...change }) => {
			const [position = '', ...key] = at.split(' ');
			return {
				name,
				text: applyChange(change),
				position,
				key: key.join(' '),
				messageParts: message,
			};
		});
}

function applyChange({
	file,
	replace = '',
	by = '',
	add,
}: Omit<Case, 'name' | 'at' | 'message'>): string {
	const good = readValidAnswers(file);
	if (add !== undefined) return `${good}${add.map((line) => `  ${line}\n`).join('')}`;
	if (!good.includes(replace)) throw new Error(`not in the valid file: ${replace}`);
	return good.replace(replace, () => by);
}
