import { type RekeyStatus, VaultError } from '../vault-types.ts';
import { createExternalError } from './ceremony-errors.ts';
import type { CeremonyEvent } from './ceremony-ports.ts';
import { type CeremonyState, matchesCustodianKeys } from './ceremony-state.ts';
import { cancelOwnDryRun, cancelOwnRekey, createForeignRekeyError } from './dry-run.ts';

/**
 * Starts the rekey, or resumes the one this ceremony started. Vault's response is compared with the
 * request; any difference cancels the rekey.
 *
 * @returns Vault's status; `verificationNonce` is set when the old key was already submitted.
 */
export async function* startRekey(
	ceremony: CeremonyState,
): AsyncGenerator<CeremonyEvent, RekeyStatus> {
	const { vault } = ceremony.ports;
	await cancelOwnDryRun(ceremony);
	let status = await vault.rekeyStatus();
	if (status.started && !ceremony.isOurs(status))
		throw createForeignRekeyError(ceremony, status.nonce);
	if (!status.started) {
		await ceremony.set({
			rekey: { verify: vault.abilities.verify },
			submittingAt: undefined,
			kept: [],
			received: [],
		});
		status = await requestRekey(ceremony);
	}
	// Recorded before it is checked: only a recorded rekey may be cancelled.
	await ceremony.set({ rekey: { nonce: status.nonce, verify: status.verificationRequired } });
	const wrong = describeDifferences(ceremony, status);
	if (wrong.length > 0) {
		await cancelOwnRekey(ceremony);
		throw createExternalError(
			`Vault started a different rekey than requested: ${wrong.join(', ')}.`,
			ceremony.standing,
		);
	}
	yield { kind: 'note', text: `rekey started (nonce ${status.nonce})` };
	return status;
}

/** Adopts the rekey that Vault started for a run that was interrupted before the response. */
export async function adoptStartedRekey(ceremony: CeremonyState): Promise<void> {
	const status = await ceremony.ports.vault.rekeyStatus();
	if (ceremony.looksLikeOurs(status))
		await ceremony.set({ rekey: { nonce: status.nonce, verify: status.verificationRequired } });
}

async function requestRekey(ceremony: CeremonyState): Promise<RekeyStatus> {
	const { vault } = ceremony.ports;
	try {
		return await vault.startRekey(ceremony.request);
	} catch (thrown) {
		if (!(thrown instanceof VaultError) || thrown.fault !== 'unclear') {
			// Nothing was started: a later rekey by others must not be mistaken for this one.
			await ceremony.set({ rekey: undefined });
			throw createExternalError('Vault refused to start the rekey.', ceremony.standing, thrown);
		}
		const status = await vault.rekeyStatus();
		if (ceremony.looksLikeOurs(status)) return status;
		throw createExternalError(
			'Could not determine whether Vault started a rekey.',
			ceremony.standing,
			thrown,
		);
	}
}

/** Describes how Vault's rekey differs from the request. */
function describeDifferences(ceremony: CeremonyState, status: RekeyStatus): string[] {
	const { request, record } = ceremony;
	return [
		...(status.shares === request.shares ? [] : [`${status.shares} shares`]),
		...(status.threshold === request.threshold ? [] : [`threshold ${status.threshold}`]),
		...(matchesCustodianKeys(status.fingerprints, record.custodians)
			? []
			: ['other keys or another key order']),
		...(status.backup === request.backup ? [] : ['no backup of the encrypted shares']),
		...(status.verificationRequired === request.verify ? [] : ['without verification']),
	];
}
