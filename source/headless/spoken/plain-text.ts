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

/** True where the terminal may not know any letter beyond ASCII. */
export function isAscii(env: NodeJS.ProcessEnv): boolean {
	const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
	return env.TFE_WIZARD_ASCII === '1' || !/utf-?8/i.test(locale);
}

/** The signs of ours in ASCII. Names from elsewhere stay as they are: they would be others. */
export function withTwins(text: string): string {
	return text.replace(/[…→–—·×‘’“”]/g, (sign) => twins[sign] ?? sign);
}
