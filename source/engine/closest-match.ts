/**
 * The Damerau-Levenshtein distance (optimal string alignment): the number of insertions, deletions,
 * substitutions and transpositions between two texts. `limit + 1` when it exceeds `limit`.
 */
export function editDistance(a: string, b: string, limit = Number.POSITIVE_INFINITY): number {
	if (Math.abs(a.length - b.length) > limit) return limit + 1;
	let twoBack: number[] = [];
	let back = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (let i = 1; i <= a.length; i++) {
		const row = [i];
		for (let j = 1; j <= b.length; j++) {
			const same = a[i - 1] === b[j - 1];
			let best = Math.min(
				(back[j] ?? 0) + 1,
				(row[j - 1] ?? 0) + 1,
				(back[j - 1] ?? 0) + (same ? 0 : 1),
			);
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
				best = Math.min(best, (twoBack[j - 2] ?? 0) + 1);
			}
			row.push(best);
		}
		twoBack = back;
		back = row;
	}
	const distance = back[b.length] ?? 0;
	return distance > limit ? limit + 1 : distance;
}

/** Case and hyphens are ignored. */
function normal(text: string): string {
	return text.toLowerCase().replaceAll('-', '_');
}

/** The maximum distance for a match: one per three letters, at most three. */
function tolerance(word: string): number {
	return Math.min(3, Math.floor(word.length / 3) || (word.length > 1 ? 1 : 0));
}

/**
 * The word of `known` that `word` was probably meant to be, by edit distance or by prefix; the first
 * of several equally close ones.
 */
export function findClosestMatch(word: string, known: Iterable<string>): string | undefined {
	const wanted = normal(word);
	let best: { word: string; distance: number } | undefined;
	for (const candidate of known) {
		const limit = tolerance(candidate);
		const name = normal(candidate);
		const isPrefix = wanted.length >= 4 && name.startsWith(wanted);
		const distance = Math.min(editDistance(wanted, name, limit), isPrefix ? limit : limit + 1);
		if (distance < (best?.distance ?? limit + 1)) best = { word: candidate, distance };
	}
	return best?.word;
}
