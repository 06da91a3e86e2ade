import { getWidthInCells } from './styled-text.tsx';

const PROGRAMS = new Set(
	`aws brew cd chmod chown cp curl dnf apt-get export git gpg kill mkdir mv rm ssh ssh-keygen sudo
	terraform tfe-wizard tofu unset vault yum`.split(/\s+/),
);

/** Whether a text is a shell command rather than an instruction. */
export function isShellCommand(text: string): boolean {
	const words = text.trim().split(/\s+/);
	// AWS_PROFILE=acme tfe-wizard ...
	const first = words.find((word) => !/^[A-Za-z_]\w*=/.test(word)) ?? '';
	return PROGRAMS.has(first) || /^\.{0,2}\/\S/.test(first);
}

/** Splits a command into shell words, keeping quotes. */
const wordsOf = (command: string): string[] =>
	command.match(/(?:\$'(?:[^'\\]|\\.)*'|[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*'|["'\\])+/g) ?? [];

/**
 * Wraps a command to `width` with backslashes, so that a shell still reads one command. Breaks only
 * between words: a word wider than `width` stays whole on its own line.
 */
export function wrapShellCommand(command: string, width: number): string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of wordsOf(command)) {
		const longer = line === '' ? word : `${line} ${word}`;
		// Two cells for the blank and a trailing backslash.
		if (line !== '' && getWidthInCells(longer) > width - 2) {
			lines.push(line);
			line = `  ${word}`;
		} else {
			line = longer;
		}
	}
	if (line !== '') lines.push(line);
	return lines.map((text, at) => (at < lines.length - 1 ? `${text} \\` : text));
}

/** Whether all lines fit, so that the command can be copied from the screen. */
export const shellCommandFits = (command: string, width: number): boolean =>
	wrapShellCommand(command, width).every((line) => getWidthInCells(line) <= width);
