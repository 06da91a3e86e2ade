/** The character that Ctrl-C sends in raw mode. */
const INTERRUPT = '\u0003';

/**
 * Reads a key from the terminal without echo.
 *
 * @throws Error with Go's wording if standard input is not a terminal.
 */
export async function readTypedKey(notTerminal: string): Promise<string> {
	const { stdin } = process;
	if (!stdin.isTTY) throw new Error(notTerminal);
	stdin.setRawMode(true);
	try {
		let typed = '';
		for await (const chunk of stdin as AsyncIterable<Buffer>) {
			typed += chunk.toString();
			if (typed.includes(INTERRUPT)) throw new Error('interrupted');
			if (/[\r\n]/.test(typed)) break;
		}
		return (typed.split(/[\r\n]/)[0] ?? '').trim();
	} finally {
		stdin.setRawMode(false);
		stdin.destroy();
	}
}

/** All of standard input. */
export async function readPipedKey(): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
	return Buffer.concat(chunks).toString().trim();
}

/** Wraps text at 78 columns, as Vault's newer CLI does. */
export function wrapCliText(text: string): string {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ')) {
		if (line !== '' && line.length + 1 + word.length > 77) {
			lines.push(line);
			line = word;
		} else line = line === '' ? word : `${line} ${word}`;
	}
	return [...lines, line].join('\n');
}
