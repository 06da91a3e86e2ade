import type { SecretBytes } from '../engine/secret-bytes.ts';
import { NO_BACKUP_PATTERN } from './response-errors.ts';
import { type SubmitResult, VaultError } from './vault-types.ts';

/** Name under which the response with the new shares is stored on the instance. */
export const getStoredResponseName = (nonce: string): string => `rekey-${nonce}`;

interface RecoverableRequest<T> {
	/**
	 * Sends the request from the instance, where the response is stored.
	 *
	 * @throws VaultError `unsupported` when that is not possible: nothing was sent.
	 */
	detached: () => Promise<T>;
	/** Sends the request over the connection; if the connection is lost, so is the response. */
	here: () => Promise<T>;
	/** For Vault's own backup of the shares. */
	token: () => Promise<SecretBytes | undefined>;
	/** Reads that backup to test the token; the result is not used. */
	readCopy: (token: SecretBytes) => Promise<unknown>;
}

/**
 * Sends the request whose response may hold the only new shares, so that they can be recovered: from
 * the stored response, or from Vault's own backup with a token that was seen to read it.
 *
 * @throws VaultError `refused` when neither is possible: nothing was sent.
 */
export async function sendRecoverably<T>(request: RecoverableRequest<T>): Promise<T> {
	let why: string;
	try {
		return await request.detached();
	} catch (thrown) {
		if (!(thrown instanceof VaultError) || thrown.fault !== 'unsupported') throw thrown;
		why = thrown.message;
	}
	const token = await request.token();
	const next = 'set VAULT_TOKEN to a Vault token that can read sys/rekey/backup';
	if (token === undefined) {
		throw new VaultError(
			'refused',
			`${why} Without a Vault token the response could be lost, so nothing was sent: ${next}.`,
		);
	}
	try {
		await request.readCopy(token);
	} catch (thrown) {
		if (!(thrown instanceof VaultError)) throw thrown;
		// "No backup" is what an authorized token gets before the first rekey.
		if (!isNoBackupError(thrown)) {
			throw new VaultError(
				thrown.fault === 'unsent' ? 'unsent' : 'refused',
				`${why} The token cannot read Vault's backup of the shares, so the response could be lost, and nothing was sent: ${next}. ${thrown.message}`,
				{ words: thrown.words, cause: thrown },
			);
		}
	}
	return request.here();
}

/** Whether this refusal means that Vault has no backup of the shares. */
function isNoBackupError({ fault, status, words }: VaultError): boolean {
	return fault === 'refused' && (status === 404 || NO_BACKUP_PATTERN.test(words.join('\n')));
}

/**
 * Deletes a stored response that is of no use: a refusal, or one of several shares. Its name can then
 * be used for the next share. A response of an earlier call is never deleted: if anything fails before
 * this call has a response, the earlier one may be the one to recover.
 *
 * @param submit Calls its argument once its own response exists.
 */
export async function deleteResponseUnlessComplete(
	deleteResponse: () => Promise<void>,
	submit: (answered: () => void) => Promise<SubmitResult>,
): Promise<SubmitResult> {
	let ours = false;
	const answered = () => {
		ours = true;
	};
	try {
		const submitted = await submit(answered);
		if (ours && !submitted.complete) await deleteResponse();
		return submitted;
	} catch (thrown) {
		if (ours && thrown instanceof VaultError && thrown.fault === 'refused') await deleteResponse();
		throw thrown;
	}
}
