/** A line as it is said: a capital at its beginning, unless that is a name, and a full stop. */
export function spoken(text: string): string {
	const begun = text.replace(
		/^[a-z]+(?=[ ,]|: )/,
		(word) => word[0]?.toUpperCase() + word.slice(1),
	);
	return sentence(begun);
}

/** Words behind what they are about, which is not said twice. */
export function behind(about: string, words: string): string {
	const twice = words.toLowerCase().startsWith(`${about.toLowerCase()} `);
	return twice ? words : `${about}: ${words}`;
}

/** Units in full: "8 min 1 s" is read out letter by letter. */
export function unitWords(line: string): string {
	return line
		.replace(/(?<![\d.]|min )0(\.\d+)? s\b(?! \d)/g, 'under a second')
		.replace(/(?<![\d.])1 (h|min|s)\b/g, (_, unit: string) => `1 ${units[unit]}`)
		.replace(/(\d) (h|min|s)\b/g, (_, digit: string, unit: string) => `${digit} ${units[unit]}s`);
}

const units: Readonly<Record<string, string>> = { h: 'hour', min: 'minute', s: 'second' };

/** The first sentence of a text. */
export function firstSentence(text: string): string {
	return /^[\s\S]*?[.!?](?=\s+[A-Z])/.exec(text)?.[0] ?? text;
}

/** A text that ends like a sentence. */
export function sentence(text: string): string {
	const trimmed = text.trimEnd();
	return /[.!?:…]$/.test(trimmed) || trimmed === '' ? trimmed : `${trimmed}.`;
}
