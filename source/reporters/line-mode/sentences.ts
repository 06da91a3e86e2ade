/** Capitalizes the first word, unless it is a name, and adds a full stop. */
export function toSentence(text: string): string {
	const capitalized = text.replace(
		/^[a-z]+(?=[ ,]|: )/,
		(word) => word[0]?.toUpperCase() + word.slice(1),
	);
	return addFullStop(capitalized);
}

/** Prefixes a text with its title, unless it starts with it. */
export function prefixTitle(title: string, text: string): string {
	const startsWithTitle = text.toLowerCase().startsWith(`${title.toLowerCase()} `);
	return startsWithTitle ? text : `${title}: ${text}`;
}

/** Spells out units: screen readers would read "8 min 1 s" letter by letter. */
export function spellOutUnits(line: string): string {
	return line
		.replace(/(?<![\d.]|min )0(\.\d+)? s\b(?! \d)/g, 'under a second')
		.replace(/(?<![\d.])1 (h|min|s)\b/g, (_, unit: string) => `1 ${units[unit]}`)
		.replace(/(\d) (h|min|s)\b/g, (_, digit: string, unit: string) => `${digit} ${units[unit]}s`);
}

const units: Readonly<Record<string, string>> = { h: 'hour', min: 'minute', s: 'second' };

/** The first sentence of a text. */
export function getFirstSentence(text: string): string {
	return /^[\s\S]*?[.!?](?=\s+[A-Z])/.exec(text)?.[0] ?? text;
}

/** Ends a text with a full stop. */
export function addFullStop(text: string): string {
	const trimmed = text.trimEnd();
	return /[.!?:…]$/.test(trimmed) || trimmed === '' ? trimmed : `${trimmed}.`;
}
