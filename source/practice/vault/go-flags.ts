/** Defaults by flag name: a boolean for a switch, otherwise text or a number. */
type FlagDefaults = Readonly<Record<string, boolean | string | number>>;

type ParsedFlags<K extends FlagDefaults> = {
	[N in keyof K]: K[N] extends boolean ? boolean : K[N] extends number ? number : string;
};

/** An invalid flag; `message` has the wording of Go's flag package. */
export class FlagError extends Error {
	override readonly name = 'FlagError';
}

/**
 * Parses flags as Go does: `-name`, `--name`, `-name=value`, `-name value`, up to the first word
 * that is not a flag. `-` alone is a word.
 *
 * @throws FlagError
 */
export function parseGoFlags<const K extends FlagDefaults>(
	args: readonly string[],
	kinds: K,
): { flags: ParsedFlags<K>; words: string[] } {
	const flags: Record<string, boolean | string | number> = { ...kinds };
	const words = [...args];
	for (;;) {
		const [first] = words;
		const match = /^--?([^-=][^=]*)(?:=([\s\S]*))?$/.exec(first ?? '');
		if (match === null) break;
		words.shift();
		const [, name = '', given] = match;
		const kind = kinds[name];
		if (kind === undefined) throw new FlagError(`flag provided but not defined: -${name}`);
		if (typeof kind === 'boolean') {
			flags[name] = given === undefined || given === 'true' || given === '1';
			continue;
		}
		const value = given ?? words.shift();
		if (value === undefined) throw new FlagError(`flag needs an argument: -${name}`);
		if (typeof kind === 'number' && !/^-?\d+$/.test(value)) {
			throw new FlagError(
				`invalid value "${value}" for flag -${name}: strconv.ParseInt: parsing "${value}": invalid syntax`,
			);
		}
		flags[name] = typeof kind === 'number' ? Number(value) : value;
	}
	return { flags: flags as ParsedFlags<K>, words };
}
