/**
 * Why a text cannot be written to a file, as a clause that follows its key: a null character, or an
 * unpaired surrogate, which has no UTF-8 encoding. Undefined for valid text.
 */
export function findUnwritableTextProblem(text: string): string | undefined {
	if (text.includes('\0')) {
		return 'contains a null character (U+0000), which files and environment variables cannot hold; remove it';
	}
	const half = /\p{Cs}/u.exec(text)?.[0];
	return half === undefined
		? undefined
		: `contains an unpaired surrogate (${formatCodePoints(half)}); write the complete character`;
}

/** The problem of a single-line text that is invalid for any question. */
export function findSingleLineTextProblem(value: string): string | undefined {
	if (/[\r\n]/.test(value)) return 'has several lines; only one is allowed';
	if (/\p{Cc}/u.test(value)) return 'contains a control character';
	return value === value.trim()
		? undefined
		: 'starts or ends with whitespace, which would become part of the value';
}

/** The code points of a text, `U+0065 U+0301`; only the first few of a long text. */
export function formatCodePoints(text: string): string {
	const points = [...text].map(
		(character) =>
			`U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
	);
	return points.length > 4 ? `${points.slice(0, 4).join(' ')} …` : points.join(' ');
}

/** A text within a value, with its path (empty for the value itself). */
interface NestedText {
	path: readonly PropertyKey[];
	text: string;
}

/** All texts within a value: itself, list items, map values and map keys. */
export function collectNestedTexts(
	value: unknown,
	path: readonly PropertyKey[] = [],
): NestedText[] {
	if (typeof value === 'string') return [{ path, text: value }];
	if (typeof value !== 'object' || value === null) return [];
	if (Array.isArray(value)) {
		return value.flatMap((item, index) => collectNestedTexts(item, [...path, index]));
	}
	return Object.entries(value).flatMap(([key, item]) => [
		{ path: [...path, key], text: key },
		...collectNestedTexts(item, [...path, key]),
	]);
}
