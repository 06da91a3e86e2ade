import type { Key } from 'openpgp';

/** What is wrong with an operator's input, and how to fix it. Never contains the input. */
export interface InputProblem {
	/** What is wrong: a full sentence. */
	what: string;
	/** What would be valid. */
	expected: string;
	/** Next steps, the most likely first. */
	next: readonly string[];
}

/** Thrown and caught within this directory by readers of an operator's input. */
export class RejectedKeyError extends Error {
	override readonly name = 'Refusal';
	readonly problem: InputProblem;

	constructor(what: string, expected: string, ...next: readonly string[]) {
		super(what);
		this.problem = { what, expected, next };
	}
}

/**
 * How an OpenPGP operation failed.
 *
 * wrong-passphrase  the passphrase does not decrypt it: ask again
 * wrong-key         it is encrypted to another key
 * damaged           the stored data has changed, or is not an OpenPGP message
 * no-share          it was decrypted, but is not a share
 */
type PgpFault = 'wrong-passphrase' | 'wrong-key' | 'damaged' | 'no-share';

/** Its text never contains any part of the message, the key or the passphrase. */
export class PgpError extends Error {
	override readonly name = 'PgpError';
	readonly fault: PgpFault;

	constructor(fault: PgpFault, message: string, cause?: unknown) {
		super(message, cause === undefined ? undefined : { cause });
		this.fault = fault;
	}
}

/** Formats a date as `2026-01-31`, in UTC. */
export const formatKeyDate = (date: Date) => date.toISOString().slice(0, 10);

/** Next steps that replace an unsuitable key. */
export const NEW_KEY_STEPS = [
	'Create another key: gpg --quick-generate-key NAME rsa3072 default 3y',
	'gpg --armor --output KEY.asc --export FINGERPRINT',
];

/** Next steps with which the owner of a key extends its expiry date. */
export function getExtendKeySteps(key: Key): string[] {
	const fingerprint = key.getFingerprint().toUpperCase();
	return [
		`Its owner can extend it: gpg --quick-set-expire ${fingerprint} 3y`,
		`gpg --armor --output KEY.asc --export ${fingerprint}`,
	];
}
