import { escapeLine, escapeText, safeJson } from '../engine/terminal-text.ts';

// The only way text of the commands and of the plain front ends reaches standard output and standard
// error: whatever it contains, a terminal acts on none of it.

/** A stream of the program, or what stands for one in tests. */
export interface Output {
	write(text: string): unknown;
}

/** Writes lines; a line feed within one is shown as `\n` and starts no line of its own. */
export function writeLines(stream: Output, lines: readonly string[]): void {
	stream.write(`${lines.map(escapeLine).join('\n')}\n`);
}

/**
 * Writes a value as JSON and a line feed; parsed, it equals the value.
 *
 * @param space As `JSON.stringify` takes it.
 */
export function writeJson(stream: Output, value: unknown, space?: string | number): void {
	stream.write(`${safeJson(value, space)}\n`);
}

/** Writes a whole document (YAML, help): its line feeds and tabs are its own. */
export function writeDocument(stream: Output, text: string): void {
	stream.write(escapeText(text));
}
