type ParsedMapLine =
	/** `quoted`: the value was in quotes, which are removed. */
	{ name: string; value: string; quoted: boolean } | { problem: 'form' | 'quotes' };

/**
 * Parses a line `name = value` of a map. A value that starts with a quotation mark must be quoted as a
 * whole: `""a = b` is more likely two lines that ran together than a value.
 */
export function parseMapLine(line: string): ParsedMapLine {
	const at = line.indexOf('=');
	const name = line.slice(0, Math.max(0, at)).trim();
	const value = line.slice(at + 1).trim();
	if (name === '') return { problem: 'form' };
	if (!startsWithQuote(value)) return { name, value, quoted: false };
	const text = unquote(value);
	return text === undefined ? { problem: 'quotes' } : { name, value: text, quoted: true };
}

export const startsWithQuote = (value: string): boolean => /^["']/.test(value);

function unquote(value: string): string | undefined {
	if (value.startsWith("'")) return /^'([^']*)'$/.exec(value)?.[1];
	try {
		return String(JSON.parse(value));
	} catch {
		return undefined;
	}
}
