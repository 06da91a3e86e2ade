/** What ctrl-c sends while the terminal passes everything on. */
const INTERRUPT = '\u0003';

/**
 * What a person types at the terminal, without echo.
 *
 * @throws Error in Go's words when standard input is no terminal.
 */
export async function typedKey(notTerminal: string): Promise<string> {
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
export async function pipedKey(): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
	return Buffer.concat(chunks).toString().trim();
}

/** Broken at 78 columns between words, as Vault's newer command line does. */
export function wrapped(text: string): string {
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
