import { isSafe } from './terminal-text.ts';

const BARE = /^[\w@%+=:,./-]+$/;

/**
 * One word of a command that is printed to be copied into a shell, quoted only where it must be. A
 * word with characters that a terminal would act on or not show is written in `$'…'` with each of
 * its bytes in ASCII (POSIX.1-2024, XCU 2.2.4; bash, zsh, ksh): visible, and still the same word.
 */
export function shellWord(word: string): string {
	if (BARE.test(word)) return word;
	if (isSafe(word)) return `'${word.replaceAll("'", "'\\''")}'`;
	const bytes = Array.from(Buffer.from(word), (byte) => {
		const character = String.fromCharCode(byte);
		if (byte < 0x20 || byte > 0x7e) return `\\${byte.toString(8).padStart(3, '0')}`;
		return character === "'" || character === '\\' ? `\\${character}` : character;
	});
	return `$'${bytes.join('')}'`;
}
