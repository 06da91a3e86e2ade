import { SECRET_MASK } from '../engine/secret-registry.ts';

/**
 * How a request to Vault failed.
 *
 * refused      the server refused: nothing was done. `words` are the server's own.
 * unsent       it never reached the server: nothing was done.
 * unclear      no response, or an unreadable one: it may have been executed. Check before you act.
 * unsupported  this driver or this server does not support it; nothing was sent.
 */
type VaultFault = 'refused' | 'unsent' | 'unclear' | 'unsupported';

export class VaultError extends Error {
	override readonly name = 'VaultError';
	readonly fault: VaultFault;
	/** HTTP status, where there was one. */
	readonly status: number | undefined;
	/** What the server said, one line each; never key material. */
	readonly words: readonly string[];

	constructor(
		fault: VaultFault,
		message: string,
		facts: { status?: number; words?: readonly string[]; cause?: unknown } = {},
	) {
		super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
		this.fault = fault;
		this.status = facts.status;
		this.words = facts.words ?? [];
	}
}

/**
 * What a failed request may leave behind.
 *
 * reads    nothing
 * prepares state in memory only: start and cancel a rekey
 * commits  the keys themselves: the last share commits the rekey
 */
type RequestRisk = 'reads' | 'prepares' | 'commits';

/** The request, worded to follow "Vault refused to", and what it may leave behind. */
export interface RequestErrorContext {
	what: string;
	risk: RequestRisk;
}

/** Milliseconds for one request; a commit on slow storage takes seconds. */
export const DEFAULT_REQUEST_TIMEOUT_MS = 30_000;

/** Refusals that are answers: nothing to verify, no backup, not initialized. */
export const NO_REKEY_PATTERN = /no (rekey|rotation) configuration found/i;
export const NO_BACKUP_PATTERN = /no backed-up keys found/i;
export const NOT_INITIALIZED_PATTERN = /not (yet )?initialized/i;

/** The response; the default if the server refused with these words. */
export async function getDefaultIfRefused<T>(
	response: Promise<T>,
	pattern: RegExp,
	defaultValue: T,
): Promise<T> {
	try {
		return await response;
	} catch (thrown) {
		const refused = thrown instanceof VaultError && thrown.fault === 'refused';
		if (refused && pattern.test(thrown.words.join('\n'))) return defaultValue;
		throw thrown;
	}
}

/**
 * Start of errors that occur before any key is written (`vault/rekey.go` of 1.8 and 1.14). The same
 * words later in a message mean something else.
 */
const BEFORE_COMMIT_PATTERN =
	/^(failed to (compute|setup|read (master|root) key|fetch existing|generate|encrypt|marshal|save unseal key backup)|(master|root) key generation failed)/i;

/** Errors from within the commit; 0.8 answers them, like all others, with 400. */
const DURING_COMMIT_PATTERN =
	/failed to (perform|rekey|store|update barrier|save (rekey|keyring))/i;

/** 503 responses of a node that does not serve rekeys now. */
const NOT_SERVING_PATTERN =
	/sealed|not active|standby|not (yet )?initialized|highly-available mode/i;

/** Splits output of a server or command into lines, and masks what could be key material. */
export function splitOutputAndMaskKeys(text: string): string[] {
	return text
		.split(/\r?\n/)
		.map((line) => line.replace(/^[*\s]+/, '').trimEnd())
		.filter((line) => line !== '')
		.slice(0, 12)
		.map((line) =>
			line.replace(/[0-9a-f]{64,}|[A-Za-z0-9+/]{43,}={0,2}/gi, SECRET_MASK).slice(0, 500),
		);
}

/**
 * Creates the error for a response other than 2xx. A 5xx during a commit may leave half of it
 * written, so it is `unclear` unless the words show that it came before the commit.
 *
 * @param status HTTP status code.
 */
export function createResponseError(
	{ what, risk }: RequestErrorContext,
	status: number,
	words: readonly string[],
): VaultError {
	const said = words.length === 0 ? `HTTP status ${status}` : words.join('; ');
	const facts = { status, words };
	return isWithoutEffect(status, said, risk)
		? new VaultError('refused', `Vault refused to ${what}: ${said}`, facts)
		: new VaultError('unclear', `Vault failed to ${what}, possibly partway: ${said}`, facts);
}

function isWithoutEffect(status: number, message: string, risk: RequestRisk): boolean {
	if (risk === 'reads') return true;
	if (status === 408 || (risk === 'commits' && DURING_COMMIT_PATTERN.test(message))) return false;
	if (status < 500 || NOT_SERVING_PATTERN.test(message)) return true;
	return status === 500 && (risk === 'prepares' || BEFORE_COMMIT_PATTERN.test(message));
}

/**
 * Errors that occur only after Vault has checked the shares and found them wrong. 0.8 and the root key
 * check ("rootter key" in 1.14) say "Unseal failed, invalid key"; since 1.3 a stored root key that
 * cannot be decrypted is named with the reason, and damaged storage fails with other words. The last
 * patterns are for single shares and for sets that do not match. Sources: `vault/rekey.go`,
 * `vault/seal.go` and `shamir/shamir.go` of 1.14.1, OpenBao's `vault/rotate.go`, and the transcripts.
 */
const WRONG_SHARES_PATTERNS: readonly RegExp[] = [
	/(^|unseal failed, )invalid key$/i,
	/(^|[\s:])invalid key(: | size )/i,
	/failed to read (master|root) key: .*message authentication failed/i,
	/^cipher: message authentication failed$/i,
	/(rekey|rotation) verification failed; incorrect key shares/i,
	/given key has already been provided/i,
	/key is (shorter|longer) than m(in|ax)imum/i,
	/failed to compute (master|root) key: |failed to compute key for verification: /i,
];

/** Errors that occur only after the shares were accepted: new ones are then encrypted. */
const CANNOT_ENCRYPT_PATTERN =
	/failed to encrypt shares|no (valid )?encryption keys|error (setting up encryption for|encrypting) PGP message/i;

/**
 * What a refused request says about the shares. Only known words count as a verdict: a server that
 * is sealed, a standby, busy or asked about another rekey has not checked them.
 *
 * wrong           the shares are wrong or do not match; Vault has checked them
 * cannot-encrypt  they are right, but a PGP key for the new shares cannot be used
 * not-judged      nothing is known about them
 */
export function classifyShareSubmissionError(
	error: VaultError,
): 'wrong' | 'cannot-encrypt' | 'not-judged' {
	if (error.fault !== 'refused') return 'not-judged';
	const lines = [error.message, ...error.words].map((line) => line.trim());
	if (lines.some((line) => CANNOT_ENCRYPT_PATTERN.test(line))) return 'cannot-encrypt';
	const wrong = lines.some((line) => WRONG_SHARES_PATTERNS.some((words) => words.test(line)));
	return wrong ? 'wrong' : 'not-judged';
}
