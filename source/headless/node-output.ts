import { escapeLine, escapeText } from '../engine/terminal-text.ts';

/**
 * Makes what Node itself writes to standard error safe for a terminal: warnings, and the stack of an
 * error that nobody handled. Node prints both from the error, so the error is changed just before.
 */
export function escapeOwnOutputOfNode(): void {
	process.prependListener('warning', escapeError);
	process.on('uncaughtExceptionMonitor', escapeError);
}

function escapeError(error: unknown): void {
	if (!(error instanceof Error) || escaped.has(error)) return;
	escaped.add(error);
	const { stack } = error;
	try {
		error.name = escapeLine(error.name);
		error.message = escapeText(error.message);
		if (stack !== undefined) error.stack = escapeText(stack);
	} catch {
		// Frozen, or its parts are getters.
	}
	escapeError(error.cause);
	if (error instanceof AggregateError) error.errors.forEach(escapeError);
}

/** Causes may go in a circle. */
const escaped = new WeakSet<Error>();
