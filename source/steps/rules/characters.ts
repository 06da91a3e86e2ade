/**
 * The character rule of the 2018 image: its settings are sourced as a shell file, and anything
 * but these "may cause the instance to be unable to boot" (aws-standard/README, v201802-2).
 * Names that need a dot (domains, buckets) are allowed one on top.
 */
const SAFE = /[A-Za-z0-9\-_:/]/;

/** The rule in a few words. */
export const characterRule = 'letters, digits and - _ : /';

/** Names the first character of `value` that the 2018 image cannot take; `also` are allowed too. */
export function characterProblem(value: string, also = ''): string | undefined {
	for (const character of value) {
		if (SAFE.test(character) || also.includes(character)) continue;
		return `holds ${nameOf(character)}, which the image cannot take: its settings are a shell file`;
	}
	return undefined;
}

/** A character as a person would point at it. */
export function nameOf(character: string): string {
	const names: Record<string, string> = {
		' ': 'a space',
		'\t': 'a tab',
		'\n': 'a line break',
		'\r': 'a carriage return',
		'"': 'a double quote',
		"'": 'a single quote',
		'`': 'a backtick',
	};
	const code = character.codePointAt(0) ?? 0;
	const invisible = code < 0x20 || code === 0x7f || (code >= 0x80 && code < 0xa1);
	return (
		names[character] ??
		(invisible ? `the character U+${code.toString(16).toUpperCase().padStart(4, '0')}` : character)
	);
}
