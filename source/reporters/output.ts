import {
	escapeLine,
	escapeMultilineText,
	stringifySafeJson,
} from '../engine/escape-for-terminal.ts';

// All output of the commands and of the plain front ends goes through these functions, which escape
// terminal control sequences.

/** An output stream, or a substitute in tests. */
export interface OutputStream {
	write(text: string): unknown;
}

/** Writes lines; a line feed within a line is escaped as `\n`. */
export function writeLines(stream: OutputStream, lines: readonly string[]): void {
	stream.write(`${lines.map(escapeLine).join('\n')}\n`);
}

/**
 * Writes a value as JSON, followed by a line feed.
 *
 * @param space As for `JSON.stringify`.
 */
export function writeJson(stream: OutputStream, value: unknown, space?: string | number): void {
	stream.write(`${stringifySafeJson(value, space)}\n`);
}

/** Writes a document (YAML, help), with its line feeds and tabs. */
export function writeDocument(stream: OutputStream, text: string): void {
	stream.write(escapeMultilineText(text));
}

/**
 * Makes warnings and unhandled errors that Node itself prints safe for a terminal. Node prints both
 * from the error object, so the object is escaped just before.
 */
export function installNodeErrorEscaping(): void {
	process.prependListener('warning', escapeError);
	process.on('uncaughtExceptionMonitor', escapeError);
}

function escapeError(error: unknown): void {
	if (!(error instanceof Error) || escaped.has(error)) return;
	escaped.add(error);
	const { stack } = error;
	try {
		error.name = escapeLine(error.name);
		error.message = escapeMultilineText(error.message);
		if (stack !== undefined) error.stack = escapeMultilineText(stack);
	} catch {
		// The error is frozen, or has getters.
	}
	escapeError(error.cause);
	if (error instanceof AggregateError) error.errors.forEach(escapeError);
}

/** Causes may be circular. */
const escaped = new WeakSet<Error>();
