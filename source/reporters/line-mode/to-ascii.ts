const twins: Readonly<Record<string, string>> = {
	'…': '...',
	'→': '->',
	'–': '-',
	'—': '-',
	'·': ',',
	'×': 'x',
	'‘': "'",
	'’': "'",
	'“': '"',
	'”': '"',
};

/** Whether the terminal may support only ASCII. */
export function isAsciiTerminal(env: NodeJS.ProcessEnv): boolean {
	const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
	return env.TFE_WIZARD_ASCII === '1' || !/utf-?8/i.test(locale);
}

/** Replaces typographic characters by ASCII. Other characters may be part of names and are unchanged. */
export function toAscii(text: string): string {
	return text.replace(/[…→–—·×‘’“”]/g, (sign) => twins[sign] ?? sign);
}
