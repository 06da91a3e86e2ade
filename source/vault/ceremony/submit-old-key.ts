import type { EncryptedShare, RekeyStatus, SubmitResult } from '../parse-json-response.ts';
import { classifyShareSubmissionError, VaultError } from '../response-errors.ts';
import { createExternalError } from './ceremony-errors.ts';
import type { CeremonyEvent } from './ceremony-ports.ts';
import type { CeremonyState } from './ceremony-state.ts';
import { storeShares } from './store-shares.ts';
import { cancelOwnRekey, isKeyInFileValid } from './verify-by-dry-run.ts';

/**
 * Submits the old key and stores the new shares that come back. With verification nothing is
 * committed yet. Without it (before 0.10.2) this request is the commit, so a lost response is looked
 * up instead of requested again.
 *
 * @returns `again` when nothing was committed and the rekey has to be restarted.
 */
export async function* submitOldKeyAndStoreShares(
	ceremony: CeremonyState,
	started: RekeyStatus,
): AsyncGenerator<CeremonyEvent, 'kept' | 'again'> {
	const { vault, instance, now } = ceremony.ports;
	assertReadyToSubmit(ceremony);
	// Final check before the one request that must never be sent twice.
	const status = await vault.rekeyStatus();
	if (!ceremony.isOurs(status) || status.nonce !== started.nonce) return 'again';
	if (status.verificationNonce !== '' || status.progress > 0) {
		yield {
			kind: 'warning',
			text: 'the response to the old unseal key was lost; restarting the rekey',
		};
		await cancelOwnRekey(ceremony);
		return 'again';
	}
	const { committingAt } = ceremony.record;
	const key = await instance.readKey();
	let submitted: SubmitResult;
	try {
		const { verificationRequired } = status;
		await ceremony.update({
			submittingAt: now(),
			...(verificationRequired ? {} : { committingAt: now() }),
		});
		submitted = await vault.submitShare(key, status.nonce, ceremony.request);
	} catch (thrown) {
		if (!(thrown instanceof VaultError)) throw thrown;
		// Refused or never sent: this attempt cannot have committed anything.
		if (thrown.fault !== 'unclear')
			await ceremony.update({ submittingAt: undefined, committingAt });
		if (thrown.fault === 'refused') throw await createRejectedKeyError(ceremony, thrown);
		yield { kind: 'warning', text: `Vault gave no usable response: ${thrown.message}` };
		return yield* recoverFromLostResponse(ceremony, thrown);
	} finally {
		key.wipe();
	}
	if (!submitted.complete) {
		await cancelOwnRekey(ceremony);
		const { progress, required } = submitted.status;
		throw ceremony.createRefusedError(
			`Vault requires ${required} current unseal keys (${progress} submitted), but only one is known.`,
		);
	}
	// Verification was requested but Vault does not want it: the shares are already committed.
	if (status.verificationRequired && submitted.verificationNonce === '')
		await ceremony.update({ rekey: { nonce: status.nonce, verify: false }, committingAt: now() });
	yield* storeShares(ceremony, submitted.shares);
	return 'kept';
}

/** Vault refused: a wrong key, or a custodian's key that it cannot encrypt to. Nothing changed. */
async function createRejectedKeyError(ceremony: CeremonyState, thrown: VaultError) {
	await cancelOwnRekey(ceremony);
	return ceremony.createExternalError(
		classifyShareSubmissionError(thrown) === 'cannot-encrypt'
			? 'Vault cannot encrypt to the public key of a key holder. The rekey was cancelled.'
			: 'Vault rejected the current unseal key. The rekey was cancelled.',
		thrown,
	);
}

/** The old key was sent and the response lost: Vault's state shows the outcome. */
export async function* recoverFromLostResponse(
	ceremony: CeremonyState,
	thrown?: VaultError,
): AsyncGenerator<CeremonyEvent, 'kept' | 'again'> {
	const { vault } = ceremony.ports;
	const status = await queryOrStop(ceremony, () => vault.rekeyStatus(), thrown);
	if (ceremony.record.rekey?.verify !== false) {
		// New shares that were never received are not committed: drop them.
		if (status.started) await cancelOwnRekey(ceremony);
		await ceremony.update({ submittingAt: undefined });
		return 'again';
	}
	// Still in progress means not committed, or interrupted midway, which the old key shows.
	if (status.started && ceremony.isOurs(status)) await cancelOwnRekey(ceremony);
	const seal = await queryOrStop(ceremony, () => vault.sealStatus(), thrown);
	const { shares, threshold, before } = ceremony.record;
	const asBefore = seal.shares === before.shares && seal.threshold === before.threshold;
	const asWished = seal.shares === shares && seal.threshold === threshold;
	// Before 1.3 Vault checks it against memory. Its storage may be half-written all the same until a
	// rekey completes, so the reboot gate stays closed.
	if (asBefore && !asWished && (await isKeyInFileValid(ceremony))) {
		await ceremony.update({ submittingAt: undefined });
		return 'again';
	}
	yield* storeSharesFromBackup(ceremony, thrown);
	return 'kept';
}

/** The rekey is committed: reads the shares from the stored response or from Vault's backup. */
export async function* storeSharesFromBackup(
	ceremony: CeremonyState,
	thrown?: VaultError,
): AsyncGenerator<CeremonyEvent> {
	yield {
		kind: 'note',
		text: "the rekey was committed but the response was lost; reading Vault's backup of the shares",
	};
	yield* storeShares(ceremony, await readSharesFromBackup(ceremony, thrown));
}

/** The encrypted shares that Vault stored, only if they are of this rekey. */
async function readSharesFromBackup(
	ceremony: CeremonyState,
	thrown?: VaultError,
): Promise<EncryptedShare[]> {
	const { vault } = ceremony.ports;
	const lost = (cause?: unknown) =>
		createExternalError(
			'The rekey was committed, but the response with the new key shares was lost.',
			{
				safe: 'No known key can unseal Vault again: do not restart or seal it.',
				next: [
					`set VAULT_TOKEN so that this command can read Vault's backup of the encrypted shares: ${ceremony.options.resume}`,
					"without a token: read core/unseal-keys-backup in Vault's storage, or restore the first backup with the old unseal key",
				],
			},
			cause ?? thrown,
		);
	let backup: Awaited<ReturnType<typeof vault.readShareBackup>>;
	try {
		backup = await vault.readShareBackup(ceremony.record.rekey?.nonce);
	} catch (cause) {
		throw lost(cause);
	}
	// A backup with another nonce is of another rekey, which may never have been committed.
	if (backup === undefined || backup.nonce !== ceremony.record.rekey?.nonce) throw lost();
	const taken = new Map<string, number>();
	return ceremony.record.custodians.map(({ fingerprint }) => {
		const index = taken.get(fingerprint) ?? 0;
		taken.set(fingerprint, index + 1);
		const message = backup.shares.get(fingerprint)?.[index];
		if (message === undefined) throw lost();
		return { fingerprint, message };
	});
}

async function queryOrStop<T>(
	ceremony: CeremonyState,
	query: () => Promise<T>,
	thrown?: VaultError,
): Promise<T> {
	try {
		return await query();
	} catch (again) {
		throw ceremony.createExternalError(
			'Vault does not respond. The outcome of the last request is unknown.',
			thrown ?? again,
		);
	}
}

/** Requires a confirmed backup and an escrowed key before the old key is submitted. */
function assertReadyToSubmit(ceremony: CeremonyState): void {
	const { backupBefore, escrow } = ceremony.record;
	if (backupBefore !== undefined && escrow !== undefined) return;
	throw ceremony.createRefusedError(
		'The rekey requires a confirmed backup and the current unseal key in escrow.',
	);
}
