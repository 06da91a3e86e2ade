import { MASK } from '../engine/secrets.ts';
import { type SealStatus, VaultError, type VerificationStatus } from './contract.ts';

/**
 * What a request may leave behind when it goes wrong.
 *
 * reads    nothing
 * prepares state in memory alone: start and cancel a rekey
 * commits  the keys themselves: the last share makes new ones count
 */
export type Risk = 'reads' | 'prepares' | 'commits';

/** What is asked, as it reads after "Vault refused to", and what it may leave behind. */
export interface Asking {
	what: string;
	risk: Risk;
}

/** Milliseconds for one request; a commit on slow storage takes seconds. */
export const DEFAULT_TIMEOUT_MS = 30_000;

/** Words of refusals that are answers: nothing to prove, no copy, not initialized. */
export const NO_REKEY = /no (rekey|rotation) configuration found/i;
export const NO_BACKUP = /no backed-up keys found/i;
export const NOT_INITIALIZED = /not (yet )?initialized/i;

export const NOTHING_TO_PROVE: VerificationStatus = {
	started: false,
	nonce: '',
	shares: 0,
	threshold: 0,
	progress: 0,
};

export const UNINITIALIZED: SealStatus = {
	initialized: false,
	sealed: true,
	type: '',
	shares: 0,
	threshold: 0,
	progress: 0,
	version: '',
	recoverySeal: false,
	migration: false,
};

/** `none` when the server refused with these words; else the error goes on. */
export function noneFor<T>(thrown: unknown, words: RegExp, none: T): T {
	const refused = thrown instanceof VaultError && thrown.fault === 'refused';
	if (refused && words.test(thrown.words.join('\n'))) return none;
	throw thrown;
}

/**
 * How a failure begins that comes before anything of the keys is written (`vault/rekey.go` of 1.8
 * and 1.14). The same words later on mean something else.
 */
const BEFORE_COMMIT =
	/^(failed to (compute|setup|read (master|root) key|fetch existing|generate|encrypt|marshal|save unseal key backup)|(master|root) key generation failed)/i;

/** Words from within the commit; 0.8 answers 400 there as to everything else. */
const HALFWAY = /failed to (perform|rekey|store|update barrier|save (rekey|keyring))/i;

/** Answers 503 of a node that does not serve rekeying now. */
const NOT_SERVING = /sealed|not active|standby|not (yet )?initialized|highly-available mode/i;

/** Words of a server or a command, a line each, without what could be key material. */
export function plainWords(text: string): string[] {
	return text
		.split(/\r?\n/)
		.map((line) => line.replace(/^[*\s]+/, '').trimEnd())
		.filter((line) => line !== '')
		.slice(0, 12)
		.map((line) => line.replace(/[0-9a-f]{64,}|[A-Za-z0-9+/]{43,}={0,2}/gi, MASK).slice(0, 500));
}

/**
 * The error for an answer other than 2xx. A server that answers 5xx in the middle of a commit may
 * have written half of it, so that is `unclear` unless the words say that it came before.
 *
 * @param status HTTP status code.
 */
export function answeredNo(
	{ what, risk }: Asking,
	status: number,
	words: readonly string[],
): VaultError {
	const said = words.length === 0 ? `HTTP status ${status}` : words.join('; ');
	const facts = { status, words };
	return nothingDone(status, said, risk)
		? new VaultError('refused', `Vault refused to ${what}: ${said}`, facts)
		: new VaultError('unclear', `Vault failed to ${what}, perhaps halfway: ${said}`, facts);
}

function nothingDone(status: number, said: string, risk: Risk): boolean {
	if (risk === 'reads') return true;
	if (status === 408 || (risk === 'commits' && HALFWAY.test(said))) return false;
	if (status < 500 || NOT_SERVING.test(said)) return true;
	return status === 500 && (risk === 'prepares' || BEFORE_COMMIT.test(said));
}

/**
 * Words that only follow once shares were looked at and found wanting. 0.8 and the check of the root
 * key ("rootter key" in 1.14) say "Unseal failed, invalid key"; since 1.3 a stored root key that does
 * not open is named, and why: damaged storage fails there too, in other words. The last are of single
 * shares, and of sets that cannot be one. Sources: `vault/rekey.go`, `vault/seal.go` and
 * `shamir/shamir.go` of 1.14.1, OpenBao's `vault/rotate.go`, and the transcripts.
 */
const WRONG_SHARES: readonly RegExp[] = [
	/(^|unseal failed, )invalid key$/i,
	/(^|[\s:])invalid key(: | size )/i,
	/failed to read (master|root) key: .*message authentication failed/i,
	/^cipher: message authentication failed$/i,
	/(rekey|rotation) verification failed; incorrect key shares/i,
	/given key has already been provided/i,
	/key is (shorter|longer) than m(in|ax)imum/i,
	/failed to compute (master|root) key: |failed to compute key for verification: /i,
];

/** Words that only follow once the shares were found right: new ones are then encrypted. */
const CANNOT_ENCRYPT =
	/failed to encrypt shares|no (valid )?encryption keys|error (setting up encryption for|encrypting) PGP message/i;

/**
 * What a refused submit says of the shares. Only known words are a judgement: a server that is
 * sealed, a standby, busy, asked for another rekey or not asked at all has judged nothing.
 *
 * wrong           the shares given so far are not right, or not a set; Vault has looked at them
 * cannot-encrypt  they are right, and a PGP key given for the new ones is of no use
 * not-judged      nothing is known of them
 */
export function judgesShares(error: VaultError): 'wrong' | 'cannot-encrypt' | 'not-judged' {
	if (error.fault !== 'refused') return 'not-judged';
	const lines = [error.message, ...error.words].map((line) => line.trim());
	if (lines.some((line) => CANNOT_ENCRYPT.test(line))) return 'cannot-encrypt';
	const wrong = lines.some((line) => WRONG_SHARES.some((words) => words.test(line)));
	return wrong ? 'wrong' : 'not-judged';
}
