/** What is wrong with something a person gave, for them to mend. Holds nothing of what was given. */
export interface Problem {
	/** A full sentence. */
	what: string;
	/** What would be right. */
	expected: string;
	/** Commands or sentences that lead on, the likeliest first. */
	next: readonly string[];
}

/** What a reader of a person's input throws within this folder, and catches again. */
export class Refusal extends Error {
	override readonly name = 'Refusal';
	readonly problem: Problem;

	constructor(what: string, expected: string, ...next: readonly string[]) {
		super(what);
		this.problem = { what, expected, next };
	}
}

/**
 * How an OpenPGP operation of ours went wrong.
 *
 * wrong-passphrase  the passphrase does not open it: ask again
 * wrong-key         it was encrypted to another key
 * damaged           what was kept is not what was written, or is no OpenPGP message at all
 * no-share          it opened, but there is no share inside
 */
export type PgpFault = 'wrong-passphrase' | 'wrong-key' | 'damaged' | 'no-share';

/** Its text never holds anything of the message, the key or the passphrase. */
export class PgpError extends Error {
	override readonly name = 'PgpError';
	readonly fault: PgpFault;

	constructor(fault: PgpFault, message: string, cause?: unknown) {
		super(message, cause === undefined ? undefined : { cause });
		this.fault = fault;
	}
}
