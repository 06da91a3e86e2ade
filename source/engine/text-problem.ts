/**
 * What keeps a text from being written to any file, as a clause that reads on after its key:
 * a null character, or half of a surrogate pair, which has no UTF-8. Undefined when nothing does.
 */
export function unwritableProblem(text: string): string | undefined {
	if (text.includes('\0')) {
		return 'contains a null character (U+0000), which files and environment variables cannot hold; remove it';
	}
	const half = /\p{Cs}/u.exec(text)?.[0];
	return half === undefined
		? undefined
		: `contains an unpaired surrogate (${codePoints(half)}); write the complete character`;
}

/** The code points of a text, `U+0065 U+0301`; of a long one the first few. */
export function codePoints(text: string): string {
	const points = [...text].map(
		(character) =>
			`U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
	);
	return points.length > 4 ? `${points.slice(0, 4).join(' ')} …` : points.join(' ');
}

/** A text within a value: where (empty for the value itself), and what. */
export interface TextWithin {
	path: readonly PropertyKey[];
	text: string;
}

/** Every text within a value: itself, items of lists, values of maps and their keys. */
export function textsWithin(value: unknown, path: readonly PropertyKey[] = []): TextWithin[] {
	if (typeof value === 'string') return [{ path, text: value }];
	if (typeof value !== 'object' || value === null) return [];
	if (Array.isArray(value)) {
		return value.flatMap((item, index) => textsWithin(item, [...path, index]));
	}
	return Object.entries(value).flatMap(([key, item]) => [
		{ path: [...path, key], text: key },
		...textsWithin(item, [...path, key]),
	]);
}
