import type { SecretBytes } from '../../engine/secret-bytes.ts';
import type { EncryptedShare, RekeyStatus } from '../parse-json-response.ts';
import type { DryRunKey } from '../pgp/generate-keys.ts';
import type { RekeyRequest } from '../rekey-preconditions.ts';
import { classifyShareSubmissionError, VaultError } from '../response-errors.ts';
import { createExternalError, createRefusedError } from './ceremony-errors.ts';
import type { CeremonyState } from './ceremony-state.ts';
import { encryptAndStoreKey, toFileNamePart } from './store-encrypted-key.ts';

/**
 * Finds out whether these are Vault's current shares without changing what it stores: starts a rekey
 * to one throw-away key, submits the shares, and cancels before the commit. Without verification
 * (before 0.10.2) the key cannot encrypt, which Vault notices only after it has checked the shares
 * (measured on 0.8.2 and 1.8).
 *
 * @throws WizardError when Vault could not be queried; nothing has changed then.
 */
export async function verifySharesByDryRun(
	ceremony: CeremonyState,
	shares: readonly SecretBytes[],
): Promise<boolean> {
	const { vault } = ceremony.ports;
	await cancelOwnDryRun(ceremony);
	const underWay = await vault.rekeyStatus();
	if (underWay.started) throw createForeignRekeyError(ceremony, underWay.nonce);
	const { verify } = vault.features;
	const key = await ceremony.ports.generateDryRunKey({ signOnly: !verify });
	await ceremony.update({ dryRuns: [key.fingerprint] });
	const request: RekeyRequest = {
		shares: 1,
		threshold: 1,
		pgpKeys: [key.publicKey],
		// A dry run must not overwrite the encrypted shares that an earlier rekey left in Vault.
		backup: false,
		verify,
	};
	try {
		const nonce = await startDryRun(ceremony, request);
		const taken = await submitDryRunShares(ceremony, shares, nonce, request);
		if (typeof taken === 'boolean') return taken;
		throw await createCommittedDryRunError(ceremony, taken, key);
	} finally {
		await cancelOwnDryRun(ceremony);
	}
}

/** Whether a dry run accepts the key in the key file. */
export async function isKeyInFileValid(ceremony: CeremonyState): Promise<boolean> {
	const key = await ceremony.ports.instance.readKey();
	try {
		return await verifySharesByDryRun(ceremony, [key]);
	} finally {
		key.wipe();
	}
}

async function startDryRun(ceremony: CeremonyState, request: RekeyRequest): Promise<string> {
	const { vault } = ceremony.ports;
	try {
		const started = await vault.startRekey(request);
		if (started.verificationRequired === request.verify && started.shares === 1)
			return started.nonce;
	} catch (thrown) {
		if (!(thrown instanceof VaultError) || thrown.fault !== 'unclear')
			throw ceremony.createExternalError('Vault refused to start a dry run.', thrown);
	}
	// The response was lost or is not what was requested: only Vault knows the outcome.
	const status = await vault.rekeyStatus();
	if (ceremony.isOurDryRun(status) && status.verificationRequired === request.verify)
		return status.nonce;
	throw ceremony.createExternalError('Vault did not start the dry run as requested.');
}

async function submitDryRunShares(
	ceremony: CeremonyState,
	shares: readonly SecretBytes[],
	nonce: string,
	request: RekeyRequest,
): Promise<boolean | readonly EncryptedShare[]> {
	const { vault } = ceremony.ports;
	for (const share of shares) {
		try {
			const submitted = await vault.submitShare(share, nonce, request);
			if (!submitted.complete) continue;
			return request.verify || submitted.shares;
		} catch (thrown) {
			if (!(thrown instanceof VaultError) || thrown.fault !== 'refused')
				throw ceremony.createExternalError('Vault gave no usable response to the dry run.', thrown);
			const verdict = classifyShareSubmissionError(thrown);
			// Possible only with a key that cannot encrypt; the shares were accepted before that.
			if (verdict === 'cannot-encrypt' && !request.verify) return true;
			if (verdict === 'wrong') return false;
			throw ceremony.createExternalError('Vault did not check the key in the dry run.', thrown);
		}
	}
	return false;
}

/**
 * Never observed, and final if it happens: Vault encrypted to a sign-only key, so the dry run was a
 * real rekey. Its key is stored before anything else.
 */
async function createCommittedDryRunError(
	ceremony: CeremonyState,
	shares: readonly EncryptedShare[],
	{ decryptShare }: DryRunKey,
) {
	const { now, storage } = ceremony.ports;
	const [only] = shares;
	if (only === undefined || decryptShare === undefined)
		throw new Error('the dry run returned no share');
	const key = await decryptShare(only.message);
	try {
		const stem = `unseal-key-of-a-dry-run-${toFileNamePart(now())}`;
		const { name } = await encryptAndStoreKey(
			ceremony,
			key,
			stem,
			`Vault unseal key since ${now()}`,
		);
		await ceremony.update({ committingAt: now() });
		return createExternalError(
			'The dry run was committed: Vault encrypted to a sign-only key. Do not restart Vault.',
			{
				safe: `The new unseal key is stored encrypted in ${storage.path(name)}. The old unseal key unseals the first backup.`,
				next: [
					`decrypt that file and write the key to ${ceremony.ports.instance.keyFile}`,
					'if that fails, restore the first backup: tfe-wizard backups restore-guide',
				],
			},
		);
	} finally {
		key.wipe();
	}
}

/** Cancels a dry run of this ceremony, whenever it was started; leaves other rekeys untouched. */
export async function cancelOwnDryRun(ceremony: CeremonyState): Promise<void> {
	const status = await ceremony.ports.vault.rekeyStatus();
	const isOurs = (current: RekeyStatus) => ceremony.isOurDryRun(current);
	if (isOurs(status)) await cancelRekey(ceremony, status, isOurs, 'a dry run');
}

/** Cancels the ceremony's own rekey, which voids the new shares. The current key is unaffected. */
export async function cancelOwnRekey(ceremony: CeremonyState): Promise<void> {
	const status = await ceremony.ports.vault.rekeyStatus();
	if (!status.started) return;
	const isOurs = (current: RekeyStatus) => ceremony.isOurs(current);
	if (!isOurs(status)) throw createForeignRekeyError(ceremony, status.nonce);
	await cancelRekey(ceremony, status, isOurs, 'the rekey');
}

async function cancelRekey(
	ceremony: CeremonyState,
	{ nonce }: RekeyStatus,
	isOurs: (status: RekeyStatus) => boolean,
	what: string,
): Promise<void> {
	const { vault } = ceremony.ports;
	try {
		await vault.cancelRekey(nonce);
	} catch (thrown) {
		if (!(thrown instanceof VaultError)) throw thrown;
		if (isOurs(await vault.rekeyStatus()))
			throw ceremony.createExternalError(
				`Could not cancel ${what}. It changes nothing in Vault.`,
				thrown,
			);
	}
}

/** The error for a rekey that was started elsewhere; this program never cancels it. */
export function createForeignRekeyError(ceremony: CeremonyState, nonce: string) {
	return createRefusedError(
		'Another rekey is in progress that this session did not start. It was not changed.',
		{
			safe: ceremony.safetyNotice.safe,
			next: [
				`ask who started it (nonce ${nonce}) to cancel it: ${ceremony.command} rekey -cancel -nonce=${nonce}`,
				ceremony.options.resume,
			],
		},
	);
}
