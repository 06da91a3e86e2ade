import { escapeLine, escapeText } from '../engine/terminal-escape.ts';

/**
 * Makes warnings and unhandled errors that Node itself prints safe for a terminal. Node prints both
 * from the error object, so the object is escaped just before.
 */
export function escapeNodeOutput(): void {
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
		// The error is frozen, or has getters.
	}
	escapeError(error.cause);
	if (error instanceof AggregateError) error.errors.forEach(escapeError);
}

/** Causes may be circular. */
const escaped = new WeakSet<Error>();
