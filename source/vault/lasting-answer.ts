import type { SecretBytes } from '../engine/secret-bytes.ts';
import { type Submitted, VaultError } from './contract.ts';
import { NO_BACKUP } from './refusal.ts';

/** Under which the answer to the one request that must not lose it waits beside Vault. */
export const answerName = (nonce: string): string => `rekey-${nonce}`;

export interface LastingWays<T> {
	/**
	 * Sends it from beside Vault, where the answer waits.
	 *
	 * @throws VaultError `unsupported` when that cannot be done there: nothing was sent.
	 */
	apart?: () => Promise<T>;
	/** Sends it over the connection, whose end would take the answer along. */
	here: () => Promise<T>;
	/** For the copy of the shares that Vault keeps itself. */
	token: () => Promise<SecretBytes | undefined>;
	/** Asks for that copy; the answer is of no interest. */
	readCopy: (token: SecretBytes) => Promise<unknown>;
}

/**
 * Sends a request whose answer may hold the only new shares, so that it can be had again: from where
 * it waits, or from Vault's own copy, with a token that was seen to read it.
 *
 * @throws VaultError `refused` when there is neither: nothing was sent.
 */
export async function askLasting<T>(ways: LastingWays<T>): Promise<T> {
	let why = 'The answer has no place to wait at on this way to Vault.';
	try {
		if (ways.apart !== undefined) return await ways.apart();
	} catch (thrown) {
		if (!(thrown instanceof VaultError) || thrown.fault !== 'unsupported') throw thrown;
		why = thrown.message;
	}
	const token = await ways.token();
	const next = 'give a token of Vault that may read sys/rekey/backup, as VAULT_TOKEN';
	if (token === undefined) {
		throw new VaultError(
			'refused',
			`${why} Without a token of Vault the answer could be lost, so nothing was sent: ${next}.`,
		);
	}
	try {
		await ways.readCopy(token);
	} catch (thrown) {
		if (!(thrown instanceof VaultError)) throw thrown;
		// No copy yet is what a token that may read it is told before the first rekey.
		if (!noCopy(thrown)) {
			throw new VaultError(
				thrown.fault === 'unsent' ? 'unsent' : 'refused',
				`${why} The token given does not read the copy of the shares that Vault keeps, so the answer could be lost, and nothing was sent: ${next}. ${thrown.message}`,
				{ words: thrown.words, cause: thrown },
			);
		}
	}
	return ways.here();
}

/** Whether this refusal says that Vault keeps no copy. */
export function noCopy({ fault, status, words }: VaultError): boolean {
	return fault === 'refused' && (status === 404 || NO_BACKUP.test(words.join('\n')));
}

/**
 * Takes away an answer that waits and is worth nothing: a refusal, or a share of several. The name
 * serves again then, for the next share. An answer of an earlier call is never taken away: whatever
 * goes wrong before this one has its own may be the answer to come back for.
 *
 * @param submit Says when its own answer is there.
 */
export async function unlessComplete(
	forget: () => Promise<void>,
	submit: (answered: () => void) => Promise<Submitted>,
): Promise<Submitted> {
	let ours = false;
	const answered = () => {
		ours = true;
	};
	try {
		const submitted = await submit(answered);
		if (ours && !submitted.complete) await forget();
		return submitted;
	} catch (thrown) {
		if (ours && thrown instanceof VaultError && thrown.fault === 'refused') await forget();
		throw thrown;
	}
}
