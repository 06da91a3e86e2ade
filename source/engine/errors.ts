import { systemCode, systemRemedy, systemSentence } from './system-errors.ts';

/**
 * Every way a run can end badly, in one table: who has to act (the kind decides the tone) and
 * what a calling script sees (the exit code). Nothing else in the project picks an exit code.
 */
export type ErrorKind = 'yours' | 'ours' | 'outside' | 'cancelled';

export const faults = {
	internal: { kind: 'ours', exitCode: 1, meaning: 'an internal error' },
	usage: { kind: 'yours', exitCode: 2, meaning: 'the command line is invalid' },
	answers: { kind: 'yours', exitCode: 3, meaning: 'answers are missing or invalid' },
	preflight: { kind: 'yours', exitCode: 4, meaning: 'a preflight check found a blocker' },
	command: { kind: 'outside', exitCode: 5, meaning: 'an external command or AWS failed' },
	refused: { kind: 'yours', exitCode: 6, meaning: 'refused for safety; nothing was changed' },
	locked: {
		kind: 'yours',
		exitCode: 7,
		meaning: 'the session or the state is locked by another run',
	},
	timeout: {
		kind: 'outside',
		exitCode: 8,
		meaning: 'an external operation timed out (docs/limits.md)',
	},
	cancelled: {
		kind: 'cancelled',
		exitCode: 130,
		meaning: 'interrupted; the session can be resumed',
	},
} as const satisfies Record<string, { kind: ErrorKind; exitCode: number; meaning: string }>;

export type Fault = keyof typeof faults;

/** A position in a file a person wrote: line and column count from 1. */
export interface Place {
	file: string;
	line: number;
	column: number;
}

export interface ErrorFacts {
	/** What went wrong, as a full sentence without a trailing hint. */
	message: string;
	/** What was expected instead, where that is not plain from the message. */
	expected?: string;
	/** Further facts, a line each: resource addresses, terraform's own words, values. */
	details?: readonly string[];
	/** Where in a file. */
	place?: Place;
	/** The log that tells the whole story. */
	log?: string;
	/** Exact commands or sentences that lead on, the likeliest first. */
	next?: readonly string[];
	cause?: unknown;
}

/** The one error class the program throws on purpose; anything else is a fault of ours. */
export class WizardError extends Error {
	override readonly name = 'WizardError';
	readonly fault: Fault;
	readonly facts: ErrorFacts;

	constructor(fault: Fault, facts: ErrorFacts) {
		super(facts.message, facts.cause === undefined ? undefined : { cause: facts.cause });
		this.fault = fault;
		this.facts = facts;
	}

	get kind(): ErrorKind {
		return faults[this.fault].kind;
	}

	get exitCode(): number {
		return faults[this.fault].exitCode;
	}

	/** The same error with facts added by somebody who knows more (a log path, a next command). */
	with(more: Partial<ErrorFacts>): WizardError {
		return new WizardError(this.fault, {
			...this.facts,
			...more,
			details: [...(this.facts.details ?? []), ...(more.details ?? [])],
			next: [...(this.facts.next ?? []), ...(more.next ?? [])],
			cause: this.cause,
		});
	}
}

/** Runs `work`; a system error that does not say which file it is about (a write) then does. */
export function aboutFile<T>(path: string, work: () => T): T {
	try {
		return work();
	} catch (thrown) {
		if (thrown instanceof Error && 'code' in thrown) {
			(thrown as NodeJS.ErrnoException).path ??= path;
		}
		throw thrown;
	}
}

/**
 * Turns anything thrown into a WizardError: system errors an operator can fix (a full disk, a
 * missing permission) become `command`, everything unknown `internal` with its stack as cause.
 */
export function asWizardError(thrown: unknown): WizardError {
	if (thrown instanceof WizardError) return thrown;
	const error = thrown instanceof Error ? thrown : new Error(String(thrown));
	if (systemCode(error) !== undefined) {
		const { path, syscall } = error as NodeJS.ErrnoException;
		return new WizardError('command', {
			message: systemSentence(error, path ?? syscall ?? 'A system call'),
			details: [error.message],
			next: [`${systemRemedy(error)}, then run the same command again to resume.`],
			cause: error,
		});
	}
	return new WizardError('internal', {
		// The stack below repeats a message of several lines whole.
		message: `Internal error: ${error.message.split('\n', 1)[0]}`,
		details:
			error.stack === undefined
				? []
				: error.stack
						.split('\n')
						.slice(1, 6)
						.map((l) => l.trim()),
		cause: error,
	});
}
