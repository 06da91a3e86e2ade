import {
	formatSystemErrorSentence,
	getSystemErrorCode,
	suggestSystemErrorFix,
} from './system-errors.ts';

/**
 * All failures of a run: who has to act (kind) and the exit code for scripts. No other code in the
 * project chooses an exit code.
 */
export type ErrorResponsibility = 'yours' | 'ours' | 'outside' | 'cancelled';

export const errorCodes = {
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
} as const satisfies Record<
	string,
	{ kind: ErrorResponsibility; exitCode: number; meaning: string }
>;

export type ErrorCode = keyof typeof errorCodes;

/** A position in an input file; line and column start at 1. */
export interface SourceLocation {
	file: string;
	line: number;
	column: number;
}

export interface ErrorDescription {
	/** What failed, as a full sentence without a hint. */
	message: string;
	/** What was expected, where the message does not say so. */
	expected?: string;
	/** Further information, one line each: resource addresses, Terraform messages, values. */
	details?: readonly string[];
	/** Missing answers, so that front ends can show them as data. */
	missing?: readonly { key: string; label: string }[];
	/** The position in a file. */
	place?: SourceLocation;
	/** The log with the full output. */
	log?: string;
	/** Next commands or instructions, most likely first. */
	next?: readonly string[];
	cause?: unknown;
}

/** The only error class that the program throws on purpose; any other error is internal. */
export class WizardError extends Error {
	override readonly name = 'WizardError';
	readonly fault: ErrorCode;
	readonly facts: ErrorDescription;

	constructor(fault: ErrorCode, facts: ErrorDescription) {
		super(facts.message, facts.cause === undefined ? undefined : { cause: facts.cause });
		this.fault = fault;
		this.facts = facts;
	}

	get kind(): ErrorResponsibility {
		return errorCodes[this.fault].kind;
	}

	get exitCode(): number {
		return errorCodes[this.fault].exitCode;
	}

	/** The same error with more information, such as a log path or a next command. */
	with(more: Partial<ErrorDescription>): WizardError {
		return new WizardError(this.fault, {
			...this.facts,
			...more,
			details: [...(this.facts.details ?? []), ...(more.details ?? [])],
			next: [...(this.facts.next ?? []), ...(more.next ?? [])],
			cause: this.cause,
		});
	}
}

/** Runs `work` and adds the path to system errors that have none, such as those of writes. */
export function addPathToErrors<T>(path: string, work: () => T): T {
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
 * Converts anything thrown to a WizardError: system errors that an operator can fix, such as a full
 * disk, become `command`; everything else becomes `internal` with its stack in the details.
 */
export function toWizardError(thrown: unknown): WizardError {
	if (thrown instanceof WizardError) return thrown;
	const error = thrown instanceof Error ? thrown : new Error(String(thrown));
	if (getSystemErrorCode(error) !== undefined) {
		const { path, syscall } = error as NodeJS.ErrnoException;
		return new WizardError('command', {
			message: formatSystemErrorSentence(error, path ?? syscall ?? 'A system call'),
			details: [error.message],
			next: [`${suggestSystemErrorFix(error)}, then run the same command again to resume.`],
			cause: error,
		});
	}
	return new WizardError('internal', {
		// The stack below contains the full message.
		message: `tfe-wizard failed unexpectedly: ${error.message.split('\n', 1)[0]}`,
		details: (error.stack ?? '')
			.split('\n')
			.slice(1, 6)
			.map((line) => line.trim()),
		cause: error,
	});
}
