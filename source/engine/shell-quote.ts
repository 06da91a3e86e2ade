import { isTerminalSafe } from './escape-for-terminal.ts';

const BARE = /^[\w@%+=:,./-]+$/;

/**
 * Quotes one word of a command that is printed for copying into a shell, only where needed. A word
 * with control or invisible characters is written as `$'…'` in ASCII (POSIX.1-2024, XCU 2.2.4; bash,
 * zsh, ksh), which is visible and equals the same word.
 */
export function quoteShellWord(word: string): string {
	if (BARE.test(word)) return word;
	if (isTerminalSafe(word)) return `'${word.replaceAll("'", "'\\''")}'`;
	const bytes = Array.from(Buffer.from(word), (byte) => {
		const character = String.fromCharCode(byte);
		if (byte < 0x20 || byte > 0x7e) return `\\${byte.toString(8).padStart(3, '0')}`;
		return character === "'" || character === '\\' ? `\\${character}` : character;
	});
	return `$'${bytes.join('')}'`;
}
