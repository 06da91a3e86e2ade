import { cells } from '../parts/text.tsx';

const PROGRAMS = new Set(
	`aws brew cd chmod chown cp curl dnf apt-get export git gpg kill mkdir mv rm ssh ssh-keygen sudo
	terraform tfe-wizard tofu unset vault yum`.split(/\s+/),
);

/** True for what is to be typed into a shell, false for what is to be read. */
export function isCommand(text: string): boolean {
	const words = text.trim().split(/\s+/);
	// AWS_PROFILE=acme tfe-wizard ...
	const first = words.find((word) => !/^[A-Za-z_]\w*=/.test(word)) ?? '';
	return PROGRAMS.has(first) || /^\.{0,2}\/\S/.test(first);
}

/** Words as a shell takes them apart, quotes and all. */
const wordsOf = (command: string): string[] =>
	command.match(/(?:\$'(?:[^'\\]|\\.)*'|[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*'|["'\\])+/g) ?? [];

/**
 * A command on lines of at most `width` cells that a shell still takes for one command: each line
 * but the last ends in a backslash. Breaks between words only: a single word that is wider than
 * the room keeps a line to itself, whole.
 */
export function shellLines(command: string, width: number): string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of wordsOf(command)) {
		const longer = line === '' ? word : `${line} ${word}`;
		// Two cells for the blank and the backslash that may have to follow.
		if (line !== '' && cells(longer) > width - 2) {
			lines.push(line);
			line = `  ${word}`;
		} else {
			line = longer;
		}
	}
	if (line !== '') lines.push(line);
	return lines.map((text, at) => (at < lines.length - 1 ? `${text} \\` : text));
}

/** Whether all lines fit, so that what is copied from the screen is the whole command. */
export const fitsShell = (command: string, width: number): boolean =>
	shellLines(command, width).every((line) => cells(line) <= width);
