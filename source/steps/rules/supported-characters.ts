/**
 * The character rule of the 2018 AMI: it sources its settings as a shell file, and any other
 * character "may cause the instance to be unable to boot" (aws-standard/README, v201802-2).
 * Names that need dots (domains, buckets) may also contain dots.
 */
const SAFE = /[A-Za-z0-9\-_:/]/;

/** The problem with the first character that the 2018 AMI does not support; `also` are allowed. */
export function findCharacterProblem(value: string, additionalCharacters = ''): string | undefined {
	for (const character of value) {
		if (SAFE.test(character) || additionalCharacters.includes(character)) continue;
		return `contains ${describeCharacter(character)}, which the AMI does not support`;
	}
	return undefined;
}

/** A character as it is named in messages. */
export function describeCharacter(character: string): string {
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
		(invisible
			? `the character U+${code.toString(16).toUpperCase().padStart(4, '0')}`
			: `"${character}"`)
	);
}
